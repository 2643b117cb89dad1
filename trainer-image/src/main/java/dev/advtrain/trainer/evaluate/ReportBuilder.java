package dev.advtrain.trainer.evaluate;

import dev.advtrain.contract.ExitCode;
import dev.advtrain.contract.OutputFiles;
import dev.advtrain.resolve.RunSpec;
import dev.advtrain.resolve.RunSpec.ResolvedThreatModel;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.evaluate.ShardResult.AttackVerdicts;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/** Merges the verdicts of all shards of a run, each checked already, into one report. */
final class ReportBuilder {
    /** Above this share of the samples, and this number, verdicts that change between passes are worth a warning. */
    private static final double UNSTABLE_SHARE = 0.002;
    private static final int UNSTABLE_IMAGES = 3;
    private static final Verdicts NONE = new Verdicts(new BitSet());

    private final RunSpec run;
    private final List<ShardResult> shards;
    private final int samples;
    /** Training's first: they are about the same model. */
    private final Set<String> warnings = new LinkedHashSet<>();

    private ReportBuilder(RunSpec run, List<ShardResult> shards) {
        this.run = run;
        this.shards = shards;
        this.samples = run.evaluation().samples();
    }

    /** @param modelUri of the model file */
    static Report build(RunSpec run, String runId, TrainedModel trained, String modelUri, List<ShardResult> shards) {
        return new ReportBuilder(run, shards).build(runId, trained, modelUri);
    }

    private Report build(String runId, TrainedModel trained, String modelUri) {
        requireOneTestSet();
        if (trained.warnings() != null) {
            warnings.addAll(trained.warnings());
        }
        Verdicts clean = merge(ShardResult::clean);
        Verdicts robust = clean;
        List<Report.Result> results = new ArrayList<>();
        for (int t = 0; t < run.threatModels().size(); t++) {
            results.add(result(t));
            robust = robust.and(survivors(t));
        }
        return new Report(OutputFiles.SCHEMA_VERSION, runId, run.job(),
                new Report.Model(modelUri, trained.model().sha256(), trained.selectedEpoch()),
                new Report.Data(trained.data().train(), shards.getFirst().testData()), run.evaluation(), run.training().seed(),
                share(clean), share(robust), results, shards.stream().map(ShardResult::threads).distinct().sorted().toList(),
                List.copyOf(warnings));
    }

    /** Shards of one run draw the same samples of the same data, so no example is in two of them. */
    private void requireOneTestSet() {
        Set<Long> seen = new HashSet<>();
        for (ShardResult shard : shards) {
            if (!shard.testData().equals(shards.getFirst().testData())) {
                throw refused(shard, "testData is " + shard.testData() + "; expected " + shards.getFirst().testData()
                        + " as in shard " + shards.getFirst().shard());
            }
            for (long index : shard.indices()) {
                if (!seen.add(index)) {
                    throw refused(shard, "example " + index + " is there twice or in another shard too; expected it once");
                }
            }
        }
    }

    private Report.Result result(int t) {
        ResolvedThreatModel threatModel = run.threatModels().get(t);
        List<AttackVerdicts> first = shards.getFirst().threatModels().get(t).attacks();
        List<Report.Attack> attacks = new ArrayList<>();
        for (int a = 0; a < first.size(); a++) {
            attacks.add(attack(t, a));
        }
        return new Report.Result(threatModel.kind(), threatModel.name(), threatModel.spec(), share(survivors(t)), attacks);
    }

    private Report.Attack attack(int t, int a) {
        String name = shards.getFirst().threatModels().get(t).attacks().get(a).name();
        int unstable = Math.toIntExact(sum(t, a, AttackVerdicts::unstable));
        if (unstable > Math.max(UNSTABLE_IMAGES, UNSTABLE_SHARE * samples)) {
            warnings.add("%s of %s: %d of %d examples were found misclassified once and right again; is the model random?"
                    .formatted(name, run.threatModels().get(t).name(), unstable, samples));
        }
        return new Report.Attack(name, share(merge(shard -> attackOf(shard, t, a).survivors())), unstable,
                sum(t, a, AttackVerdicts::forwards), sum(t, a, AttackVerdicts::gradients), seconds(t, a));
    }

    /** Right under every attack of one threat model: the last attack's, which come on top of each other. */
    private Verdicts survivors(int t) {
        return merge(shard -> {
            List<AttackVerdicts> attacks = shard.threatModels().get(t).attacks();
            return attacks.isEmpty() ? shard.clean() : attacks.getLast().survivors();
        });
    }

    private Verdicts merge(Function<ShardResult, Verdicts> part) {
        Verdicts all = NONE;
        for (ShardResult shard : shards) {
            all = all.with(part.apply(shard), shard.range().from());
        }
        return all;
    }

    private long sum(int t, int a, ToLongFunction<AttackVerdicts> part) {
        return shards.stream().mapToLong(shard -> part.applyAsLong(attackOf(shard, t, a))).sum();
    }

    private double seconds(int t, int a) {
        ToDoubleFunction<ShardResult> seconds = shard -> attackOf(shard, t, a).seconds();
        return Math.round(10 * shards.stream().mapToDouble(seconds).sum()) / 10.0;
    }

    private static AttackVerdicts attackOf(ShardResult shard, int t, int a) {
        return shard.threatModels().get(t).attacks().get(a);
    }

    private Report.Share share(Verdicts verdicts) {
        return Report.Share.of(verdicts.count(), samples);
    }

    private static TrainerException refused(ShardResult shard, String problem) {
        return new TrainerException(ExitCode.DATA, "shard " + shard.shard() + ": " + problem);
    }
}
