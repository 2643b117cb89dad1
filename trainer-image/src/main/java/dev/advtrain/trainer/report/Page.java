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
 * @param overview clean against robust
 * @param axis the scale below drawings of shares
 * @param confusion without an attack
 * @param cost what training and attacks took
 */
record Page(String name, String suite, String samples, String model, Figure clean, Figure robust, String robustOf, Masking masking,
        List<Row> overview, RawString axis, List<String> warnings, List<ThreatModelPart> threatModels, Confusion confusion,
        List<Setting> cost, List<String> reading, Reproduction reproduction) {
    private static final int SHORT_DIGEST = 12;

    /** @param href the part of the page that says more; null without one */
    record Row(String name, String detail, String href, Figure figure, RawString bar) {}

    static Page of(Report report) {
        List<Result> results = report.results();
        boolean only = results.size() == 1;
        return new Page(report.name(), report.evaluation().suite().toString(), Numbers.count(report.clean().samples()),
                report.model().sha256().substring(0, Math.min(SHORT_DIGEST, report.model().sha256().length())),
                Figure.of(report.clean()), Figure.of(report.robust()),
                only ? "right under every attack of " + results.getFirst().name() : "right under every attack of all " + results.size() + " threat models",
                Masking.of(only ? "Checks for gradient masking" : "Checks for gradient masking, each the worst over all threat models",
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
        rows.add(row("Clean", "no attack", null, report.clean(), "clean"));
        for (int i = 0; i < report.results().size(); i++) {
            Result result = report.results().get(i);
            rows.add(row(result.name(), result.threatModel().perturbation().lp().norm() + " " + result.threatModel().perturbation().lp().epsilon()
                    + ", " + result.threatModel().knowledge(), "threat-model-" + (i + 1), result.robust(), "robust"));
        }
        if (report.results().size() > 1) {
            rows.add(row("All together", "right under each of them", null, report.robust(), "union"));
        }
        return rows;
    }

    private static Row row(String name, String detail, String href, Share share, String css) {
        return new Row(name, detail, href, Figure.of(share), Bars.interval(share, css, name + ": " + Numbers.percent(share) + ", 95 % interval "
                + Numbers.interval(share)));
    }
}
