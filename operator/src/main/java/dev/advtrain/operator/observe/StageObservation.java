package dev.advtrain.operator.observe;

import java.time.Instant;
import java.util.Optional;

/**
 * A stage and what it took so far.
 *
 * @param failures attempts that failed (evaluation: pods), disruptions left out
 * @param job name of the latest Job
 * @param started when the first Job that is still there was created
 */
public record StageObservation(StageState state, int failures, int disruptions, Optional<String> job,
        Optional<Instant> started) {
}
