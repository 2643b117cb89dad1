package dev.advtrain.trainer.train;

import static dev.advtrain.trainer.proof.Figures.residentBytes;
import static dev.advtrain.trainer.proof.Figures.say;

import dev.advtrain.api.v1alpha1.training.Precision;
import dev.advtrain.trainer.proof.PythonProcess;
import java.io.IOException;
import java.util.List;

/**
 * Memory of a whole run of ours, with its data and its bookkeeping, against that of PyTorch's own loop in Python: what each
 * process has resident after so many steps, the virtual machine and the libraries of both included.
 *
 * <p>Arguments: the command that starts {@code dev/proofs/training_bench.py}, without its own.
 */
final class PythonMemoryBench {
    private static final double LARGEST_RATIO = 1.2;
    /** Few: what a step takes does not depend on them. */
    private static final int ATTACK_STEPS = 1;

    private PythonMemoryBench() {}

    public static void main(String[] arguments) throws IOException {
        boolean good = true;
        try (PythonProcess python = Bench.python(List.of(arguments))) {
            good &= compare(python, Bench.SMALL_CNN, 5_000);
            good &= compare(python, Bench.PRE_ACT_RES_NET, 20);
        }
        System.exit(good ? 0 : 1);
    }

    private static boolean compare(PythonProcess python, Bench.Subject subject, int steps) throws IOException {
        python.ask(subject.architecture() + " standard " + steps);
        long theirs = Long.parseLong(python.ask("memory")[0]);
        Resident ours = new Resident(steps);
        Bench.train(subject, ATTACK_STEPS, Precision.FLOAT32, ours);
        double ratio = (double) ours.bytes / theirs;
        say("%-36s after %,5d steps: %,d bytes, Python %,d; ratio %.3f, at most %.1f", subject, steps, ours.bytes, theirs, ratio, LARGEST_RATIO);
        return ours.bytes > 0 && ratio <= LARGEST_RATIO;
    }

    private static final class Resident implements TrainingListener {
        private final int steps;
        private long bytes;

        Resident(int steps) {
            this.steps = steps;
        }

        @Override
        public void step(Progress progress) {
            if (progress.step() == steps) {
                bytes = residentBytes();
                throw new Bench.Enough();
            }
        }
    }
}
