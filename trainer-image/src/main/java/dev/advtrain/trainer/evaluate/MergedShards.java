package dev.advtrain.trainer.evaluate;

import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.evaluate.ShardResult.AttackVerdicts;
import dev.advtrain.trainer.masking.ExampleFacts;
import dev.advtrain.trainer.tensor.Environment;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The verdicts of all shards on one model, each checked already, put together. */
final class MergedShards {
    private final List<ShardResult> shards;
    private final int samples;
    private final Verdicts clean;
    private final int[] labels;
    private final List<ThreatModelReport> threatModels;

    /** @throws TrainerException 65 naming the shard that is not of the same test data, or has an example that another has */
    MergedShards(EvaluationPlan plan, List<ShardResult> shards) {
        this.shards = shards;
        this.samples = plan.evaluation().samples();
        requireOneTestSet();
        this.clean = merge(shard -> shard.clean().right());
        this.labels = concatenate(shard -> shard.clean().labels());
        ExampleFacts facts = shards.stream().map(shard -> shard.clean().facts()).reduce(ExampleFacts::merge).orElseThrow();
        this.threatModels = IntStream.range(0, plan.threatModels().size()).mapToObj(t -> new ThreatModelReport(plan, plan.threatModels().get(t),
                shards.stream().map(shard -> new ThreatModelReport.Part(shard.range().from(), shard.threatModels().get(t))).toList(), samples, clean,
                labels, facts)).toList();
    }

    /**
     * Numbers of two models can be compared only where each example is the same.
     *
     * @throws TrainerException 65 naming the shard where they are not
     */
    void requireSameSamples(MergedShards other) {
        for (int i = 0; i < shards.size(); i++) {
            ShardResult one = shards.get(i);
            ShardResult same = other.shards.get(i);
            if (!Arrays.equals(one.indices(), same.indices()) || !one.testData().equals(same.testData())
                    || !Arrays.equals(one.clean().labels(), same.clean().labels())) {
                throw refused(one, "the incoming model was attacked with other samples than the trained one; expected the same");
            }
        }
    }

    /** Right without an attack. */
    Verdicts clean() {
        return clean;
    }

    /** Right under every attack of every threat model. */
    Verdicts robust() {
        return threatModels.stream().map(ThreatModelReport::robust).reduce(clean, Verdicts::and);
    }

    /** One for each threat model of the plan. */
    List<ThreatModelReport> threatModels() {
        return threatModels;
    }

    int[] labels() {
        return labels;
    }

    /** Without an attack. */
    int[] predicted() {
        return concatenate(shard -> shard.clean().predicted());
    }

    SortedMap<String, String> testData() {
        return shards.getFirst().testData();
    }

    /** What attacks and probes took. */
    double seconds() {
        return shards.stream().flatMap(shard -> shard.threatModels().stream())
                .flatMap(threatModel -> Stream.concat(threatModel.attacks().stream(), threatModel.probes().stream()))
                .mapToDouble(AttackVerdicts::seconds).sum();
    }

    Stream<Environment> environments() {
        return shards.stream().map(ShardResult::environment);
    }

    Report.Share share(Verdicts verdicts) {
        return Report.Share.of(verdicts.count(), samples);
    }

    /** Shards of one run draw the same samples of the same data, so no example is in two of them. */
    private void requireOneTestSet() {
        Set<Long> seen = new HashSet<>();
        for (ShardResult shard : shards) {
            if (!shard.testData().equals(testData())) {
                throw refused(shard, "testData is " + shard.testData() + "; expected " + testData() + " as in shard " + shards.getFirst().shard());
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

    private static TrainerException refused(ShardResult shard, String problem) {
        return new TrainerException(ExitCode.DATA, "shard " + shard.shard() + ": " + problem);
    }
}
