package dev.advtrain.operator.observe;

import dev.advtrain.contract.TerminationMessage;
import java.time.Instant;
import java.util.Optional;

/** Where a stage of a run is. */
public sealed interface StageState {

    /** No Job of it exists. */
    record NotStarted() implements StageState {
    }

    /**
     * A Job is there and not finished.
     *
     * @param waiting why its pod does not start, if it does not
     */
    record Running(int attempt, Optional<String> waiting) implements StageState {
    }

    /** The last attempt failed; the next one is to be made, not before the given time. */
    record Retry(int attempt, Instant notBefore, Failure last) implements StageState {
    }

    /**
     * Finished well.
     *
     * @param results what a report found; empty for the other stages
     */
    record Done(int attempt, Instant at, Optional<TerminationMessage> results) implements StageState {
    }

    /** Failed for good. */
    record GivenUp(int attempt, Failure last, Why why) implements StageState {
    }

    /** Why there is no next attempt. */
    enum Why {
        FINAL_FAILURE,
        TOO_MANY_FAILURES,
        TOO_MANY_DISRUPTIONS
    }
}
