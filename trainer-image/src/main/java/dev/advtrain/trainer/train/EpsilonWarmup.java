package dev.advtrain.trainer.train;

/**
 * The share of epsilon, and of the attack's step size, that a step trains with: it rises linearly to 1 over
 * {@code warmupSteps}. For models that do not begin to learn at full epsilon.
 */
record EpsilonWarmup(long warmupSteps) {

    double scale(long step) {
        return step >= warmupSteps ? 1 : (double) (step + 1) / warmupSteps;
    }
}
