package dev.advtrain.trainer.masking;

import java.util.BitSet;
import java.util.Locale;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/**
 * Two attacks on the same examples, by the examples on which they disagree.
 *
 * @param suspect  broken only by the attack that should be the weaker one
 * @param expected broken only by the other
 */
record PairedCounts(int suspect, int expected) {

    /** @param weaker what the attack broke that should be the weaker one */
    static PairedCounts of(BitSet weaker, BitSet stronger) {
        return new PairedCounts(without(weaker, stronger).cardinality(), without(stronger, weaker).cardinality());
    }

    static BitSet without(BitSet all, BitSet left) {
        BitSet rest = (BitSet) all.clone();
        rest.andNot(left);
        return rest;
    }

    /** The exact one-sided test of McNemar 1947: how likely so many are broken by the weaker attack only, were both alike. */
    double p() {
        return suspect == 0 ? 1 : BinomialDistribution.of(suspect + expected, 0.5).survivalProbability(suspect - 1);
    }

    int difference() {
        return suspect - expected;
    }

    String text() {
        return String.format(Locale.ROOT, "(p = %.2g)", p());
    }
}
