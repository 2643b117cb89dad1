package dev.advtrain.operator.status;

import dev.advtrain.contract.Command;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.operator.model.Run;
import dev.advtrain.operator.model.TrainerResources;
import dev.advtrain.operator.observe.Failure;
import dev.advtrain.operator.observe.StageState;

/** Failures in the words of a condition: what happened, and what to try where that is known. */
final class FailureText {
    private FailureText() {
    }

    static String of(Run run, Command stage, StageState.GivenUp state) {
        String last = of(run, stage, state.attempt(), state.last());
        return switch (state.why()) {
            case FINAL_FAILURE -> last;
            case TOO_MANY_FAILURES -> "no attempt is left (backoffLimit " + run.limits().backoffLimit() + "); " + last;
            case TOO_MANY_DISRUPTIONS -> "more than " + run.limits().maxDisruptions() + " disruptions (maxDisruptions); " + last;
        };
    }

    static String of(Run run, Command stage, StageState.Retry state) {
        String last = of(run, stage, state.attempt() - 1, state.last());
        return last + "; attempt " + state.attempt() + " follows "
                + (state.notBefore().isAfter(state.last().at()) ? "at " + state.notBefore() : "at once");
    }

    private static String of(Run run, Command stage, int attempt, Failure failure) {
        String where = "attempt " + attempt + " of " + stage + ": ";
        if (failure.killed()) {
            return where + outOfMemory(run, stage, failure);
        }
        if (failure.heapExhausted()) {
            return where + "the Java heap is exhausted (exit code 3); it is a share of the memory limit, "
                    + TrainerResources.memoryLimit(run) + ": raise spec.resources.limits.memory";
        }
        if (failure.exitCode().isEmpty()) {
            return where + failure.message();
        }
        int code = failure.exitCode().getAsInt();
        String meaning = ExitCode.of(code).map(ExitCode::meaning).orElse("the trainer crashed");
        return where + meaning + " (exit code " + code + "): " + failure.message();
    }

    private static String outOfMemory(Run run, Command stage, Failure failure) {
        String what = failure.outOfMemory()
                ? "killed for its memory (OOMKilled, exit code 137)"
                : "killed by signal 9 (exit code 137), most often for its memory";
        String batchSize = switch (stage) {
            case TRAIN -> "spec.training.batchSize";
            case EVALUATE, REPORT -> "spec.evaluation.batchSize";
        };
        return what + "; the limit is " + TrainerResources.memoryLimit(run)
                + ": raise spec.resources.limits.memory or lower " + batchSize;
    }
}
