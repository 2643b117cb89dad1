package dev.advtrain.trainer.train;

/** The learning rate of each step, counted from 0 over the whole run. */
sealed interface Schedule {

    double learningRate(long step);

    record Constant(double base) implements Schedule {
        @Override
        public double learningRate(long step) {
            return base;
        }
    }

    /**
     * Rises linearly to {@code base} over {@code warmupSteps}, then falls to 0 along half a cosine
     * (Loshchilov and Hutter 2017, arXiv:1608.03983, without restarts).
     */
    record Cosine(double base, long warmupSteps, long steps) implements Schedule {
        @Override
        public double learningRate(long step) {
            if (step < warmupSteps) {
                return base * (step + 1) / warmupSteps;
            }
            double done = (double) (step - warmupSteps) / Math.max(1, steps - warmupSteps);
            return base * 0.5 * (1 + StrictMath.cos(Math.PI * done));
        }
    }
}
