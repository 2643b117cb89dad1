package dev.advtrain.operator.status;

import dev.advtrain.api.v1alpha1.status.ConditionStatus;
import dev.advtrain.contract.Command;
import dev.advtrain.contract.ExitCode.Reaction;
import dev.advtrain.operator.model.Run;
import dev.advtrain.operator.observe.StageObservation;
import dev.advtrain.operator.observe.StageState;
import java.time.Instant;
import java.util.Optional;

/**
 * One stage in the terms of a condition.
 *
 * @param at when it failed
 */
record StageProgress(ConditionStatus status, Reason reason, String message, Instant at) {

    static StageProgress of(Run run, Command stage, StageObservation observed) {
        Reason running = switch (stage) {
            case TRAIN -> Reason.TRAINING;
            case EVALUATE -> Reason.EVALUATING;
            case REPORT -> Reason.REPORTING;
        };
        return switch (observed.state()) {
            case StageState.NotStarted() -> unknown(stage == Command.TRAIN ? Reason.NOT_STARTED : running,
                    stage + " is about to start");
            case StageState.Running(int attempt, Optional<String> waiting) -> unknown(running,
                    "attempt " + attempt + " of " + stage + ": Job " + observed.job().orElseThrow()
                            + waiting.map(why -> "; " + why).orElse(""));
            case StageState.Retry retry -> unknown(
                    retry.last().reaction() == Reaction.DISRUPTION
                            ? Reason.DISRUPTED : Reason.RETRYING,
                    FailureText.of(run, stage, retry));
            case StageState.Done done -> unknown(running, stage + " is done");
            case StageState.GivenUp givenUp -> new StageProgress(ConditionStatus.FALSE,
                    givenUp.why() == StageState.Why.TOO_MANY_DISRUPTIONS
                            ? Reason.TOO_MANY_DISRUPTIONS : Reason.of(givenUp.last()),
                    FailureText.of(run, stage, givenUp), givenUp.last().at());
        };
    }

    private static StageProgress unknown(Reason reason, String message) {
        return new StageProgress(ConditionStatus.UNKNOWN, reason, message, Instant.EPOCH);
    }

    boolean failed() {
        return status == ConditionStatus.FALSE;
    }
}
