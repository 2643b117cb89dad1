package dev.advtrain.trainer.tensor;

import dev.advtrain.contract.ComputeDevice;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * Work that falls into parts which do not need one another, side by side: each on a thread on which operators use that one
 * thread alone. Operators that share theirs meet at the end of each, hundreds of times a training step, and where a waiting
 * thread sleeps (see {@link OpenMp}) a small model waits longer than it computes.
 */
public final class EngineThreads {
    private EngineThreads() {}

    /** How many parts are worth it from here: 1 on a GPU, whose operators are parallel enough, and on these threads themselves. */
    public static int count() {
        return TorchEngine.device() == ComputeDevice.CUDA ? 1 : TorchEngine.threads();
    }

    /**
     * Returns when all are done, also where one failed.
     *
     * @return what each part gave, null perhaps, in their order; what the first that failed threw, is thrown here
     */
    public static <T> List<T> run(List<Supplier<T>> parts) {
        if (parts.size() == 1) {
            return Collections.singletonList(parts.getFirst().get());
        }
        List<Future<T>> futures = parts.stream().map(part -> Pool.THREADS.submit(part::get)).toList();
        List<T> results = new ArrayList<>();
        Throwable failure = null;
        for (Future<T> future : futures) {
            try {
                results.add(result(future));
            } catch (ExecutionException e) {
                failure = failure == null ? e.getCause() : failure;
            }
        }
        switch (failure) {
            case null -> {
                return results;
            }
            case RuntimeException cause -> throw cause;
            case Error cause -> throw cause;
            default -> throw new IllegalStateException(failure);
        }
    }

    /** An interruption waits: the tensors of a part that goes on must not be freed. */
    private static <T> T result(Future<T> future) throws ExecutionException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return future.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static final class Pool {
        static final ExecutorService THREADS = Executors.newFixedThreadPool(TorchEngine.threads(),
                task -> Thread.ofPlatform().daemon().name("engine").unstarted(() -> {
                    OpenMp.useOneThread();
                    task.run();
                }));
    }
}
