package dev.advtrain.operator.status;

import dev.advtrain.contract.ExitCode;
import dev.advtrain.operator.observe.Failure;
import dev.advtrain.resolve.Resolution;

/** Reasons of conditions and events: one word for programs. */
public enum Reason {
    ACCEPTED("Accepted"),
    INVALID_SPEC("InvalidSpec"),
    THREAT_MODEL_NOT_FOUND("ThreatModelNotFound"),
    INVALID_THREAT_MODEL("InvalidThreatModel"),
    SECRET_NOT_FOUND("SecretNotFound"),
    SECRET_NOT_LABELLED("SecretNotLabelled"),

    NOT_STARTED("NotStarted"),
    IN_PROGRESS("InProgress"),
    TRAINING("Training"),
    EVALUATING("Evaluating"),
    REPORTING("Reporting"),
    RETRYING("Retrying"),
    DISRUPTED("Disrupted"),

    TRAINED("Trained"),
    EVALUATED("Evaluated"),
    SUCCEEDED("Succeeded"),
    GATES_MISSED("GatesMissed"),
    /** As a condition: that alone rejects the model. As an event: a warning. */
    GRADIENT_MASKING_SUSPECTED("GradientMaskingSuspected"),

    RUN_SPEC_REFUSED("RunSpecRefused"),
    DATA_UNUSABLE("DataUnusable"),
    UNSOUND("Unsound"),
    OUTPUT_TAKEN("OutputTaken"),
    STORAGE_FAILED("StorageFailed"),
    DEVICE_MISSING("DeviceMissing"),
    OUT_OF_MEMORY("OutOfMemory"),
    CRASHED("Crashed"),
    TOO_MANY_DISRUPTIONS("TooManyDisruptions"),
    RUN_SPEC_LOST("RunSpecLost"),
    /** The name of a child is in use by something else; the job waits. */
    NAME_TAKEN("NameTaken");

    private final String text;

    Reason(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }

    static Reason of(Resolution.Reason reason) {
        return switch (reason) {
            case INVALID_SPEC -> INVALID_SPEC;
            case THREAT_MODEL_NOT_FOUND -> THREAT_MODEL_NOT_FOUND;
            case INVALID_THREAT_MODEL -> INVALID_THREAT_MODEL;
            case SECRET_NOT_FOUND -> SECRET_NOT_FOUND;
            case SECRET_NOT_LABELLED -> SECRET_NOT_LABELLED;
        };
    }

    static Reason of(Failure failure) {
        if (failure.killed() || failure.heapExhausted()) {
            return OUT_OF_MEMORY;
        }
        return failure.exitCode().isEmpty()
                ? CRASHED
                : ExitCode.of(failure.exitCode().getAsInt()).map(Reason::of).orElse(CRASHED);
    }

    private static Reason of(ExitCode code) {
        return switch (code) {
            case RUN_SPEC -> RUN_SPEC_REFUSED;
            case DATA -> DATA_UNUSABLE;
            case UNSOUND -> UNSOUND;
            case OUTPUT_TAKEN -> OUTPUT_TAKEN;
            case STORAGE -> STORAGE_FAILED;
            case STOPPED -> DISRUPTED;
            case DEVICE -> DEVICE_MISSING;
            case OK -> CRASHED;
        };
    }
}
