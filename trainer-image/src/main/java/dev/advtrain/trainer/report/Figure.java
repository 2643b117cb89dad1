package dev.advtrain.trainer.report;

import dev.advtrain.trainer.evaluate.Report.Share;

/**
 * A share in words.
 *
 * @param percent with its sign, so that it stands alone
 * @param counts such as "654 of 1,000"
 * @param value what to sort by
 */
record Figure(String percent, String interval, String counts, double value) {
    static Figure of(Share share) {
        return new Figure(Numbers.percent(share), Numbers.interval(share), Numbers.count(share.correct()) + " of " + Numbers.count(share.samples()),
                Bars.value(share));
    }
}
