package dev.advtrain.operator.reconcile;

import dev.advtrain.contract.Command;
import dev.advtrain.operator.observe.Observed;
import dev.advtrain.operator.observe.StageState;
import java.time.Duration;
import java.time.Instant;

/** The one next thing to do for a run. Depends on what is observed only, so it may be taken again at any time. */
sealed interface Decision {

    /** Make the Job of an attempt. */
    record Create(Command stage, int attempt) implements Decision {
    }

    /** Look again after a pause. */
    record Wait(Duration pause) implements Decision {
    }

    /** Nothing, until something in the cluster changes. */
    record Await() implements Decision {
    }

    static Decision of(Observed observed, Instant now) {
        for (Command stage : Command.values()) {
            StageState state = observed.of(stage).state();
            if (!(state instanceof StageState.Done)) {
                return of(stage, state, now);
            }
        }
        return new Await();
    }

    private static Decision of(Command stage, StageState state, Instant now) {
        return switch (state) {
            case StageState.NotStarted() -> new Create(stage, 1);
            case StageState.Retry retry when retry.notBefore().isAfter(now) ->
                    new Wait(Duration.between(now, retry.notBefore()));
            case StageState.Retry retry -> new Create(stage, retry.attempt());
            case StageState.Running running -> new Await();
            case StageState.GivenUp givenUp -> new Await();
            case StageState.Done done -> new Await();
        };
    }
}
