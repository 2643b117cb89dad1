package dev.advtrain.trainer.evaluate;

import dev.advtrain.api.v1alpha1.evaluation.EvaluationSpec;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.contract.OutputFiles;
import dev.advtrain.resolve.RunSpec;
import dev.advtrain.resolve.RunSpec.ResolvedThreatModel;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.attack.Attack;
import dev.advtrain.trainer.attack.AttackCancelledException;
import dev.advtrain.trainer.attack.AttackContext;
import dev.advtrain.trainer.attack.Cancellation;
import dev.advtrain.trainer.attack.Suites;
import dev.advtrain.trainer.data.Dataset;
import dev.advtrain.trainer.data.Datasets;
import dev.advtrain.trainer.data.Format;
import dev.advtrain.trainer.evaluate.ShardResult.AttackVerdicts;
import dev.advtrain.trainer.evaluate.ShardResult.ThreatModelVerdicts;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.random.Purpose;
import dev.advtrain.trainer.storage.Location;
import dev.advtrain.trainer.storage.Locations;
import dev.advtrain.trainer.tensor.TorchEngine;
import dev.advtrain.trainer.threat.ThreatBudget;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The evaluation of a trained model: its samples, cut into shards, each attacked by every attack of the suite in order. */
public final class Evaluation implements AutoCloseable {
    private final RunSpec run;
    private final String runId;
    private final TrainedModel trained;
    private final ShardStore shards;
    private final WrappedModel model;
    private final Dataset samples;
    private final Cancellation cancellation;
    private final EvaluationListener listener;

    private Evaluation(RunSpec run, String runId, TrainedModel trained, ShardStore shards, WrappedModel model, Dataset samples,
            Cancellation cancellation, EvaluationListener listener) {
        this.run = run;
        this.runId = runId;
        this.trained = trained;
        this.shards = shards;
        this.model = model;
        this.samples = samples;
        this.cancellation = cancellation;
        this.listener = listener;
    }

    /**
     * Loads the model from the output location and draws the samples.
     *
     * @throws TrainerException 65 where model or data cannot be used, 73 where the model is another run's
     */
    public static Evaluation open(RunSpec run, String runId, Locations locations, Cancellation cancellation, EvaluationListener listener) {
        // Before anything is read: a wrong budget is a matter of the run spec alone.
        run.threatModels().forEach(threatModel -> suite(run, threatModel));
        Location output = locations.output("output.uri", run.output().uri());
        TrainedModel trained = TrainedModel.read(output, runId);
        Dataset test = new Datasets(locations, Format.of(run)).load("data.test", run.data().test());
        SampleSelection.requireUnseen(test, trained.data().train());
        Dataset samples = SampleSelection.of(test, run.evaluation(), run.training().seed());
        return new Evaluation(run, runId, trained, new ShardStore(output, run, runId, trained.model().sha256()),
                trained.load(output, run), samples, cancellation, listener);
    }

    /**
     * Attacks one shard and writes its verdicts, unless they are there already.
     *
     * @throws TrainerException 75 where it was asked to stop
     */
    public void run(int shard) {
        if (shards.finished(shard).isPresent()) {
            listener.message("shard " + shard + " is done already");
            return;
        }
        try {
            shards.write(attack(shard));
        } catch (AttackCancelledException e) {
            throw new TrainerException(ExitCode.STOPPED, "stopped in shard " + shard + "; shards that are done are kept", e);
        }
    }

    private ShardResult attack(int shard) {
        EvaluationSpec evaluation = run.evaluation();
        Range range = Range.of(shard, evaluation.shards(), evaluation.samples());
        Dataset examples = samples.select(IntStream.range(range.from(), range.to()).toArray());
        long start = System.nanoTime();
        Verdicts clean = slice(examples, shard, null, "clean", start).clean();
        listener.attacked(progress(shard, null, "clean", examples.size(), clean.count(), examples.size(), start));
        List<ThreatModelVerdicts> verdicts = new ArrayList<>();
        for (ResolvedThreatModel threatModel : run.threatModels()) {
            verdicts.add(new ThreatModelVerdicts(threatModel.kind(), threatModel.name(), attacks(shard, examples, clean, threatModel)));
        }
        long[] indices = IntStream.range(0, examples.size()).mapToLong(examples::id).toArray();
        return new ShardResult(OutputFiles.SCHEMA_VERSION, runId, trained.model().sha256(), shard, evaluation.shards(),
                evaluation.samples(), range, indices, samples.digests(), clean, verdicts, TorchEngine.threads());
    }

    private List<AttackVerdicts> attacks(int shard, Dataset examples, Verdicts clean, ResolvedThreatModel threatModel) {
        List<Attack> suite = suite(run, threatModel);
        List<AttackVerdicts> verdicts = new ArrayList<>();
        Verdicts right = clean;
        for (int i = 0; i < suite.size(); i++) {
            cancellation.check();
            Key key = Key.of(run.training().seed(), Purpose.ATTACK_START).withAttack(i);
            long start = System.nanoTime();
            String name = suite.get(i).name();
            AttackVerdicts found = slice(examples, shard, threatModel.name(), name, start)
                    .attack(suite.get(i), new AttackContext(key, cancellation), right);
            listener.attacked(progress(shard, threatModel.name(), name, right.count(), found.survivors().count(), examples.size(), start));
            right = found.survivors();
            verdicts.add(found);
        }
        return verdicts;
    }

    /** The attacks that each example of a run goes through, in order. */
    static List<Attack> suite(RunSpec run, ResolvedThreatModel threatModel) {
        ThreatBudget budget = ThreatBudget.of(threatModel.spec(), Format.of(run).features());
        return switch (run.evaluation().suite()) {
            case QUICK -> Suites.quick(budget);
            case AUTO_ATTACK, AUTO_ATTACK_PLUS, AUTO_ATTACK_RANDOMIZED, CUSTOM -> throw new TrainerException(ExitCode.RUN_SPEC,
                    "evaluation.suite: " + run.evaluation().suite() + " is not there yet");
        };
    }

    private Slice slice(Dataset examples, int shard, String threatModel, String attack, long start) {
        return new Slice(model.classifier(), examples, run.evaluation().batchSize(), (done, of, right) ->
                listener.attacking(new EvaluationProgress(shard, run.evaluation().shards(), threatModel, attack, done, of, right,
                        examples.size(), seconds(start))));
    }

    private EvaluationProgress progress(int shard, String threatModel, String attack, int attacked, int right, int samples, long start) {
        return new EvaluationProgress(shard, run.evaluation().shards(), threatModel, attack, attacked, attacked, right, samples,
                seconds(start));
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    @Override
    public void close() {
        model.close();
    }
}
