package dev.advtrain.trainer.train;

import static dev.advtrain.trainer.proof.Figures.median;
import static dev.advtrain.trainer.proof.Figures.say;
import static dev.advtrain.trainer.proof.Figures.spread;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.advtrain.api.v1alpha1.training.Precision;
import dev.advtrain.trainer.tensor.Environment;
import dev.advtrain.trainer.model.Classifier;
import dev.advtrain.trainer.model.Loss;
import dev.advtrain.trainer.model.ModelShape;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.model.builtin.BuiltinModel;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.random.Philox4x32;
import dev.advtrain.trainer.random.Purpose;
import dev.advtrain.trainer.tensor.TorchEngine;
import java.io.IOException;
import java.util.Optional;

/**
 * How far a training step is from the least it could take: K times forward and input gradient, and one step of the
 * optimizer with its own forward and backward pass. All three are measured alone, in turns, in the same process; a
 * training step is all that lies between two steps of a real run.
 */
final class TrainingBench implements TrainingListener, AutoCloseable {
    private static final int ATTACK_STEPS = 10;
    private static final int ROUNDS = 7;
    private static final int STEPS = 20;
    private static final double MILLIS = 1e-6;
    private static final double LARGEST_RATIO = 1.05;
    private static final ModelShape SHAPE = new ModelShape(new long[] {1, 28, 28}, 10);

    private final Bench.Subject subject;
    private final int steps;
    private final WrappedModel model;
    private final Classifier classifier;
    private final Objective objective = new Objective.CrossEntropy(0);
    private final Learner learner;
    private final NDManager owned;
    private final NDArray x;
    private final NDArray y;

    /** Nanoseconds of each round: its training steps, and what they are compared with. */
    private final double[] trainingSteps = new double[ROUNDS];
    private final double[] gradients = new double[ROUNDS];
    private final double[] optimizerSteps = new double[ROUNDS];
    private int round;
    private long seen;
    private int measured;
    /** When the step before was left; 0 where there is none to measure from. */
    private long leftAt;

    private TrainingBench(Bench.Subject subject, int steps) {
        this.subject = subject;
        this.steps = steps;
        model = WrappedModel.load(BuiltinModel.create(subject.spec(), SHAPE, 0), SHAPE, Optional.empty(), Trainer.kernels());
        classifier = model.classifier();
        learner = new Learner(model, new Sgd(model, 0.9, true, 5e-4));
        owned = model.newScope();
        float[] values = new float[subject.batch() * SHAPE.features()];
        Philox4x32.uniform(Key.of(0, Purpose.DIGITS), values, 0, values.length);
        x = owned.create(values, new Shape(SHAPE.batch(subject.batch())));
        y = owned.create(new long[subject.batch()]);
    }

    /** Arguments: none, or architecture, width, batch and steps of a round. */
    public static void main(String[] arguments) throws IOException {
        Bench.Subject subject = arguments.length == 0 ? Bench.SMALL_CNN
                : new Bench.Subject(arguments[0], Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
        try (TrainingBench bench = new TrainingBench(subject, arguments.length == 0 ? STEPS : Integer.parseInt(arguments[3]))) {
            Bench.train(subject, ATTACK_STEPS, Precision.FLOAT32, bench);
            bench.print();
        }
    }

    @Override
    public void step(Progress progress) {
        long now = System.nanoTime();
        // Not across the end of an epoch, where the run saves a checkpoint.
        if (++seen > steps && leftAt != 0) {
            trainingSteps[round] += now - leftAt;
            measureFloor();
            if (++measured == steps) {
                measured = 0;
                if (++round == ROUNDS) {
                    throw new Bench.Enough();
                }
            }
        }
        leftAt = System.nanoTime();
    }

    @Override
    public void epoch(Progress progress) {
        leftAt = 0;
    }

    /** After each training step, so that whatever else runs on the machine meets all three alike. */
    private void measureFloor() {
        long begun = System.nanoTime();
        for (int i = 0; i < ATTACK_STEPS; i++) {
            try (NDManager scope = model.newScope()) {
                classifier.lossGradient(scope, Loss.CROSS_ENTROPY, x, y, y);
            }
        }
        long between = System.nanoTime();
        try (NDManager scope = model.newScope()) {
            learner.step(scope, () -> objective.gradients(scope, model, Objective.Examples.clean(x, y)), 0.01);
        }
        gradients[round] += between - begun;
        optimizerSteps[round] += System.nanoTime() - between;
    }

    private void print() {
        double[] ratios = new double[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            ratios[i] = trainingSteps[i] / (gradients[i] + optimizerSteps[i]);
        }
        say("%s, PGD-%d, float32, %d thread(s), %s; median of %d rounds of %d steps (least, most)",
                subject, ATTACK_STEPS, TorchEngine.threads(), Environment.current().instructionSet(), ROUNDS, steps);
        say("training step              %s ms   %.0f images/s", spread(trainingSteps, MILLIS / steps), subject.batch() * steps / (median(trainingSteps) * 1e-9));
        say("forward and input gradient %s ms", spread(gradients, MILLIS / steps / ATTACK_STEPS));
        say("optimizer step             %s ms", spread(optimizerSteps, MILLIS / steps));
        say("ratio to the floor         %s      at most %.2f", spread(ratios, 1), LARGEST_RATIO);
        if (median(ratios) > LARGEST_RATIO) {
            System.exit(1);
        }
    }

    @Override
    public void close() {
        owned.close();
        learner.close();
        model.close();
    }
}
