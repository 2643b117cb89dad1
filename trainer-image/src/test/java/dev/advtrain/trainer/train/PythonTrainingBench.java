package dev.advtrain.trainer.train;

import static dev.advtrain.trainer.proof.Figures.median;
import static dev.advtrain.trainer.proof.Figures.processorSeconds;
import static dev.advtrain.trainer.proof.Figures.say;
import static dev.advtrain.trainer.proof.Figures.spread;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.advtrain.api.v1alpha1.training.ModelSpec;
import dev.advtrain.api.v1alpha1.training.Precision;
import dev.advtrain.trainer.model.ModelShape;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.model.builtin.BuiltinModel;
import dev.advtrain.trainer.proof.PythonProcess;
import dev.advtrain.trainer.tensor.Autocast;
import dev.advtrain.trainer.tensor.Environment;
import dev.advtrain.trainer.tensor.TorchEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Training and inference against PyTorch's own loop in Python: same architecture, batch, threads and precision, in turns,
 * in processor time. Ours is a whole run as users start it, with its data and its bookkeeping; theirs the steps alone.
 *
 * <p>Arguments: the command that starts {@code dev/proofs/training_bench.py}, without its own.
 */
final class PythonTrainingBench {
    private static final int ROUNDS = 7;
    private static final int ATTACK_STEPS = 10;
    private static final List<Task> TASKS = List.of(
            new Task(Bench.SMALL_CNN, Work.INFERENCE, 200), new Task(Bench.SMALL_CNN, Work.STANDARD, 60), new Task(Bench.SMALL_CNN, Work.PGD, 10),
            new Task(Bench.PRE_ACT_RES_NET, Work.INFERENCE, 4), new Task(Bench.PRE_ACT_RES_NET, Work.STANDARD, 2), new Task(Bench.PRE_ACT_RES_NET, Work.PGD, 1),
            new Task(Bench.SMALL_CNN, Work.BFLOAT16, 10), new Task(Bench.PRE_ACT_RES_NET, Work.BFLOAT16, 1));

    private final PythonProcess python;
    private final Task task;
    private final double[] ratios = new double[ROUNDS];
    private double ours;
    private int round;

    private enum Work {
        INFERENCE(0.95), STANDARD(0.95), PGD(1),
        /** Ours in bfloat16, theirs in float32. */
        BFLOAT16(1.6);

        /** Of Python's batches a second. */
        private final double least;

        Work(double least) {
            this.least = least;
        }

        /** As Python knows it. */
        String theirs() {
            return (this == BFLOAT16 ? PGD : this).toString();
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** @param batches measured at once */
    private record Task(Bench.Subject subject, Work work, int batches) {}

    private PythonTrainingBench(PythonProcess python, Task task) {
        this.python = python;
        this.task = task;
    }

    public static void main(String[] arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(arguments));
        command.add(Integer.toString(Bench.SMALL_CNN.batch()));
        command.add(Integer.toString(TorchEngine.threads()));
        boolean good = true;
        try (PythonProcess python = new PythonProcess(Map.of(), command.toArray(String[]::new))) {
            say("float32, and ours in bfloat16 where that is said; %d thread(s), %s; images a processor second, ours to Python's, median of %d rounds "
                    + "(least, most)", TorchEngine.threads(), Environment.current().instructionSet(), ROUNDS);
            Optional<String> withoutBFloat16 = Autocast.unsupported();
            for (Task task : TASKS) {
                if (task.work() == Work.BFLOAT16 && withoutBFloat16.isPresent()) {
                    say("%-40s %-9s not measured: %s", task.subject(), task.work(), withoutBFloat16.get());
                } else {
                    good &= new PythonTrainingBench(python, task).run();
                }
            }
        }
        System.exit(good ? 0 : 1);
    }

    private boolean run() throws IOException {
        askPython();
        switch (task.work()) {
            case INFERENCE -> infer();
            case STANDARD -> Bench.train(task.subject(), Map.of("/training/method", "{\"standard\": {}}"), new Steps());
            case PGD -> Bench.train(task.subject(), ATTACK_STEPS, Precision.FLOAT32, new Steps());
            case BFLOAT16 -> Bench.train(task.subject(), ATTACK_STEPS, Precision.BFLOAT16, new Steps());
        }
        say("%-40s %-9s %s   at least %.2f   (%.0f images/s)", task.subject(), task.work(), spread(ratios, 1), task.work().least,
                task.subject().batch() * task.batches() * ROUNDS / ours);
        return median(ratios) >= task.work().least;
    }

    private void infer() throws IOException {
        ModelSpec.Builtin spec = task.subject().spec();
        ModelShape shape = ModelShape.of(new ModelSpec(spec, null, null, null));
        try (WrappedModel model = WrappedModel.load(BuiltinModel.create(spec, shape, 0), shape, Optional.empty()); NDManager scope = model.newScope()) {
            NDArray x = scope.zeros(new Shape(shape.batch(task.subject().batch())), DataType.FLOAT32);
            for (int i = -1; i < ROUNDS; i++) {
                double begun = processorSeconds();
                for (int batch = 0; batch < task.batches(); batch++) {
                    try (NDManager own = model.newScope()) {
                        model.classifier().logits(own, x);
                    }
                }
                if (i >= 0) {
                    measured(processorSeconds() - begun);
                }
            }
        }
    }

    private void measured(double seconds) throws IOException {
        ours += seconds;
        ratios[round++] = askPython() / seconds;
    }

    private double askPython() throws IOException {
        return Double.parseDouble(python.ask(task.subject().architecture() + " " + task.work().theirs() + " " + task.batches())[0]);
    }

    /** Of a run of ours. The first round warms it up. */
    private final class Steps implements TrainingListener {
        private long seen;
        private double begun;

        @Override
        public void step(Progress progress) {
            if (++seen % task.batches() != 0) {
                return;
            }
            if (seen > task.batches()) {
                try {
                    measured(processorSeconds() - begun);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                if (round == ROUNDS) {
                    throw new Bench.Enough();
                }
            }
            begun = processorSeconds();
        }

        @Override
        public void epoch(Progress progress) {
            // A checkpoint and, at the end, a validation: part of a run.
        }
    }
}
