package dev.advtrain.trainer.report;

import dev.advtrain.api.v1alpha1.status.Cost;
import dev.advtrain.trainer.evaluate.Report;
import dev.advtrain.trainer.evaluate.Report.Result;
import dev.advtrain.trainer.evaluate.Report.Share;
import dev.advtrain.trainer.report.Reproduction.Setting;
import io.quarkus.qute.RawString;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A report, ready to be laid out. Text is escaped by the template: only drawings are raw, and their type says so.
 *
 * @param model the beginning of its sha256
 * @param robustOf what robust means here, in a few words
 * @param before the incoming model; null where it was not measured
 * @param overview clean against robust
 * @param axis the scale below drawings of shares
 * @param confusion without an attack
 * @param cost what training and attacks took
 */
record Page(String name, String suite, String samples, String model, Figure clean, Figure robust, String robustOf, Before before, Masking masking,
        List<Row> overview, RawString axis, List<String> warnings, List<ThreatModelPart> threatModels, Confusion confusion,
        List<Setting> cost, List<String> reading, Reproduction reproduction) {
    private static final int SHORT_DIGEST = 12;

    /**
     * @param href the part of the page that says more; null without one
     * @param before what the incoming model had; null where that was not measured
     */
    record Row(String name, String detail, String href, Figure figure, String before, RawString bar) {}

    /**
     * The incoming model against the trained one.
     *
     * @param clean such as "incoming model 95.10 %, −7.80 points"
     * @param sentence what training changed, in samples
     */
    record Before(String clean, String robust, String sentence) {
        static Before of(Report report) {
            Report.Baseline baseline = report.baseline();
            return baseline == null ? null : new Before(change(baseline.clean(), report.clean()), change(baseline.robust(), report.robust()),
                    "Sample by sample: " + samples("robust", baseline.robustChange()) + "; " + samples("right without an attack", baseline.cleanChange()) + ".");
        }

        private static String change(Share before, Share after) {
            return "incoming model " + Numbers.percent(before) + ", " + Numbers.points(before, after);
        }

        private static String samples(String what, Report.Change change) {
            return Numbers.count(change.gained()) + " became " + what + ", " + Numbers.count(change.lost()) + " no longer are";
        }
    }

    static Page of(Report report) {
        List<Result> results = report.results();
        boolean only = results.size() == 1;
        return new Page(report.name(), report.evaluation().suite().toString(), Numbers.count(report.clean().samples()),
                report.model().sha256().substring(0, Math.min(SHORT_DIGEST, report.model().sha256().length())),
                Figure.of(report.clean()), Figure.of(report.robust()),
                only ? "right under every attack of " + results.getFirst().name() : "right under every attack of all " + results.size() + " threat models",
                Before.of(report), Masking.of(only ? "Checks for gradient masking" : "Checks for gradient masking, each the worst over all threat models",
                        report.gradientMasking()),
                overview(report), Bars.axis(), report.warnings(),
                IntStream.range(0, results.size()).mapToObj(i -> ThreatModelPart.of(i, results.get(i), report, only)).toList(),
                Confusion.of("True class by predicted class, without an attack", report.cleanConfusion()), cost(report.cost()), Reading.of(report), Reproduction.of(report));
    }

    private static List<Setting> cost(Cost cost) {
        List<Setting> lines = new ArrayList<>();
        lines.add(new Setting("Device seconds", Numbers.count(cost.deviceSeconds())));
        if (cost.imagesPerSecond() != null) {
            lines.add(new Setting("Training images a second", cost.imagesPerSecond()));
        }
        if (cost.timesStandardTraining() != null) {
            lines.add(new Setting("Times standard training", cost.timesStandardTraining()));
        }
        return lines;
    }

    private static List<Row> overview(Report report) {
        List<Row> rows = new ArrayList<>();
        Report.Baseline baseline = report.baseline();
        rows.add(row("Clean", "no attack", null, report.clean(), baseline == null ? null : baseline.clean(), "clean"));
        for (int i = 0; i < report.results().size(); i++) {
            Result result = report.results().get(i);
            rows.add(row(result.name(), result.threatModel().perturbation().lp().norm() + " " + result.threatModel().perturbation().lp().epsilon()
                    + ", " + result.threatModel().knowledge(), "threat-model-" + (i + 1), result.robust(), baseline == null ? null : baseline.results().get(i).robust(), "robust"));
        }
        if (report.results().size() > 1) {
            rows.add(row("All together", "right under each of them", null, report.robust(), baseline == null ? null : baseline.robust(), "union"));
        }
        return rows;
    }

    /** @param before null where the incoming model was not measured */
    private static Row row(String name, String detail, String href, Share share, Share before, String css) {
        String title = name + ": " + Numbers.percent(share) + ", 95 % interval " + Numbers.interval(share)
                + (before == null ? "" : ", incoming model " + Numbers.percent(before));
        return new Row(name, detail, href, Figure.of(share), before == null ? null : "incoming " + Numbers.percent(before),
                Bars.interval(share, before, css, title));
    }
}
