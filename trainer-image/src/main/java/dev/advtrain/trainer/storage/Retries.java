package dev.advtrain.trainer.storage;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;

/**
 * Tries again what may succeed later: exponential backoff with full jitter, bounded in number.
 *
 * @param attempts tries in all, at least 1
 * @param first at most so long is the first pause; each next one may be twice as long
 * @param longest no pause is longer
 */
record Retries(int attempts, Duration first, Duration longest, Pause pause) {
    /** About a quarter of a minute, mostly less: a folder that fails for longer is another pod's to try. */
    static final Retries FOLDER = new Retries(8, Duration.ofMillis(100), Duration.ofSeconds(5), Thread::sleep);
    /** Two to four minutes: the restart of a server. */
    static final Retries NETWORK = new Retries(18, Duration.ofMillis(250), Duration.ofSeconds(20), Thread::sleep);

    /** How to wait. */
    @FunctionalInterface
    interface Pause {
        void of(Duration duration) throws InterruptedException;
    }

    /** One try. */
    @FunctionalInterface
    interface Attempt<T> {
        T run() throws IOException;
    }

    /**
     * @param hopeless failures that no other try can repair
     * @throws IOException of the last try
     */
    <T> T call(Predicate<IOException> hopeless, Attempt<T> attempt) throws IOException {
        for (int failures = 0; ; ) {
            try {
                return attempt.run();
            } catch (IOException e) {
                failures++;
                if (failures >= attempts || hopeless.test(e)) {
                    throw e;
                }
                pauseAfter(failures);
            }
        }
    }

    /** @param failures in a row so far, at least 1 */
    void pauseAfter(int failures) throws InterruptedIOException {
        long limit = Math.min(longest.toMillis(), first.toMillis() << Math.min(failures - 1, 20));
        try {
            pause.of(Duration.ofMillis(ThreadLocalRandom.current().nextLong(limit + 1)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }
}
