package dev.advtrain.trainer.command;

import dev.advtrain.trainer.attack.Cancellation;
import java.util.concurrent.CountDownLatch;

/**
 * Turns SIGTERM and Ctrl-C into a cancellation, and holds the end of the process back until the work has saved what it
 * must and halts. Whoever opens one has to halt at its end where {@link #received}, since an ordinary exit then hangs.
 */
final class StopSignal implements Cancellation, AutoCloseable {
    private static volatile boolean received;

    private final Thread hook = new Thread(this::stop, "stop-signal");

    StopSignal() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Whether the process was told to end. */
    static boolean received() {
        return received;
    }

    @Override
    public boolean requested() {
        return received;
    }

    private void stop() {
        received = true;
        try {
            // Until the process halts; the platform kills one that takes too long.
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** From here on the process ends as usual, unless it was told to end before. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            received = true;
        }
    }
}
