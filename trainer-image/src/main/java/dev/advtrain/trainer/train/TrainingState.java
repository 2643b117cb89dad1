package dev.advtrain.trainer.train;

import dev.advtrain.trainer.tensor.Environment;
import java.util.List;

/**
 * Where a run stands, without its tensors. Epoch and position in it follow from {@code step} and the number of
 * {@code epochs}: where the last step of an epoch is done and its record is missing, validation comes next. The order
 * of examples and every draw follow from the seed.
 *
 * @param step steps done
 * @param epochs finished epochs
 * @param lossSum over the examples of the unfinished epoch
 * @param lossCount those examples
 * @param best null before the first validation
 * @param environment of the process that wrote this
 * @param warnings for the user, so far
 */
record TrainingState(String runId, int attempt, long step, List<EpochRecord> epochs, double lossSum, long lossCount,
        Candidate best, Environment environment, List<String> warnings) {

    TrainingState {
        epochs = List.copyOf(epochs);
        warnings = List.copyOf(warnings);
    }
}
