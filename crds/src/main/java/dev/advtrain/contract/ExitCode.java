package dev.advtrain.contract;

import java.util.Optional;

/** How a trainer process ends. The operator decides from the code alone whether there is a next attempt. */
public enum ExitCode {
    /** Done: the message and the files are written. */
    OK(0),
    /** The run spec is wrong: a bad field, an unknown architecture, shapes that do not fit. */
    RUN_SPEC(64),
    /** Data or model unreadable, a digest mismatch, values out of range, too few classes or samples. */
    DATA(65),
    /** An attack broke its own rules, or the loss is not finite: there is no number to give. */
    UNSOUND(70),
    /** The output location holds the artifact of another run. */
    OUTPUT_TAKEN(73),
    /** Storage could not be reached or written. */
    STORAGE(74),
    /** Stopped by SIGTERM; a checkpoint is saved. */
    STOPPED(75),
    /** A requested device or engine is missing. */
    DEVICE(78);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    /** The process exit status. */
    public int code() {
        return code;
    }

    /** The constant of a process exit status; empty for a crash. */
    public static Optional<ExitCode> of(int code) {
        for (ExitCode exitCode : values()) {
            if (exitCode.code == code) {
                return Optional.of(exitCode);
            }
        }
        return Optional.empty();
    }
}
