package dev.advtrain.trainer.masking;

/**
 * Attacks held against each other.
 *
 * @param p          how likely a sound model shows at least so much
 * @param difference in images
 * @param most       the largest difference that there could be: the examples on which the check rests
 * @param leastP     the p-value of that difference
 */
record Comparison(String name, double p, int difference, int most, double leastP, String evidence) {
    static Comparison of(String name, PairedCounts counts, int most, String evidence) {
        return of(name, counts.p(), counts.difference(), most, evidence + " " + counts.text());
    }

    static Comparison of(String name, double p, int difference, int most, String evidence) {
        return new Comparison(name, p, difference, most, new PairedCounts(most, 0).p(), evidence);
    }
}
