package dev.advtrain.trainer.report;

import dev.advtrain.trainer.evaluate.Report.Share;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/** Numbers as the report writes them. Percentages have two digits, just those that report.json has. */
final class Numbers {
    private static final String PERCENT = "\u00A0%";

    private Numbers() {}

    static String percent(Share share) {
        return inPercent(share.accuracy()) + PERCENT;
    }

    /** Its bounds in percent. */
    static String interval(Share share) {
        return inPercent(share.confidenceInterval().lower()) + "–" + inPercent(share.confidenceInterval().upper()) + PERCENT;
    }

    /** @param share in [0,1] */
    static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f", 100 * share) + PERCENT;
    }

    /** From one to the other, with its sign. */
    static String points(Share before, Share after) {
        BigDecimal change = new BigDecimal(after.accuracy()).subtract(new BigDecimal(before.accuracy())).movePointRight(2).setScale(2, RoundingMode.HALF_UP);
        return (change.signum() > 0 ? "+" : change.signum() < 0 ? "−" : "") + change.abs().toPlainString() + "\u00A0points";
    }

    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    static String seconds(double seconds) {
        return String.format(Locale.ROOT, "%,.1f", seconds);
    }

    /** At most four significant digits, no exponent. */
    static String shortest(double value) {
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(4, RoundingMode.HALF_UP)).stripTrailingZeros();
        return rounded.signum() == 0 ? "0" : rounded.toPlainString();
    }

    /** What was taken, with its sign. */
    static String loss(long number) {
        return number > 0 ? "−" + count(number) : "0";
    }

    private static String inPercent(String share) {
        return new BigDecimal(share).movePointRight(2).setScale(2, RoundingMode.HALF_UP).toPlainString();
    }
}
