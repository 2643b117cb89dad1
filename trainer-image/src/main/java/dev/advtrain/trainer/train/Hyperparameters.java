package dev.advtrain.trainer.train;

import dev.advtrain.api.v1alpha1.training.TrainingSpec;
import dev.advtrain.resolve.RunSpec;

/**
 * The numbers of a run, parsed.
 *
 * @param selectionEvery epochs between two validations; the last epoch always has one
 */
record Hyperparameters(int epsilonWarmupEpochs, int epochs, int batchSize, int selectionEvery, long seed) {

    /** @param spec resolved, so that no field with a default is missing */
    static Hyperparameters of(RunSpec spec) {
        TrainingSpec training = spec.training();
        return new Hyperparameters(training.innerMaximization() == null ? 0 : training.innerMaximization().epsilonWarmupEpochs(),
                training.epochs(), training.batchSize(), training.selection().everyEpochs(), training.seed());
    }

    EpsilonWarmup epsilonWarmup(long stepsPerEpoch) {
        return new EpsilonWarmup(epsilonWarmupEpochs * stepsPerEpoch);
    }

    boolean validates(int epoch) {
        return epoch % selectionEvery == 0 || epoch == epochs;
    }
}
