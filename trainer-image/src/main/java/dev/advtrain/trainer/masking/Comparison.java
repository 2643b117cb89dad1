package dev.advtrain.trainer.masking;

/**
 * Attacks held against each other.
 *
 * @param p          how likely a sound model shows at least so much
 * @param difference in images
 */
record Comparison(String name, double p, int difference, String evidence) {
    static Comparison of(String name, PairedCounts counts, String evidence) {
        return new Comparison(name, counts.p(), counts.difference(), evidence + " " + counts.text());
    }
}
