package dev.advtrain.operator.observe;

import java.time.Duration;

/** The pause before the attempt that follows a counted failure: 10 s, 20 s, 40 s ..., at most 5 min. */
final class Backoff {
    private static final Duration FIRST = Duration.ofSeconds(10);
    private static final Duration LONGEST = Duration.ofMinutes(5);
    private static final int MAX_DOUBLINGS = 5;

    private Backoff() {
    }

    static Duration after(int failures) {
        Duration pause = FIRST.multipliedBy(1L << Math.clamp(failures - 1, 0, MAX_DOUBLINGS));
        return pause.compareTo(LONGEST) < 0 ? pause : LONGEST;
    }
}
