package dev.advtrain.trainer.train;

import java.util.function.LongSupplier;

/** How fast this process is: steps and validations apart, checkpoints not counted. */
final class Pace {
    private static final double NANOS = 1e-9;

    private final LongSupplier nanoTime;
    private long begun;
    private double stepSeconds;
    private long steps;
    private long images;
    private double validationSeconds;
    private long validations;

    Pace(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    void begin() {
        begun = nanoTime.getAsLong();
    }

    void endStep(int batchSize) {
        stepSeconds += elapsed();
        steps++;
        images += batchSize;
    }

    void endValidation() {
        validationSeconds += elapsed();
        validations++;
    }

    /** Of training alone; 0 before the first step. */
    double imagesPerSecond() {
        return stepSeconds > 0 ? images / stepSeconds : 0;
    }

    double secondsLeft(long stepsLeft, long validationsLeft) {
        return stepsLeft * stepSeconds / Math.max(1, steps) + validationsLeft * validationSeconds / Math.max(1, validations);
    }

    private double elapsed() {
        return (nanoTime.getAsLong() - begun) * NANOS;
    }
}
