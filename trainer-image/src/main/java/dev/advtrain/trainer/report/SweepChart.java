package dev.advtrain.trainer.report;

import dev.advtrain.resolve.Budget;
import dev.advtrain.trainer.evaluate.Report.Result;
import dev.advtrain.trainer.evaluate.Report.Share;
import io.quarkus.qute.RawString;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Robust accuracy over the size of the budget, with its intervals; at 0 the accuracy without an attack. */
final class SweepChart {
    private static final int MAX_TICKS = 5;

    private final String id;
    private final String threatModel;
    private final Share suite;
    private final double declared;
    private final List<Point> points = new ArrayList<>();
    private final double max;

    private record Point(double epsilon, Share share) {}

    private SweepChart(String id, Result result) {
        this.id = id;
        threatModel = result.name();
        suite = result.robust();
        declared = Budget.parse(result.threatModel().perturbation().lp().epsilon()).value();
        result.sweep().stream().map(p -> new Point(Budget.parse(p.epsilon()).value(), p.robust()))
                .sorted(Comparator.comparingDouble(Point::epsilon)).forEach(points::add);
        max = Math.max(points.getLast().epsilon(), declared);
    }

    /** Null where no budget above 0 was attacked. */
    static RawString of(String id, Result result) {
        return result.sweep().isEmpty() ? null : new SweepChart(id, result).draw();
    }

    private RawString draw() {
        Svg svg = Svg.image(id, "plot", "Robust accuracy over epsilon, " + threatModel, description());
        for (int tick = 0; tick <= 4; tick++) {
            String y = y(tick / 4.0);
            svg.add("line", "class", "grid", "x1", 0, "x2", "100%", "y1", y, "y2", y)
                    .text(25 * tick + "\u00A0%", "class", "tick", "x", 0, "dx", -8, "y", y, "dy", 4, "text-anchor", "end");
        }
        double step = tickStep(max);
        for (int tick = 0; tick * step <= max * (1 + 1e-9); tick++) {
            svg.text(Numbers.shortest(tick * step), "class", "tick", "x", x(tick * step), "y", "100%", "dy", 18, "text-anchor", "middle");
        }
        svg.stretched(band() + line());
        boolean right = declared > 0.5 * max;
        svg.add("line", "class", "declared", "x1", x(declared), "x2", x(declared), "y1", 0, "y2", "100%")
                .text("declared", "class", "tick", "x", x(declared), "y", 0, "dy", -6, "text-anchor", right ? "end" : "start");
        points.forEach(point -> svg.add("circle", "class", point.epsilon() == 0 ? "clean" : "robust",
                "cx", x(point.epsilon()), "cy", y(Bars.value(point.share())), "r", 4));
        svg.shape("suite", x(declared), y(Bars.value(suite)), "M-7 0L0-7L7 0L0 7Z");
        return svg.drawing();
    }

    private String description() {
        StringBuilder text = new StringBuilder();
        points.forEach(p -> text.append(Numbers.shortest(p.epsilon())).append(": ").append(Numbers.percent(p.share())).append("; "));
        return text.append("the whole suite at the declared ").append(Numbers.shortest(declared)).append(": ")
                .append(Numbers.percent(suite)).append('.').toString();
    }

    private String band() {
        StringBuilder path = new StringBuilder();
        points.forEach(p -> path.append(unit(p, Bars.upper(p.share()))));
        points.reversed().forEach(p -> path.append(unit(p, Bars.lower(p.share()))));
        return "<polygon class=\"band\" points=\"" + path.toString().strip() + "\"/>";
    }

    private String line() {
        StringBuilder path = new StringBuilder();
        points.forEach(p -> path.append(unit(p, Bars.value(p.share()))));
        return "<polyline class=\"curve\" points=\"" + path.toString().strip() + "\"/>";
    }

    private String unit(Point point, double share) {
        return Svg.number(point.epsilon() / max) + "," + Svg.number(1 - share) + " ";
    }

    private String x(double epsilon) {
        return Svg.at(epsilon / max);
    }

    private static String y(double share) {
        return Svg.at(1 - share);
    }

    /** 1, 2 or 5 times a power of ten. */
    private static double tickStep(double max) {
        double power = Math.pow(10, Math.floor(Math.log10(max / MAX_TICKS)));
        for (int factor : new int[] {1, 2, 5}) {
            if (max / (factor * power) <= MAX_TICKS) {
                return factor * power;
            }
        }
        return 10 * power;
    }
}
