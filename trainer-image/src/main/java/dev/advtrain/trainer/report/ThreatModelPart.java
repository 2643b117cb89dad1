package dev.advtrain.trainer.report;

import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelSpec;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelSpec.InputRange;
import dev.advtrain.resolve.Budget;
import dev.advtrain.trainer.evaluate.Report;
import dev.advtrain.trainer.evaluate.Report.Result;
import dev.advtrain.trainer.evaluate.Report.Share;
import io.quarkus.qute.RawString;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * One threat model of a report, ready to be laid out.
 *
 * @param id of its part of the page; also what ids inside begin with
 * @param facts what the attacker may do
 * @param steps the waterfall: what was lost without an attack, then to each attack
 * @param sweepChart null without a sweep
 * @param swept the part of the samples that the sweep was over; null where over all
 * @param extremes the classes that stand out; null where none does
 * @param masking null where the page's own says the same
 */
record ThreatModelPart(String id, String name, String kind, String facts, String budget, Figure robust, List<String> notes, List<Step> steps,
        List<AttackRow> attacks, AttackRow total, RawString sweepChart, List<SweepRow> sweep, String swept, List<ClassRow> classes, String extremes,
        Confusion confusion, Masking masking, Gallery gallery) {

    record Step(String name, String taken, String left, RawString bar) {}

    record AttackRow(String name, String given, String taken, String left, Figure robust, String unstable, String forwards,
            String gradients, String seconds) {}

    record SweepRow(String epsilon, String value, Figure robust, boolean declared) {}

    record ClassRow(int label, String examples, Figure clean, Figure robust, String lost, RawString bar) {}

    static ThreatModelPart of(int index, Result result, Report report, boolean only) {
        String id = "threat-model-" + (index + 1);
        ThreatModelSpec spec = result.threatModel();
        ThreatModelSpec.Lp lp = spec.perturbation().lp();
        return new ThreatModelPart(id, result.name(), result.kind().toString(), facts(spec), lp.norm() + " " + lp.epsilon(),
                Figure.of(result.robust()), result.notes(), steps(result, report.clean()), attacks(result, report.clean()), total(result, report.clean()),
                SweepChart.of(id + "-sweep", result), sweep(result), swept(result), classes(result), extremes(result.classes()),
                Confusion.of("True class by predicted class, under attack", result.confusion()),
                only ? null : Masking.of("Checks for gradient masking, " + result.name(), result.gradientMasking()), Gallery.of(result));
    }

    private static String facts(ThreatModelSpec spec) {
        ThreatModelSpec.Lp lp = spec.perturbation().lp();
        String epsilon = lp.epsilon().contains("/") ? lp.epsilon() + " (" + Numbers.shortest(Budget.parse(lp.epsilon()).value()) + ")" : lp.epsilon();
        return lp.norm() + " at most " + epsilon + ", " + range(spec.inputRange()) + ", "
                + spec.goal() + ", " + spec.knowledge() + (spec.queryBudget() == null ? "" : ", " + Numbers.count(spec.queryBudget()) + " queries");
    }

    private static String range(InputRange range) {
        return range.perFeature() == null ? "inputs in [" + range.min() + ", " + range.max() + "]"
                : "as a share of the range of each of " + Numbers.count(range.perFeature().size()) + " features";
    }

    private static List<Step> steps(Result result, Share clean) {
        List<Step> steps = new ArrayList<>();
        Share all = new Share(clean.samples(), clean.samples(), "1", null);
        steps.add(step("No attack", all, clean));
        Share before = clean;
        for (Report.Attack attack : result.attacks()) {
            steps.add(step(attack.name(), before, attack.robust()));
            before = attack.robust();
        }
        return steps;
    }

    private static Step step(String name, Share before, Share after) {
        String taken = Numbers.loss(before.correct() - after.correct());
        String left = Numbers.count(after.correct());
        return new Step(name, taken, left, Bars.fall(before, after, name + ": " + taken + ", " + left + " left"));
    }

    private static List<AttackRow> attacks(Result result, Share clean) {
        List<AttackRow> rows = new ArrayList<>();
        Share before = clean;
        for (Report.Attack attack : result.attacks()) {
            rows.add(new AttackRow(attack.name(), Numbers.count(before.correct()), Numbers.count(before.correct() - attack.robust().correct()),
                    Numbers.count(attack.robust().correct()), Figure.of(attack.robust()), Numbers.count(attack.unstable()),
                    Numbers.count(attack.forwards()), Numbers.count(attack.gradients()), Numbers.seconds(attack.seconds())));
            before = attack.robust();
        }
        return rows;
    }

    private static AttackRow total(Result result, Share clean) {
        List<Report.Attack> attacks = result.attacks();
        return new AttackRow("All", Numbers.count(clean.correct()), Numbers.count(clean.correct() - result.robust().correct()),
                Numbers.count(result.robust().correct()), Figure.of(result.robust()),
                Numbers.count(attacks.stream().mapToInt(Report.Attack::unstable).sum()),
                Numbers.count(attacks.stream().mapToLong(Report.Attack::forwards).sum()),
                Numbers.count(attacks.stream().mapToLong(Report.Attack::gradients).sum()),
                Numbers.seconds(attacks.stream().mapToDouble(Report.Attack::seconds).sum()));
    }

    private static List<SweepRow> sweep(Result result) {
        return result.sweep().stream().sorted(Comparator.comparingDouble(p -> Budget.parse(p.epsilon()).value()))
                .map(p -> new SweepRow(p.epsilon(), Double.toString(Budget.parse(p.epsilon()).value()), Figure.of(p.robust()), p.declared())).toList();
    }

    private static String swept(Result result) {
        int samples = result.robust().samples();
        return result.sweep().stream().map(point -> point.robust().samples()).filter(swept -> swept < samples).findFirst()
                .map(swept -> "on " + Numbers.count(swept) + " of the " + Numbers.count(samples) + " samples").orElse(null);
    }

    private static List<ClassRow> classes(Result result) {
        return result.classes().stream().map(c -> new ClassRow(c.label(), Numbers.count(c.clean().samples()), Figure.of(c.clean()),
                Figure.of(c.robust()), Numbers.count(c.clean().correct() - c.robust().correct()), Bars.drop(c.clean(), c.robust(),
                        "Class " + c.label() + ": clean " + Numbers.percent(c.clean()) + ", robust " + Numbers.percent(c.robust())))).toList();
    }

    private static String extremes(List<Report.ClassShare> classes) {
        Comparator<Report.ClassShare> byRobust = Comparator.comparingDouble(c -> Bars.value(c.robust()));
        Report.ClassShare worst = classes.stream().min(byRobust).orElse(null);
        Report.ClassShare best = classes.stream().max(byRobust).orElse(null);
        return worst == null || byRobust.compare(worst, best) == 0 ? null : "Least robust: class " + worst.label() + " with "
                + Numbers.percent(worst.robust()) + "; most robust: class " + best.label() + " with " + Numbers.percent(best.robust()) + ".";
    }
}
