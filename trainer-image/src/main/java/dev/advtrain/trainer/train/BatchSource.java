package dev.advtrain.trainer.train;

import dev.advtrain.trainer.data.Augmentation;
import dev.advtrain.trainer.data.Dataset;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.random.Philox4x32;
import dev.advtrain.trainer.random.Purpose;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * The batches of an epoch: all examples in an order drawn for the epoch, the last batch smaller where they do not
 * divide. A batch is a function of the seed, its epoch and its position alone; the one that comes next is made on
 * another thread meanwhile. For one thread.
 */
final class BatchSource {
    private final Dataset data;
    private final Augmentation augmentation;
    private final int batchSize;
    private final long seed;
    private Order order = new Order(-1, new int[0]);
    /** The last one that was asked for, which a method may ask for again, and the one after it. */
    private Made last;
    private Made ahead;

    BatchSource(Dataset data, Augmentation augmentation, int batchSize, long seed) {
        this.data = data;
        this.augmentation = augmentation;
        this.batchSize = batchSize;
        this.seed = seed;
    }

    /** @param ids of the examples in their data set, the key of their draws */
    record Batch(float[] x, long[] y, long[] ids) {
        int size() {
            return y.length;
        }

        /** Fewer of it. */
        Batch first(int examples) {
            return new Batch(Arrays.copyOf(x, x.length / y.length * examples), Arrays.copyOf(y, examples), Arrays.copyOf(ids, examples));
        }
    }

    /** At most so many examples are in a batch. */
    static int largest(int batchSize) {
        return batchSize + 1;
    }

    private record Order(int epoch, int[] examples) {}

    private record Made(int epoch, long position, FutureTask<Batch> batch) {
        boolean is(int epoch, long position) {
            return this.epoch == epoch && this.position == position;
        }
    }

    /** An example that would be left alone joins the batch before: of one value batch norm's running variance is no number. */
    long batchesPerEpoch() {
        long batches = (data.size() + batchSize - 1L) / batchSize;
        return batchSize > 1 && data.size() % batchSize == 1 ? Math.max(1, batches - 1) : batches;
    }

    /** Whether there are batches of one example. */
    boolean hasSingles() {
        return batchSize == 1 || data.size() == 1;
    }

    /**
     * @param epoch 1-based
     * @param position 0-based
     */
    Batch batch(int epoch, long position) {
        if (last == null || !last.is(epoch, position)) {
            last = ahead != null && ahead.is(epoch, position) ? ahead : start(epoch, position);
            Batch batch = result(last.batch);
            ahead = position + 1 < batchesPerEpoch() ? start(epoch, position + 1) : start(epoch + 1, 0);
            return batch;
        }
        return result(last.batch);
    }

    private Made start(int epoch, long position) {
        FutureTask<Batch> task = new FutureTask<>(() -> make(epoch, position));
        // A thread that ends with its batch: there is nothing to close.
        Thread.startVirtualThread(task);
        return new Made(epoch, position, task);
    }

    /** What went wrong over there goes wrong here. */
    private static Batch result(FutureTask<Batch> task) {
        try {
            return task.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                default -> throw new IllegalStateException(e.getCause());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a batch was made", e);
        }
    }

    private Batch make(int epoch, long position) {
        Order current = order;
        if (epoch != current.epoch) {
            current = new Order(epoch, Philox4x32.permutation(Key.of(seed, Purpose.EXAMPLE_ORDER).withEpoch(epoch), data.size()));
            order = current;
        }
        int from = Math.toIntExact(position * batchSize);
        int size = position == batchesPerEpoch() - 1 ? data.size() - from : batchSize;
        int features = data.features();
        Key draws = Key.of(seed, Purpose.AUGMENTATION).withEpoch(epoch);
        Batch batch = new Batch(new float[size * features], new long[size], new long[size]);
        for (int i = 0; i < size; i++) {
            int example = current.examples[from + i];
            data.copy(example, batch.x, i * features);
            batch.y[i] = data.label(example);
            batch.ids[i] = data.id(example);
            augmentation.apply(batch.x, i * features, draws.withExample(batch.ids[i]));
        }
        return batch;
    }
}
