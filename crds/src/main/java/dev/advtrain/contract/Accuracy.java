package dev.advtrain.contract;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Shares in [0,1] as the decimal strings of status and reports: four digits. */
public final class Accuracy {
    private static final int DIGITS = 4;

    private Accuracy() {
    }

    /** {@code correct / samples}, rounded half up. */
    public static String of(long correct, long samples) {
        if (samples <= 0 || correct < 0 || correct > samples) {
            throw new IllegalArgumentException("correct must be in [0, samples] and samples positive, not " + correct + " of " + samples);
        }
        return BigDecimal.valueOf(correct).divide(BigDecimal.valueOf(samples), DIGITS, RoundingMode.HALF_UP).toPlainString();
    }

    /** A lower bound: rounded down, so that the interval never shrinks. */
    public static String lowerBound(double share) {
        return rounded(share, RoundingMode.FLOOR);
    }

    /** An upper bound: rounded up. */
    public static String upperBound(double share) {
        return rounded(share, RoundingMode.CEILING);
    }

    private static String rounded(double share, RoundingMode mode) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("a share must be in [0, 1], not " + share);
        }
        return BigDecimal.valueOf(share).setScale(DIGITS, mode).toPlainString();
    }
}
