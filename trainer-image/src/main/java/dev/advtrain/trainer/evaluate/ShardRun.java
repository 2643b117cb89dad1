package dev.advtrain.trainer.evaluate;

import ai.djl.engine.EngineException;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.contract.OutputFiles;
import dev.advtrain.resolve.RunSpec.ResolvedThreatModel;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.attack.Attack;
import dev.advtrain.trainer.attack.AttackBatch;
import dev.advtrain.trainer.attack.AttackContext;
import dev.advtrain.trainer.attack.AttackResult;
import dev.advtrain.trainer.attack.Cancellation;
import dev.advtrain.trainer.data.Dataset;
import dev.advtrain.trainer.evaluate.ShardResult.ThreatModelVerdicts;
import dev.advtrain.trainer.masking.ExampleFacts;
import dev.advtrain.trainer.masking.Probe;
import dev.advtrain.trainer.model.Classifier;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.random.Purpose;
import dev.advtrain.trainer.tensor.DeviceMemory;
import dev.advtrain.trainer.tensor.Environment;
import dev.advtrain.trainer.tensor.TorchModule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.IntStream;

/** Attacks one slice of the samples, saved after every batch: a try that was cut off is gone on with. */
final class ShardRun {
    private static final String CLEAN = "clean";
    /** Of the key of a probe's draws, above every attack of a suite. */
    private static final int FIRST_PROBE = 1000;

    private final EvaluationPlan plan;
    private final String modelSha256;
    private final Classifier classifier;
    private final Dataset examples;
    private final int shard;
    private final ShardStore store;
    private final Cancellation cancellation;
    private final EvaluationListener listener;
    private final Slice slice;
    /** Of the examples and the process, the same in every file that is saved. */
    private final long[] indices;
    private final SortedMap<String, String> digests;
    private final Environment environment = Environment.current();
    private final Pictures pictures;
    private CleanVerdicts clean;
    private final List<ThreatModelState> threatModels = new ArrayList<>();
    private final List<ThreatModelVerdicts> saved;

    /** @param examples of this shard */
    ShardRun(EvaluationPlan plan, String modelSha256, Classifier classifier, Dataset examples, int shard, ShardStore store,
            Cancellation cancellation, EvaluationListener listener) {
        this.plan = plan;
        this.modelSha256 = modelSha256;
        this.classifier = classifier;
        this.examples = examples;
        this.shard = shard;
        this.store = store;
        this.cancellation = cancellation;
        this.listener = listener;
        this.indices = indices(examples);
        this.digests = examples.digests();
        this.slice = new Slice(classifier, examples, plan.evaluation().batchSize());
        this.pictures = new Pictures(classifier, examples);
        ShardResult partial = store.partial(shard).filter(found -> isOf(found, examples)).orElse(null);
        this.clean = partial == null ? new CleanVerdicts(labels(examples), new int[0], null) : partial.clean();
        this.saved = partial == null ? List.of() : partial.threatModels();
    }

    /** Whether verdicts are of these examples. */
    static boolean isOf(ShardResult found, Dataset examples) {
        return Arrays.equals(found.indices(), indices(examples)) && found.testData().equals(examples.digests())
                && (found.unsound() != null || Arrays.equals(found.clean().labels(), labels(examples)));
    }

    /** @throws dev.advtrain.trainer.attack.AttackCancelledException where it is asked to stop; what is done is saved */
    ShardResult run() {
        long start = System.nanoTime();
        clean(start);
        int right = clean.right().count();
        listener.attacked(progress(null, CLEAN, examples.size(), examples.size(), right, start));
        for (ResolvedThreatModel threatModel : plan.threatModels()) {
            int position = threatModels.size();
            ThreatModelState state = new ThreatModelState(clean,
                    position < saved.size() ? saved.get(position) : ThreatModelState.none(threatModel, clean));
            threatModels.add(state);
            attack(threatModel, state);
            probe(threatModel, state);
        }
        return result();
    }

    private void clean(long start) {
        slice.forEachBatch(IntStream.range(0, examples.size()).toArray(), clean.predicted().length, (positions, batch) -> {
            cancellation.check();
            int[] found = predict(batch);
            int[] predicted = Arrays.copyOf(clean.predicted(), clean.predicted().length + found.length);
            System.arraycopy(found, 0, predicted, predicted.length - found.length, found.length);
            ExampleFacts facts = ExampleFacts.measure(classifier, batch);
            clean = new CleanVerdicts(clean.labels(), predicted, clean.facts() == null ? facts : clean.facts().merge(facts));
            save();
            listener.attacking(progress(null, CLEAN, predicted.length, examples.size(), clean.right().count(), start));
        });
    }

