package dev.advtrain.operator.observe;

import java.time.Instant;
import java.util.Optional;

/** What became of one Job. */
sealed interface Outcome {

    /** Not finished. */
    record Running(Optional<String> waiting) implements Outcome {
    }

    /** Complete; the message is empty if the pod is gone, blank if the pod is there and wrote none. */
    record Completed(Instant at, Optional<String> message) implements Outcome {
    }

    /** Failed. */
    record Failed(Failure failure) implements Outcome {
    }
}
