package dev.advtrain.operator.status;

import dev.advtrain.operator.model.Run;
import dev.advtrain.operator.observe.Observed;
import dev.advtrain.resolve.Resolution;
import dev.advtrain.resolve.RunSpec;

/** All that a job's status is made from, besides its own metadata and the status it had. */
public sealed interface Situation {

    /** It cannot be run as it is; that may change with its spec or a threat model. */
    record Refused(Resolution.Refused why) implements Situation {
    }

    /** It was running, and what it ran is gone. */
    record RunSpecLost(String message) implements Situation {
    }

    /** It has a run. */
    record Accepted(Run run, RunSpec spec, Observed observed) implements Situation {
    }
}