    private int[] predict(AttackBatch batch) {
        try {
            return classifier.predict(batch.x(), i -> "example " + batch.ids()[i]);
        } catch (EngineException e) {
            String reason = TorchModule.reason(e);
            if (DeviceMemory.exhausted(e) || reason.contains("memory")) {
                throw e; // Says nothing about the model.
            }
            throw new TrainerException(ExitCode.RUN_SPEC, "the model cannot take a batch of " + batch.size() + " examples: " + reason, e);
        }
    }

    private void attack(ResolvedThreatModel threatModel, ThreatModelState state) {
        List<Attack> suite = plan.attacks(threatModel, clean.facts()).attacks();
        for (int i = 0; i < suite.size(); i++) {
            Attack attack = suite.get(i);
            long start = System.nanoTime();
            int before = state.survivors().count();
            AttackTally tally = state.nextAttack(attack.name());
            run(tally, attack, i, (positions, result) -> keep(attack, state, positions, result), done ->
                    progress(threatModel.name(), attack.name(), done, before, tally.right(), start));
            listener.attacked(progress(threatModel.name(), attack.name(), before, before, tally.right(), start));
        }
    }

    private void probe(ResolvedThreatModel threatModel, ThreatModelState state) {
        List<Probe> probes = plan.probes(threatModel, clean.facts());
        for (int i = 0; i < probes.size(); i++) {
            Probe probe = probes.get(i);
            long start = System.nanoTime();
            Verdicts on = plan.probed(switch (probe.on()) {
                case RIGHT -> state.clean();
                case SURVIVORS -> state.survivors();
            }, plan.range(shard));
            AttackTally tally = state.nextProbe(probe.name(), on);
            run(tally, probe.attack(), FIRST_PROBE + i, (_, _) -> { }, done ->
                    progress(threatModel.name(), "check " + probe.name(), done, on.count(), state.survivors().count(), start));
        }
    }

    @FunctionalInterface
    private interface Keeper {
        void keep(int[] positions, AttackResult result);
    }

    @FunctionalInterface
    private interface Saying {
        EvaluationProgress after(int done);
    }

    private void run(AttackTally tally, Attack attack, int number, Keeper keeper, Saying saying) {
        AttackContext context = new AttackContext(Key.of(plan.seed(), Purpose.ATTACK_START).withAttack(number), cancellation);
        cancellation.check();
        slice.forEachBatch(tally.examples(), tally.done(), (positions, batch) -> {
            long start = System.nanoTime();
            AttackResult result = attack.run(classifier, batch, context);
            tally.add(positions, result, (System.nanoTime() - start) / 1e9);
            keeper.keep(positions, result);
            save();
            listener.attacking(saying.after(tally.done()));
        });
    }

    private void keep(Attack attack, ThreatModelState state, int[] positions, AttackResult result) {
        for (int i = 0; i < positions.length; i++) {
            if (result.success(i)) {
                state.predicted(positions[i], result.predicted()[i]);
            }
        }
        if (!plan.baseline()) {
            pictures.add(attack, clean, positions, result, state.pictures());
        }
    }

    private void save() {
        store.writePartial(result());
    }

    private ShardResult result() {
        return new ShardResult(OutputFiles.SCHEMA_VERSION, plan.runId(), modelSha256, shard, plan.evaluation().shards(),
                plan.evaluation().samples(), plan.range(shard), indices,
                digests, clean, threatModels.stream().map(ThreatModelState::verdicts).toList(), environment, null);
    }

    /** In the place of verdicts on a model that cannot be attacked. */
    static ShardResult unsound(EvaluationPlan plan, String modelSha256, Dataset examples, int shard, String reason) {
        return new ShardResult(OutputFiles.SCHEMA_VERSION, plan.runId(), modelSha256, shard, plan.evaluation().shards(),
                plan.evaluation().samples(), plan.range(shard), indices(examples), examples.digests(), null, null, Environment.current(), reason);
    }

    private static int[] labels(Dataset examples) {
        return IntStream.range(0, examples.size()).map(examples::label).toArray();
    }

    private static long[] indices(Dataset examples) {
        return IntStream.range(0, examples.size()).mapToLong(examples::id).toArray();
    }

    private EvaluationProgress progress(String threatModel, String attack, int done, int of, int right, long start) {
        return new EvaluationProgress(shard, plan.evaluation().shards(), threatModel, attack, done, of, right, examples.size(),
                (System.nanoTime() - start) / 1e9, plan.baseline());
    }
}
