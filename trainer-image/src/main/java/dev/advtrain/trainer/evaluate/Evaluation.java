package dev.advtrain.trainer.evaluate;

import dev.advtrain.contract.ExitCode;
import dev.advtrain.resolve.RunSpec;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.attack.AttackCancelledException;
import dev.advtrain.trainer.attack.Cancellation;
import dev.advtrain.trainer.data.Dataset;
import dev.advtrain.trainer.data.Datasets;
import dev.advtrain.trainer.data.Format;
import dev.advtrain.trainer.model.Classifier;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.storage.Location;
import dev.advtrain.trainer.storage.Locations;
import java.util.Optional;
import java.util.stream.IntStream;

/** The evaluation of a model: its samples, cut into shards, each attacked by every attack of the suite in order. */
public final class Evaluation implements AutoCloseable {
    private final EvaluationPlan plan;
    private final Subject subject;
    private final Optional<Subject> incoming;
    private final Location output;
    private final ShardStore shards;
    private final WrappedModel model;
    private final Classifier classifier;
    private final Dataset samples;
    private final Cancellation cancellation;
    private final EvaluationListener listener;

    private Evaluation(EvaluationPlan plan, Subject subject, Optional<Subject> incoming, Dataset samples, Location output,
            Cancellation cancellation, EvaluationListener listener) {
        this.plan = plan;
        this.subject = subject;
        this.incoming = incoming;
        this.output = output;
        this.shards = new ShardStore(output, plan, subject.sha256());
        this.model = subject.loader().get();
        this.classifier = model.classifier();
        this.samples = samples;
        this.cancellation = cancellation;
        this.listener = listener;
    }

    /**
     * Of the model that training left in the output location.
     *
     * @throws TrainerException 65 where model or data cannot be used, 73 where the model is another run's
     */
    public static Evaluation open(RunSpec run, String runId, Locations locations, Cancellation cancellation, EvaluationListener listener) {
        EvaluationPlan plan = EvaluationPlan.of(run, runId);
        plan.requireSound();
        Location output = locations.output(run.output());
        TrainedModel trained = TrainedModel.read(output, runId);
        Subject subject = trained.subject(output, run);
        Optional<Subject> incoming = trained.baseline(output, run);
        Dataset test = new Datasets(locations, Format.of(run)).load("data.test", run.data().test());
        return open(plan, subject, incoming, test, output, cancellation, listener);
    }

    /**
     * Of the model that training left in the output location, then, where it is asked for, of the one that came in.
     *
     * @param wanted shards
     * @throws TrainerException as {@link #open} and {@link #run}
     */
    public static void run(RunSpec run, String runId, Locations locations, Cancellation cancellation, EvaluationListener listener, int... wanted) {
        Evaluation trained = open(run, runId, locations, cancellation, listener);
        try (trained) {
            IntStream.of(wanted).forEach(trained::run);
        }
        // One model in memory at a time.
        if (trained.incoming.isPresent()) {
            try (Evaluation incoming = trained.ofBaseline()) {
                IntStream.of(wanted).forEach(incoming::run);
            }
        }
    }

    /**
     * Of any model.
     *
     * @param output where the verdicts go
     * @throws TrainerException 65 where model or data cannot be used, 64 where budget, suite or shape do not fit it
     */
    public static Evaluation open(EvaluationPlan plan, Subject subject, Dataset test, Location output, Cancellation cancellation,
            EvaluationListener listener) {
        return open(plan, subject, Optional.empty(), test, output, cancellation, listener);
    }

    private static Evaluation open(EvaluationPlan plan, Subject subject, Optional<Subject> incoming, Dataset test, Location output,
            Cancellation cancellation, EvaluationListener listener) {
        plan.requireSound();
        if (subject.trainData() != null) {
            SampleSelection.requireUnseen(test, subject.trainData());
            SampleSelection.requireSameNames(test, subject.trainData());
        }
        EvaluationPlan sized = plan.sized(test.size());
        Dataset samples = SampleSelection.of(test, sized.evaluation(), sized.seed());
        return new Evaluation(sized, subject, incoming, samples, output, cancellation, listener);
    }

    /** Of the incoming model, on the same samples. */
    private Evaluation ofBaseline() {
        return new Evaluation(plan.ofBaseline(), incoming.orElseThrow(), Optional.empty(), samples, output, cancellation, listener);
    }

    /**
     * Attacks one shard and writes its verdicts, unless they are there already.
     *
     * @throws TrainerException 75 where it was asked to stop
     */
    public void run(int shard) {
        Range range = plan.range(shard);
        Dataset examples = samples.select(IntStream.range(range.from(), range.to()).toArray());
        if (shards.finished(shard).filter(found -> ShardRun.isOf(found, examples)).isPresent()) {
            listener.message(named(shard) + " is done already");
            return;
        }
        try {
            shards.write(new ShardRun(plan, subject.sha256(), classifier, examples, shard, shards, cancellation, listener).run());
        } catch (AttackCancelledException e) {
            throw new TrainerException(ExitCode.STOPPED, "stopped in " + named(shard) + "; what is done is kept", e);
        } catch (TrainerException e) {
            if (!plan.baseline() || e.exitCode() != ExitCode.UNSOUND) {
                throw e;
            }
            // The trained model may be sound all the same.
            shards.write(ShardRun.unsound(plan, subject.sha256(), examples, shard, e.getMessage()));
            listener.message(named(shard) + " cannot be measured: " + e.getMessage());
        }
    }

    private String named(int shard) {
        return "shard " + shard + (plan.baseline() ? " of the incoming model" : "");
    }

    /** Counts what is spent. */
    Classifier classifier() {
        return classifier;
    }

    @Override
    public void close() {
        model.close();
    }
}
