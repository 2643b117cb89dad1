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
import dev.advtrain.trainer.tensor.TorchEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Training and inference against PyTorch's own loop in Python: same architecture, batch, threads and precision, in turns. One
 * thread is measured in processor time, which other work on the machine does not add to; of several the time that
 * passes, which is what they are for. Ours is a whole run as users start it, with its data and its bookkeeping; theirs the steps alone.
 * Each task is measured in processes of its own: what an allocator has learnt in one task can speed up the next.
 *
 * <p>Arguments: architecture, work, and the command that starts {@code dev/proofs/training_bench.py}, without its own.
 */
final class PythonTrainingBench {
    private static final int ROUNDS = 7;
    private static final int ATTACK_STEPS = 10;

    private final PythonProcess python;
    private final Bench.Subject subject;
    private final Work work;
    /** Measured at once. */
    private final int batches;
    private final double[] ratios = new double[ROUNDS];
    private double ours;
    private int round;

    private enum Work {
        INFERENCE(0.95, 200, 8), STANDARD(0.95, 200, 6), PGD(1, 20, 2),
        /** Ours in bfloat16, theirs in float32. */
        BFLOAT16(1.6, 20, 2);

        /** Of Python's batches a second. */
        private final double least;
        private final Map<Bench.Subject, Integer> batches;

        /** @param small, deep batches measured at once of each subject: a second or more */
        Work(double least, int small, int deep) {
            this.least = least;
            this.batches = Map.of(Bench.SMALL_CNN, small, Bench.PRE_ACT_RES_NET, deep);
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

    private PythonTrainingBench(PythonProcess python, Bench.Subject subject, Work work) {
        this.python = python;
        this.subject = subject;
        this.work = work;
        this.batches = work.batches.get(subject);
    }

    public static void main(String[] arguments) throws IOException {
        Bench.Subject subject = Stream.of(Bench.SMALL_CNN, Bench.PRE_ACT_RES_NET).filter(known -> known.architecture().equals(arguments[0]))
                .findFirst().orElseThrow();
        Work work = Work.valueOf(arguments[1].toUpperCase(Locale.ROOT));
        List<String> start = List.of(arguments).subList(2, arguments.length);
        Optional<String> missing = work == Work.BFLOAT16 ? Autocast.unsupported() : Optional.empty();
        if (missing.isPresent()) {
            say("%-40s %-9s not measured: %s", subject, work, missing.get());
            return;
        }
        boolean good;
        try (PythonProcess python = Bench.python(start)) {
            good = new PythonTrainingBench(python, subject, work).run();
        }
        System.exit(good ? 0 : 1);
    }

    private boolean run() throws IOException {
        askPython();
        switch (work) {
            case INFERENCE -> infer();
            case STANDARD -> Bench.train(subject, Map.of("/training/method", "{\"standard\": {}}"), new Steps());
            case PGD -> Bench.train(subject, ATTACK_STEPS, Precision.FLOAT32, new Steps());
            case BFLOAT16 -> Bench.train(subject, ATTACK_STEPS, Precision.BFLOAT16, new Steps());
        }
        say("%-40s %-9s %s   at least %.2f   (%.0f images/s)", subject, work, spread(ratios, 1), work.least,
                subject.batch() * batches * ROUNDS / ours);
        return median(ratios) >= work.least;
    }

    private void infer() throws IOException {
        ModelSpec.Builtin spec = subject.spec();
        ModelShape shape = ModelShape.of(new ModelSpec(spec, null, null, null));
        try (WrappedModel model = WrappedModel.load(BuiltinModel.create(spec, shape, 0), shape, Optional.empty()); NDManager scope = model.newScope()) {
            NDArray x = scope.zeros(new Shape(shape.batch(subject.batch())), DataType.FLOAT32);
            for (int i = -1; i < ROUNDS; i++) {
                double begun = seconds();
                for (int batch = 0; batch < batches; batch++) {
                    try (NDManager own = model.newScope()) {
                        model.classifier().logits(own, x);
                    }
                }
                if (i >= 0) {
                    measured(seconds() - begun);
                }
            }
        }
    }

    private void measured(double seconds) throws IOException {
        ours += seconds;
        ratios[round++] = askPython() / seconds;
    }

    private static double seconds() {
        return TorchEngine.threads() == 1 ? processorSeconds() : System.nanoTime() * 1e-9;
    }

    private double askPython() throws IOException {
        return Double.parseDouble(python.ask(subject.architecture() + " " + work.theirs() + " " + batches)[0]);
    }

    /** Of a run of ours. The first round warms it up. */
    private final class Steps implements TrainingListener {
        private long seen;
        private double begun;

        @Override
        public void step(Progress progress) {
            if (++seen % batches != 0) {
                return;
            }
            if (seen > batches) {
                try {
                    measured(seconds() - begun);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                if (round == ROUNDS) {
                    throw new Bench.Enough();
                }
            }
            begun = seconds();
        }

        @Override
        public void epoch(Progress progress) {
            // A checkpoint and, at the end, a validation: part of a run.
        }
    }
}
