package dev.advtrain.trainer.evaluate;

import dev.advtrain.api.v1alpha1.status.Cost;
import dev.advtrain.api.v1alpha1.status.GradientMasking;
import dev.advtrain.contract.OutputFiles;
import dev.advtrain.resolve.RunSpec.ResolvedThreatModel;
import dev.advtrain.trainer.masking.MaskingChecks;
import dev.advtrain.trainer.tensor.Environment;
import dev.advtrain.trainer.tensor.TorchEngine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Makes one report of the verdicts of a run. */
final class ReportBuilder {
    private final EvaluationPlan plan;
    private final MergedShards merged;
    /** On the incoming model; null where it was not measured. */
    private final MergedShards incoming;
    private final Optional<String> unsound;
    /** Training's first: they are about the same model. */
    private final Set<String> warnings = new LinkedHashSet<>();

    /**
     * @param incoming null where that was not measured
     * @param unsound why it could not be, although it was to be
     */
    ReportBuilder(EvaluationPlan plan, MergedShards merged, MergedShards incoming, Optional<String> unsound) {
        this.plan = plan;
        this.merged = merged;
        this.incoming = incoming;
        this.unsound = unsound;
        if (incoming != null) {
            merged.requireSameSamples(incoming);
        }
    }

    /** @param incomingModel null where it was not measured */
    Report build(Subject subject, Subject incomingModel) {
        warnings.addAll(subject.warnings());
        unsound.ifPresent(reason -> warnings.add("there is no baseline, the incoming model cannot be measured: " + reason));
        Verdicts clean = merged.clean();
        Verdicts robust = merged.robust();
        List<Report.Result> results = new ArrayList<>();
        Map<String, GradientMasking> masking = new LinkedHashMap<>();
        List<ThreatModelReport> threatModels = merged.threatModels();
        List<GradientMasking> judged = MaskingChecks.judge(threatModels.stream().map(ThreatModelReport::evidence).toList());
        for (int t = 0; t < threatModels.size(); t++) {
            results.add(threatModels.get(t).build(judged.get(t), warnings));
            masking.put(distinct(plan.threatModels().get(t)), judged.get(t));
        }
        if (robust.count() == 0) {
            warnings.add(clean.count() == 0 ? "every sample is misclassified as it is: there was nothing to attack, robust accuracy is 0"
                    : "no sample withstood every attack");
        }
        return new Report(OutputFiles.SCHEMA_VERSION, plan.runId(), plan.name(),
                new Report.Model(subject.uri(), subject.sha256(), subject.selectedEpoch(), plan.format().classes(),
                        Arrays.stream(plan.format().shape()).boxed().toList()),
                new Report.Data(subject.trainData(), merged.testData()), plan.evaluation(), plan.seed(), merged.share(clean), merged.share(robust),
                results, incoming == null ? null : baseline(incomingModel, robust),
                ThreatModelReport.confusion(merged.labels(), merged.predicted(), plan.format().classes()),
                MaskingChecks.worst(masking), cost(subject.cost()), environment(), List.copyOf(warnings));
    }

    private Report.Baseline baseline(Subject model, Verdicts robust) {
        Set<String> ofIncoming = new LinkedHashSet<>();
        List<Report.BaselineResult> results = incoming.threatModels().stream().map(threatModel -> threatModel.baseline(ofIncoming)).toList();
        ofIncoming.forEach(warning -> warnings.add("incoming model: " + warning));
        Verdicts before = incoming.robust();
        return new Report.Baseline(model.uri(), model.sha256(), incoming.share(incoming.clean()), incoming.share(before), results,
                change(incoming.clean(), merged.clean()), change(before, robust));
    }

    private static Report.Change change(Verdicts before, Verdicts after) {
        int both = before.and(after).count();
        return new Report.Change(after.count() - both, before.count() - both);
    }

    /** Its name, with its kind where a threat model of the other kind has the same. */
    private String distinct(ResolvedThreatModel threatModel) {
        boolean alone = plan.threatModels().stream().filter(other -> other.name().equals(threatModel.name())).count() == 1;
        return alone ? threatModel.name() : threatModel.kind() + " " + threatModel.name();
    }

    /** @param training null where the model was not trained by the run */
    private Cost cost(TrainingCost training) {
        double attacks = merged.seconds() + (incoming == null ? 0 : incoming.seconds());
        TrainingCost known = training == null ? TrainingCost.NONE : training;
        return new Cost(Math.round(known.seconds() + attacks), ratio("%.1f", known.images(), known.stepSeconds()),
                ratio("%.2f", known.stepSeconds(), known.standardSeconds()));
    }

    private static String ratio(String format, double of, double by) {
        return by > 0 ? String.format(Locale.ROOT, format, of / by) : null;
    }

    private Report.Environment environment() {
        List<Environment> all = Stream.concat(merged.environments(), incoming == null ? Stream.empty() : incoming.environments()).toList();
        return new Report.Environment(all.stream().map(Environment::threads).distinct().sorted().toList(),
                all.stream().map(Environment::instructionSet).distinct().sorted().toList(), Version.OF_TRAINER, TorchEngine.version());
    }
}
