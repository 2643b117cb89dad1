package dev.advtrain.contract;

import java.util.Arrays;
import java.util.Optional;

/** The exit codes of the trainer and what the operator makes of them. Any other code is a crash, which counts and is retried. */
public enum ExitCode {
    /** Done; message and files are written. */
    OK(0, Reaction.COMPLETE, "done"),
    /** A bad field, an unknown architecture, shapes that do not fit, a model that cannot be trained. */
    RUN_SPEC(64, Reaction.FAIL_AT_ONCE, "the run spec is wrong"),
    /** Data or model unreadable, digest mismatch, values outside inputRange, too few classes or samples. */
    DATA(65, Reaction.FAIL_AT_ONCE, "data or model cannot be used"),
    /** An attack broke its own rules, logits or the training loss are not finite. */
    UNSOUND(70, Reaction.FAIL_AT_ONCE, "the numbers cannot be trusted"),
    /** The output holds another run's artifact and overwrite is false. */
    OUTPUT_TAKEN(73, Reaction.FAIL_AT_ONCE, "the output holds another run's artifact"),
    /** Storage could not be reached or written after retries (refused, full). */
    STORAGE(74, Reaction.COUNT, "storage could not be reached or written"),
    /** Stopped by SIGTERM after saving a checkpoint. */
    STOPPED(75, Reaction.DISRUPTION, "stopped after saving a checkpoint"),
    /** A requested device or engine is missing. */
    DEVICE(78, Reaction.FAIL_AT_ONCE, "a requested device or engine is missing");

    /** What follows for the Job. */
    public enum Reaction {
        /** The step is done. */
        COMPLETE,
        /** The job fails; another attempt would end the same way. */
        FAIL_AT_ONCE,
        /** Another attempt after a backoff, counted against backoffLimit. */
        COUNT,
        /** Another attempt at once, counted against maxDisruptions. */
        DISRUPTION
    }

    private final int code;
    private final Reaction reaction;
    private final String meaning;

    ExitCode(int code, Reaction reaction, String meaning) {
        this.code = code;
        this.reaction = reaction;
        this.meaning = meaning;
    }

    public int code() {
        return code;
    }

    public Reaction reaction() {
        return reaction;
    }

    /** In words, as the subject of a sentence. */
    public String meaning() {
        return meaning;
    }

    /** The entry of the table with this code; empty for a crash. */
    public static Optional<ExitCode> of(int code) {
        return Arrays.stream(values()).filter(exit -> exit.code == code).findFirst();
    }

    /** What follows from any exit code: a code that is not in the table is a crash and counts. */
    public static Reaction reactionTo(int code) {
        return of(code).map(ExitCode::reaction).orElse(Reaction.COUNT);
    }
}
