package dev.advtrain.trainer.train;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.advtrain.trainer.tensor.Environment;
import dev.advtrain.api.v1alpha1.training.OutputFormat;
import dev.advtrain.api.v1alpha1.training.Precision;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.contract.OutputFiles;
import dev.advtrain.resolve.RunSpec;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.attack.AttackBatch;
import dev.advtrain.trainer.attack.AttackCancelledException;
import dev.advtrain.trainer.data.Augmentation;
import dev.advtrain.trainer.data.Split;
import dev.advtrain.trainer.model.Trainability;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.random.Philox4x32;
import dev.advtrain.trainer.random.Purpose;
import dev.advtrain.trainer.storage.Location;
import dev.advtrain.trainer.tensor.DeviceMemory;
import dev.advtrain.trainer.tensor.SafeTensors;
import dev.advtrain.trainer.tensor.SafeTensors.Tensor;
import dev.advtrain.trainer.tensor.Tensors;
import dev.advtrain.trainer.tensor.TorchEngine;
import dev.advtrain.trainer.threat.ThreatBudget;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** One attempt at a run, from its start or its newest checkpoint to the artifact. */
final class TrainingRun {
    private static final String BEST = "best/";
    private static final String BATCH_SIZE = "training.batchSize";
    private static final String METHOD = "method/";

    private final RunSpec spec;
    private final TrainingContext context;
    private final Hyperparameters hyperparameters;
    private final List<ThreatBudget> budgets;
    private final Split split;
    private final WrappedModel model;
    private final Artifact artifact;
    private final Location checkpointFolder;
    private final CheckpointStore checkpoints;
    private final Environment environment;
    private final BatchSource batches;
    private final long stepsPerEpoch;
    private final Schedule schedule;
    private final EpsilonWarmup warmup;
    private final Method method;
    private final Validation validation;
    private final Selection selection;
    private final Pace pace;
    /** Null where it is not to be measured. */
    private final Baseline baseline;

    private final Set<String> warnings = new LinkedHashSet<>();
    private final List<EpochRecord> epochs = new ArrayList<>();
    private long step;
    private double lossSum;
    private long lossCount;
    private long savedAt;
    /** Of this attempt. */
    private final FittingBatches fitted = new FittingBatches();
    private boolean measured;

    TrainingRun(RunSpec spec, TrainingContext context, Hyperparameters hyperparameters, List<ThreatBudget> budgets, Split split,
            WrappedModel model, Artifact artifact, Location checkpointFolder) {
        this.spec = spec;
        this.context = context;
        this.hyperparameters = hyperparameters;
        this.budgets = budgets;
        this.split = split;
        this.model = model;
        this.environment = model.precision() == Precision.BFLOAT16 ? Environment.ofBFloat16() : Environment.current();
        this.artifact = artifact;
        this.checkpointFolder = checkpointFolder;
        this.checkpoints = new CheckpointStore(checkpointFolder, context.runId(), this::warn);
        this.batches = new BatchSource(split.train(), Augmentation.of(spec.data().augmentation(), split.train().shape(), budgets.getFirst().min()),
                hyperparameters.batchSize(), hyperparameters.seed());
        this.stepsPerEpoch = batches.batchesPerEpoch();
        this.schedule = Schedule.of(spec.training(), stepsPerEpoch);
        this.warmup = hyperparameters.epsilonWarmup(stepsPerEpoch);
        this.method = Method.of(spec.training(), budgets, model, split.validation(), context.cancellation());
        this.validation = new Validation(model.classifier(), model.shape(), split.validation(), budgets, hyperparameters.seed(),
                hyperparameters.batchSize(), context.cancellation());
        this.selection = new Selection(validation, model, Candidate.order(spec.training().method()), spec.training().selection().patience(),
                hyperparameters.epsilonWarmupEpochs());
        this.pace = new Pace(context.nanoTime());
        this.baseline = spec.evaluation() != null && spec.evaluation().measuresBaseline() ? new Baseline(checkpointFolder, context.runId()) : null;
    }

    TrainingResult run() {
        try (method; Learner learner = Learner.of(spec.training(), model)) {
            boolean goesOn = resume(learner);
            method.begin(learner);
            StepCounter counter = new StepCounter(checkpointFolder, context.runId(), context.attempt(), step, pace::cost);
            counter.begin();
            requireSingles();
            if (baseline != null) {
                baseline.keep(model.exportLoaded(spec.output().includeNormalization()), goesOn);
            }
            savedAt = context.nanoTime().getAsLong();
            try {
                timeStandardStep();
                while (!done()) {
                    while (step < (epochs.size() + 1) * stepsPerEpoch) {
                        trainStep(learner);
                        counter.stepDone();
                        context.listener().step(progress());
                        saveIfDue(learner);
                    }
                    endEpoch(learner);
                    save(learner);
                    counter.note();
                    context.listener().epoch(progress());
                }
            } catch (AttackCancelledException e) {
                save(learner);
                counter.note();
                throw new TrainerException(ExitCode.STOPPED, "stopped after step " + step + " of " + steps() + "; a checkpoint is saved", e);
            }
            return finish(counter);
        }
    }

