package dev.advtrain.trainer.train;

import dev.advtrain.trainer.attack.Cancellation;
import dev.advtrain.trainer.storage.Locations;
import java.util.function.LongSupplier;

/**
 * What a run meets outside its run spec.
 *
 * @param runId carried by every file it writes
 * @param attempt as the operator counts, from 1
 * @param cancellation looked at between two steps of the attack
 * @param nanoTime a clock that never goes back
 */
public record TrainingContext(String runId, int attempt, Locations locations, Cancellation cancellation, TrainingListener listener,
        LongSupplier nanoTime) {

    public TrainingContext(String runId, int attempt, Locations locations, Cancellation cancellation, TrainingListener listener) {
        this(runId, attempt, locations, cancellation, listener, System::nanoTime);
    }
}
