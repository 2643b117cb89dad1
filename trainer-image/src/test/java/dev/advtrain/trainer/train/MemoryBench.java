package dev.advtrain.trainer.train;

import dev.advtrain.api.v1alpha1.training.Precision;
import dev.advtrain.trainer.proof.Figures;
import java.io.IOException;
import java.util.Locale;

/** Whether training keeps anything from step to step: resident memory of the process after 200 and after 5,000 steps. */
final class MemoryBench implements TrainingListener {
    /** Few: what a step keeps does not depend on them. */
    private static final int ATTACK_STEPS = 2;
    private static final int EARLY = 200;
    private static final int LATE = 5_000;
    private static final double LARGEST_RATIO = 1.05;

    private long early;
    private long late;

    public static void main(String[] arguments) throws IOException {
        MemoryBench bench = new MemoryBench();
        Bench.train(Bench.SMALL_CNN, ATTACK_STEPS, Precision.FLOAT32, bench);
        double ratio = (double) bench.late / bench.early;
        System.out.printf(Locale.ROOT, "resident after %,d steps: %,d bytes; after %,d: %,d bytes; ratio %.3f, at most %.2f%n", EARLY,
                bench.early, LATE, bench.late, ratio, LARGEST_RATIO);
        if (bench.early == 0 || bench.late == 0 || ratio > LARGEST_RATIO) {
            System.exit(1);
        }
    }

    @Override
    public void step(Progress progress) {
        if (progress.step() == EARLY) {
            early = resident();
        } else if (progress.step() == LATE) {
            late = resident();
            throw new Bench.Enough();
        }
    }

    private static long resident() {
        // What is garbage is not kept.
        System.gc();
        return Figures.residentBytes();
    }
}