    /** Whether there was a checkpoint to go on from. */
    private boolean resume(Learner learner) {
        Optional<Checkpoint> latest = checkpoints.latest();
        latest.ifPresent(checkpoint -> {
            TrainingState state = checkpoint.state();
            step = state.step();
            epochs.addAll(state.epochs());
            lossSum = state.lossSum();
            lossCount = state.lossCount();
            SequencedMap<String, Tensor> ofBest = new LinkedHashMap<>();
            SequencedMap<String, Tensor> ofLearner = new LinkedHashMap<>();
            SequencedMap<String, Tensor> ofMethod = new LinkedHashMap<>();
            checkpoint.tensors().forEach((name, tensor) -> {
                if (name.startsWith(BEST)) {
                    ofBest.put(name.substring(BEST.length()), tensor);
                } else if (name.startsWith(METHOD)) {
                    ofMethod.put(name.substring(METHOD.length()), tensor);
                } else {
                    ofLearner.put(name, tensor);
                }
            });
            selection.restore(state.best(), ofBest);
            learner.restore(ofLearner);
            method.restore(ofMethod);
            warnings.addAll(state.warnings());
            context.listener().message("going on from the checkpoint after step " + step + " of " + steps());
            if (!state.environment().equals(environment)) {
                warn("attempt " + context.attempt() + " went on with " + environment.text() + " what attempt " + state.attempt()
                        + " began with " + state.environment().text() + ": the last digits may differ from an undisturbed run");
            }
        });
        return latest.isPresent();
    }

    private void requireSingles() {
        if (batches.hasSingles()) {
            try (NDManager scope = model.newScope()) {
                Trainability.requireBatchOfOne(model, Tensors.create(scope, batches.batch(1, 0).x(), model.shape().batch(1)));
            }
        }
    }

    /** What training costs is told beside standard training. */
    private void timeStandardStep() {
        if (!done() && step < steps()) {
            Method.Place place = method.place(step, stepsPerEpoch);
            BatchSource.Batch batch = batches.batch(place.epoch(), place.position());
            StandardStep.seconds(model, spec.training().optimizer(), batch, context.nanoTime())
                    .ifPresent(seconds -> pace.standardStep(seconds, batch.size()));
        }
    }

    private void trainStep(Learner learner) {
        // Once more than the attack does, which takes no step where epsilon is 0.
        context.cancellation().check();
        int epoch = epochs.size() + 1;
        Method.Place place = method.place(step, stepsPerEpoch);
        pace.begin();
        BatchSource.Batch batch = batches.batch(place.epoch(), place.position());
        // Dropout draws from the engine's own generator: each step the same, also after a restart.
        TorchEngine.seed(Philox4x32.bits(Key.of(hyperparameters.seed(), Purpose.ENGINE_SEED).withExample(step)));
        float loss;
        try {
            loss = descend(learner, batch, place);
        } catch (EngineException e) {
            throw DeviceMemory.explain(e, BATCH_SIZE, batch.size(), fitted.holds(batch.size()), size -> descend(learner, batch.first(size), place));
        }
        fitted.add(batch.size());
        if (!Float.isFinite(loss)) {
            throw new TrainerException(ExitCode.UNSOUND, "the training loss is " + loss + " at step " + (step + 1) + " of " + steps() + " (epoch "
                    + epoch + ", learning rate " + schedule.learningRate(step) + "): no model is written. " + Divergence.whatToTry(spec.training()));
        }
        lossSum += (double) loss * batch.size();
        lossCount += batch.size();
        step++;
        pace.endStep(batch.size());
    }

    private float descend(Learner learner, BatchSource.Batch batch, Method.Place place) {
        try (NDManager scope = model.newScope()) {
            NDArray x = Tensors.create(scope, batch.x(), model.shape().batch(batch.size()));
            NDArray y = Tensors.create(scope, batch.y());
            Supplier<LossAndGradients> objective = method.prepare(scope, new Method.Step(new AttackBatch(x, batch.y(), batch.ids()), y,
                    place.epoch(), place.position(), warmup.scale(step)));
            return learner.step(scope, objective, schedule.learningRate(step));
        }
    }

    /** Also after an early stop. */
    private boolean done() {
        return epochs.size() == hyperparameters.epochs() || selection.exhausted(epochs);
    }

