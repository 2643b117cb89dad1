package dev.advtrain.trainer.report;

import dev.advtrain.trainer.evaluate.Report.Share;
import io.quarkus.qute.RawString;

/** Marks on a scale from 0 to 100 %, one for each row of a chart whose labels and numbers are the page's own text. */
final class Bars {
    private static final double[] TICKS = {0, 0.25, 0.5, 0.75, 1};
    private static final int MIDDLE = 12;
    private static final int TOP = 5;
    private static final int THICKNESS = 14;

    private Bars() {}

    /**
     * A point with its interval.
     *
     * @param before where the incoming model was; null where that was not measured
     */
    static RawString interval(Share share, Share before, String css, String title) {
        Svg svg = point(grid(Svg.mark("bar", title)), share, css);
        if (before != null) {
            svg.add("circle", "class", "before", "cx", Svg.at(value(before)), "cy", MIDDLE, "r", 4.5);
        }
        return svg.drawing();
    }

    /** What stays, then what was lost. */
    static RawString fall(Share before, Share after, String title) {
        double from = value(after);
        double to = value(before);
        return grid(Svg.mark("bar", title))
                .add("rect", "class", "left", "x", 0, "y", TOP, "width", Svg.at(from), "height", THICKNESS)
                .add("rect", "class", "taken", "x", Svg.at(from), "y", TOP, "width", Svg.at(to - from), "height", THICKNESS).drawing();
    }

    /** From clean down to robust. */
    static RawString drop(Share clean, Share robust, String title) {
        return Svg.mark("bar small", title)
                .add("line", "class", "grid", "x1", 0, "x2", "100%", "y1", MIDDLE, "y2", MIDDLE)
                .add("line", "class", "lost", "x1", Svg.at(value(robust)), "x2", Svg.at(value(clean)), "y1", MIDDLE, "y2", MIDDLE)
                .add("circle", "class", "clean", "cx", Svg.at(value(clean)), "cy", MIDDLE, "r", 4)
                .add("circle", "class", "robust", "cx", Svg.at(value(robust)), "cy", MIDDLE, "r", 4).drawing();
    }

    /** The scale under the rows. */
    static RawString axis() {
        Svg svg = Svg.mark("bar axis", "Share of the samples");
        for (double tick : TICKS) {
            svg.text(Math.round(100 * tick) + (tick == 1 ? "\u00A0%" : ""), "x", Svg.at(tick), "y", MIDDLE,
                    "text-anchor", tick == 0 ? "start" : tick == 1 ? "end" : "middle");
        }
        return svg.drawing();
    }

    static double value(Share share) {
        return (double) share.correct() / share.samples();
    }

    static double lower(Share share) {
        return Double.parseDouble(share.confidenceInterval().lower());
    }

    static double upper(Share share) {
        return Double.parseDouble(share.confidenceInterval().upper());
    }

    private static Svg point(Svg svg, Share share, String css) {
        return whisker(svg, share, css).add("circle", "class", css, "cx", Svg.at(value(share)), "cy", MIDDLE, "r", 4.5);
    }

    private static Svg whisker(Svg svg, Share share, String css) {
        double lower = lower(share);
        double upper = upper(share);
        svg.add("line", "class", "whisker " + css, "x1", Svg.at(lower), "x2", Svg.at(upper), "y1", MIDDLE, "y2", MIDDLE);
        for (double end : new double[] {lower, upper}) {
            svg.add("line", "class", "whisker " + css, "x1", Svg.at(end), "x2", Svg.at(end), "y1", MIDDLE - 5, "y2", MIDDLE + 5);
        }
        return svg;
    }

    private static Svg grid(Svg svg) {
        for (double tick : TICKS) {
            svg.add("line", "class", "grid", "x1", Svg.at(tick), "x2", Svg.at(tick), "y1", 0, "y2", "100%");
        }
        return svg;
    }
}
