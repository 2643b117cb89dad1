package dev.advtrain.trainer.command;

import dev.advtrain.api.v1alpha1.status.ConfidenceInterval;
import dev.advtrain.api.v1alpha1.status.Cost;
import dev.advtrain.api.v1alpha1.status.GradientMasking;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelSpec;
import dev.advtrain.contract.Gates;
import dev.advtrain.contract.OutputFiles;
import dev.advtrain.trainer.evaluate.Report;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;

/** The result of a run for people. */
final class ResultTable {
    private static final int FIRST_COLUMN = 28;

    private ResultTable() {}

    static String of(Event.Reported reported) {
        Report report = reported.report();
        StringBuilder text = new StringBuilder("\n");
        line(text, report.name() + ": suite " + report.evaluation().suite() + ", " + report.clean().samples()
                + " samples of test");
        row(text, "", "accuracy", "95 % interval");
        share(text, "clean", report.clean());
        for (Report.Result result : report.results()) {
            ThreatModelSpec.Lp budget = result.threatModel().perturbation().lp();
            line(text, result.name() + " (" + budget.norm() + " " + budget.epsilon() + "), each attack on what those before left");
            result.notes().forEach(note -> line(text, "  " + note));
            for (Report.Attack attack : result.attacks()) {
                row(text, "  " + attack.name(), attack.robust().accuracy(), "");
            }
        }
        share(text, "robust", report.robust());
        baseline(text, report);
        masking(text, report);
        report.warnings().forEach(warning -> line(text, "warning: " + warning));
        gates(text, reported);
        cost(text, report.cost());
        Integer epoch = report.model().selectedEpoch();
        line(text, "model   " + report.model().uri() + (epoch == null ? "" : " (epoch " + epoch + ")"));
        line(text, "sha256  " + report.model().sha256());
        line(text, "report  " + reported.uri() + "; for people: " + OutputFiles.HTML_REPORT);
        return text.toString().stripTrailing();
    }

    private static void baseline(StringBuilder text, Report report) {
        if (report.baseline() != null) {
            line(text, "incoming model, on the same samples");
            share(text, "  clean", report.baseline().clean());
            share(text, "  robust", report.baseline().robust());
            line(text, "  hardening: " + change("clean", report.baseline().clean(), report.clean()) + ", "
                    + change("robust", report.baseline().robust(), report.robust()));
        }
    }

    private static String change(String name, Report.Share before, Report.Share after) {
        return name + String.format(Locale.ROOT, " %+.4f", new BigDecimal(after.accuracy()).subtract(new BigDecimal(before.accuracy())));
    }

    private static void masking(StringBuilder text, Report report) {
        line(text, "gradient masking            " + report.gradientMasking().verdict());
        report.gradientMasking().checks().stream().filter(check -> check.verdict() == GradientMasking.CheckVerdict.SUSPECTED)
                .forEach(check -> line(text, "  " + check.name() + ": " + check.evidence()));
    }

    private static void cost(StringBuilder text, Cost cost) {
        line(text, "cost    " + cost.deviceSeconds() + " device seconds" + (cost.imagesPerSecond() == null ? ""
                : "; training: " + cost.imagesPerSecond() + " images/s") + (cost.timesStandardTraining() == null ? ""
                : ", " + cost.timesStandardTraining() + " times standard training"));
    }

    private static void gates(StringBuilder text, Event.Reported reported) {
        if (reported.gates() == null) {
            return;
        }
        List<String> missed = Gates.missed(reported.gates(), reported.report().summary());
        line(text, missed.isEmpty() ? "gates   passed" : "gates   missed: " + String.join("; ", missed));
    }

    private static void share(StringBuilder text, String name, Report.Share share) {
        ConfidenceInterval interval = share.confidenceInterval();
        row(text, name, share.accuracy(), "[" + interval.lower() + ", " + interval.upper() + "]");
    }

    private static void row(StringBuilder text, String name, String value, String interval) {
        line(text, String.format(Locale.ROOT, "%-" + FIRST_COLUMN + "s%10s   %s", name, value, interval).stripTrailing());
    }

    private static void line(StringBuilder text, String line) {
        text.append(line).append('\n');
    }
}
