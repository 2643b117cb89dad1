package dev.advtrain.trainer.train;

import dev.advtrain.trainer.evaluate.TrainingCost;
import java.util.function.LongSupplier;

/** How fast this process is and what it took: steps and validations apart, checkpoints in the sum only. */
final class Pace {
    private static final double NANOS = 1e-9;

    private final LongSupplier nanoTime;
    private final long started;
    private long begun;
    private double stepSeconds;
    private long steps;
    private long images;
    private double validationSeconds;
    private long validations;
    private double standardSecondsAnImage;

    Pace(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.started = nanoTime.getAsLong();
    }

    /** @param seconds of a step of standard training on so many examples */
    void standardStep(double seconds, int batchSize) {
        standardSecondsAnImage = seconds / batchSize;
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

    TrainingCost cost() {
        return new TrainingCost((nanoTime.getAsLong() - started) * NANOS, stepSeconds, images, images * standardSecondsAnImage);
    }

    private double elapsed() {
        return (nanoTime.getAsLong() - begun) * NANOS;
    }
}
