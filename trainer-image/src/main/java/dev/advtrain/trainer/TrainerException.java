package dev.advtrain.trainer;

import dev.advtrain.contract.ExitCode;
import java.util.Objects;

/**
 * Ends the process with one exit code and one sentence for the user. The sentence names the field, file or index, the
 * value found and what was expected; it never quotes file content.
 */
public final class TrainerException extends RuntimeException {
    private final ExitCode exitCode;

    public TrainerException(ExitCode exitCode, String message) {
        this(exitCode, message, null);
    }

    public TrainerException(ExitCode exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = Objects.requireNonNull(exitCode);
    }

    public ExitCode exitCode() {
        return exitCode;
    }
}
