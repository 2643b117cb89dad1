package dev.advtrain.trainer.evaluate;

import dev.advtrain.api.v1alpha1.status.GradientMasking;
import dev.advtrain.api.v1alpha1.status.Cost;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.contract.OutputFiles;
import dev.advtrain.resolve.RunSpec.ResolvedThreatModel;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.evaluate.ShardResult.AttackVerdicts;
import dev.advtrain.trainer.masking.ExampleFacts;
import dev.advtrain.trainer.masking.MaskingChecks;
import dev.advtrain.trainer.tensor.Environment;
import dev.advtrain.trainer.tensor.TorchEngine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Merges the verdicts of all shards of a run, each checked already, into one report. */
final class ReportBuilder {
    private final EvaluationPlan plan;
    private final List<ShardResult> shards;
    private final int samples;
    private final Verdicts clean;
    private final int[] labels;
    private final ExampleFacts facts;
    /** Training's first: they are about the same model. */
    private final Set<String> warnings = new LinkedHashSet<>();

    ReportBuilder(EvaluationPlan plan, List<ShardResult> shards) {
        this.plan = plan;
        this.shards = shards;
        this.samples = plan.evaluation().samples();
        requireOneTestSet();
        this.clean = merge(shard -> shard.clean().right());
        this.labels = concatenate(shard -> shard.clean().labels());
        this.facts = shards.stream().map(shard -> shard.clean().facts()).reduce(ExampleFacts::merge).orElseThrow();
    }

    Report build(Subject subject) {
        warnings.addAll(subject.warnings());
        Verdicts robust = clean;
        List<Report.Result> results = new ArrayList<>();
        Map<String, GradientMasking> masking = new LinkedHashMap<>();
        List<ThreatModelReport> threatModels = IntStream.range(0, plan.threatModels().size())
                .mapToObj(t -> new ThreatModelReport(plan, plan.threatModels().get(t), shardsOf(t), samples, clean, labels, facts)).toList();
        List<GradientMasking> judged = MaskingChecks.judge(threatModels.stream().map(ThreatModelReport::evidence).toList());
        for (int t = 0; t < threatModels.size(); t++) {
            results.add(threatModels.get(t).build(judged.get(t), warnings));
            masking.put(distinct(plan.threatModels().get(t)), judged.get(t));
            robust = robust.and(threatModels.get(t).robust());
        }
        if (robust.count() == 0) {
            warnings.add(clean.count() == 0 ? "every sample is misclassified as it is: there was nothing to attack, robust accuracy is 0"
                    : "no sample withstood every attack");
        }
        return new Report(OutputFiles.SCHEMA_VERSION, plan.runId(), plan.name(),
                new Report.Model(subject.uri(), subject.sha256(), subject.selectedEpoch(), plan.format().classes(),
                        Arrays.stream(plan.format().shape()).boxed().toList()),
                new Report.Data(subject.trainData(), shards.getFirst().testData()), plan.evaluation(), plan.seed(), share(clean), share(robust),
                results, ThreatModelReport.confusion(labels, concatenate(shard -> shard.clean().predicted()), plan.format().classes()),
                MaskingChecks.worst(masking), cost(subject.cost()), environment(), List.copyOf(warnings));
    }

    /** Its name, with its kind where a threat model of the other kind has the same. */
    private String distinct(ResolvedThreatModel threatModel) {
        boolean alone = plan.threatModels().stream().filter(other -> other.name().equals(threatModel.name())).count() == 1;
        return alone ? threatModel.name() : threatModel.kind() + " " + threatModel.name();
    }

    /** @param training null where the model was not trained by the run */
    private Cost cost(TrainingCost training) {
        double attacks = shards.stream().flatMap(shard -> shard.threatModels().stream())
                .flatMap(threatModel -> Stream.concat(threatModel.attacks().stream(), threatModel.probes().stream()))
                .mapToDouble(AttackVerdicts::seconds).sum();
        TrainingCost known = training == null ? TrainingCost.NONE : training;
        return new Cost(Math.round(known.seconds() + attacks), ratio("%.1f", known.images(), known.stepSeconds()),
                ratio("%.2f", known.stepSeconds(), known.standardSeconds()));
    }

    private static String ratio(String format, double of, double by) {
        return by > 0 ? String.format(Locale.ROOT, format, of / by) : null;
    }

    private Report.Environment environment() {
        List<Environment> all = shards.stream().map(ShardResult::environment).toList();
        return new Report.Environment(all.stream().map(Environment::threads).distinct().sorted().toList(),
                all.stream().map(Environment::instructionSet).distinct().sorted().toList(), Version.OF_TRAINER, TorchEngine.version());
    }

    /** Shards of one run draw the same samples of the same data, so no example is in two of them. */
    private void requireOneTestSet() {
        Set<Long> seen = new HashSet<>();
        for (ShardResult shard : shards) {
            if (!shard.testData().equals(shards.getFirst().testData())) {
                throw refused(shard, "testData is " + shard.testData() + "; expected " + shards.getFirst().testData()
                        + " as in shard " + shards.getFirst().shard());
            }
            if ((shard.clean().facts().gradientError() == null) != (shards.getFirst().clean().facts().gradientError() == null)) {
                throw refused(shard, "the model has a gradient for some shards only; expected the same attacks in all");
            }
            for (long index : shard.indices()) {
                if (!seen.add(index)) {
                    throw refused(shard, "example " + index + " is there twice or in another shard too; expected it once");
                }
            }
        }
    }

    private List<ThreatModelReport.Part> shardsOf(int t) {
        return shards.stream().map(shard -> new ThreatModelReport.Part(shard.range().from(), shard.threatModels().get(t))).toList();
    }

    private Verdicts merge(Function<ShardResult, Verdicts> part) {
        Verdicts all = Verdicts.NONE;
        for (ShardResult shard : shards) {
            all = all.with(part.apply(shard), shard.range().from());
        }
        return all;
    }

    private int[] concatenate(Function<ShardResult, int[]> part) {
        return shards.stream().map(part).flatMapToInt(Arrays::stream).toArray();
    }

    private Report.Share share(Verdicts verdicts) {
        return Report.Share.of(verdicts.count(), samples);
    }

    private static TrainerException refused(ShardResult shard, String problem) {
        return new TrainerException(ExitCode.DATA, "shard " + shard.shard() + ": " + problem);
    }
}
