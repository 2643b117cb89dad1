package dev.advtrain.trainer.evaluate;

import dev.advtrain.api.v1alpha1.status.ConfidenceInterval;
import dev.advtrain.contract.Accuracy;
import org.apache.commons.statistics.distribution.BetaDistribution;

/** The exact interval of a share (Clopper and Pearson 1934): it covers the truth at least as often as its level says. */
final class ClopperPearson {
    static final double LEVEL = 0.95;

    private ClopperPearson() {}

    /** Of {@code right} out of {@code samples}; four digits, rounded outwards. */
    static ConfidenceInterval of(int right, int samples) {
        return new ConfidenceInterval(Double.toString(LEVEL), Accuracy.lowerBound(lower(right, samples)),
                Accuracy.upperBound(upper(right, samples)));
    }

    static double lower(int right, int samples) {
        return right == 0 ? 0
                : BetaDistribution.of(right, samples - right + 1.0).inverseCumulativeProbability((1 - LEVEL) / 2);
    }

    static double upper(int right, int samples) {
        return right == samples ? 1
                : BetaDistribution.of(right + 1.0, samples - right).inverseSurvivalProbability((1 - LEVEL) / 2);
    }
}
