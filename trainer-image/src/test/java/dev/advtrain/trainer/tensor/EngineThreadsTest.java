package dev.advtrain.trainer.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EngineThreadsTest {
    /** More than there are threads. */
    private static final int PARTS = 50;

    @Test
    void givesResultsInOrderAndOneThreadToEachPart() {
        int before = TorchEngine.threads();
        List<Supplier<String>> parts = IntStream.range(0, PARTS).mapToObj(i -> (Supplier<String>) () -> i + " of " + EngineThreads.count()).toList();
        assertThat(EngineThreads.run(parts)).isEqualTo(IntStream.range(0, PARTS).mapToObj(i -> i + " of 1").toList());
        assertThat(TorchEngine.threads()).isEqualTo(before);
        assertThat(EngineThreads.count()).isEqualTo(before);
    }

    @Test
    void throwsOnlyWhenAllAreDone() {
        AtomicBoolean done = new AtomicBoolean();
        CountDownLatch failing = new CountDownLatch(1);
        IllegalArgumentException failure = new IllegalArgumentException("the first");
        Supplier<Object> fails = () -> {
            failing.countDown();
            throw failure;
        };
        Supplier<Object> goesOn = () -> {
            await(failing);
            return done.getAndSet(true);
        };
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> EngineThreads.run(Stream.of(fails, goesOn).toList())).isSameAs(failure);
        assertThat(done).isTrue();
        assertThat(Thread.interrupted()).as("whether the interruption is kept").isTrue();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
