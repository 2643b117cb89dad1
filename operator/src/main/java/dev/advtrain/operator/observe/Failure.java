package dev.advtrain.operator.observe;

import dev.advtrain.contract.ExitCode.Reaction;
import java.time.Instant;
import java.util.OptionalInt;

/**
 * How an attempt failed.
 *
 * @param reaction what follows
 * @param exitCode of the trainer; empty if its pod ended without one
 * @param outOfMemory killed by the kernel for its memory, as far as the pod still tells
 * @param message what the trainer said, or what the cluster did
 * @param at when the Job failed
 */
public record Failure(Reaction reaction, OptionalInt exitCode, boolean outOfMemory, String message, Instant at) {
    private static final int SIGKILL = 128 + 9;
    /** Of a JVM with {@code -XX:+ExitOnOutOfMemoryError}. */
    private static final int HEAP_EXHAUSTED = 3;

    /** Killed by signal 9: nearly always for its memory, also where the pod that knew is gone. */
    public boolean killed() {
        return outOfMemory || exitCode.orElse(0) == SIGKILL;
    }

    /** Ended by the JVM itself because its heap was full. */
    public boolean heapExhausted() {
        return !outOfMemory && exitCode.orElse(0) == HEAP_EXHAUSTED;
    }
}