    private void endEpoch(Learner learner) {
        int epoch = epochs.size() + 1;
        Double clean = null;
        Double robust = null;
        try {
            method.endEpoch(learner, epoch, warmup.scale(step - 1)).ifPresent(this::warn);
            if (hyperparameters.validates(epoch)) {
                pace.begin();
                Candidate candidate = learner.measured(() -> measure(epoch));
                pace.endValidation();
                clean = candidate.clean();
                robust = candidate.robust();
                measured = true;
            }
        } catch (EngineException e) {
            throw DeviceMemory.explain(e, BATCH_SIZE, validation.batch(), measured, validation::passThrough);
        }
        epochs.add(new EpochRecord(epoch, lossSum / lossCount, clean, robust, epsilon() * warmup.scale(step - 1),
                schedule.learningRate(step - 1), pace.imagesPerSecond()));
        lossSum = 0;
        lossCount = 0;
        if (stoppedEarly()) {
            context.listener().message("stopping after epoch " + epoch + " of " + hyperparameters.epochs() + ": none after epoch "
                    + selection.best().epoch() + " was better, in as many measurements as training.selection.patience");
        }
    }

    private boolean stoppedEarly() {
        return done() && epochs.size() < hyperparameters.epochs();
    }

    private Candidate measure(int epoch) {
        try {
            return selection.measure(epoch);
        } catch (TrainerException e) {
            if (e.exitCode() != ExitCode.UNSOUND) {
                throw e;
            }
            // The loss was finite before the last step, the logits are not after it.
            throw new TrainerException(ExitCode.UNSOUND, "validation after step " + step + " of " + steps() + ": " + e.getMessage()
                    + ": no model is written. " + Divergence.whatToTry(spec.training()), e);
        }
    }

    private TrainingResult finish(StepCounter counter) {
        model.restore(selection.bestModel());
        // Looked at once more: another run may have ended there meanwhile.
        artifact.begin(spec.output().overwrite());
        TrainingReport.OutputFile torchScript = artifact.write(OutputFiles.MODEL,
                out -> model.export(spec.output().includeNormalization()).write(out));
        TrainingReport.OutputFile safetensors = spec.output().formats().contains(OutputFormat.SAFE_TENSORS)
                ? artifact.write(OutputFiles.SAFETENSORS, out -> new SafeTensors(Map.of("format", "pt"), selection.bestModel()).write(out))
                : null;
        TrainingReport report = new TrainingReport(context.runId(), torchScript, safetensors,
                baseline == null ? null : baseline.publish(artifact), selection.best().epoch(), epochs,
                stoppedEarly() ? true : null, step, counter.attempts(), counter.cost(), split.train().digests(), environment, hyperparameters.seed(), List.copyOf(warnings));
        artifact.finish(report);
        if (!spec.checkpoint().keep()) {
            deleteCheckpoints(checkpointFolder, context.runId());
        }
        return artifact.result(report);
    }

    static void deleteCheckpoints(Location folder, String runId) {
        new CheckpointStore(folder, runId, _ -> { }).deleteAll();
        StepCounter.delete(folder, runId);
        new Baseline(folder, runId).delete();
    }

    private void saveIfDue(Learner learner) {
        long due = savedAt + spec.checkpoint().intervalSeconds() * 1_000_000_000L;
        // The end of an epoch saves anyway, after its validation.
        if (context.nanoTime().getAsLong() - due >= 0 && step % stepsPerEpoch != 0) {
            save(learner);
        }
    }

    private void save(Learner learner) {
        SequencedMap<String, Tensor> tensors = learner.state();
        selection.bestModel().forEach((name, tensor) -> tensors.put(BEST + name, tensor));
        method.state().forEach((name, tensor) -> tensors.put(METHOD + name, tensor));
        checkpoints.save(new Checkpoint(new TrainingState(context.runId(), context.attempt(), step, epochs, lossSum, lossCount,
                selection.best(), environment, List.copyOf(warnings)), tensors));
        savedAt = context.nanoTime().getAsLong();
    }

    private long steps() {
        return hyperparameters.epochs() * stepsPerEpoch;
    }

    private Progress progress() {
        int ended = epochs.size();
        EpochRecord last = ended == 0 ? null : epochs.getLast();
        // Between epochs the sum is empty: the loss is the last epoch's.
        double loss = lossCount > 0 ? lossSum / lossCount : last == null ? Double.NaN : last.loss();
        boolean done = done();
        long validationsLeft = done ? 0 : IntStream.rangeClosed(ended + 1, hyperparameters.epochs())
                .filter(hyperparameters::validates).count();
        return new Progress(lossCount > 0 ? ended + 1 : ended, hyperparameters.epochs(), step, steps(), loss,
                lastValidation(EpochRecord::cleanValidation), lastValidation(EpochRecord::robustValidation), pace.imagesPerSecond(),
                pace.secondsLeft(done ? 0 : steps() - step, validationsLeft));
    }

    private Double lastValidation(Function<EpochRecord, Double> value) {
        return epochs.reversed().stream().map(value).filter(Objects::nonNull).findFirst().orElse(null);
    }

    private double epsilon() {
        return spec.training().method().standard() != null ? 0 : budgets.getFirst().epsilon();
    }

    void warn(String warning) {
        if (warnings.add(warning)) {
            context.listener().message(warning);
        }
    }
}
