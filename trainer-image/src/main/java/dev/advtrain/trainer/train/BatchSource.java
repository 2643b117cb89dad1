package dev.advtrain.trainer.train;

import dev.advtrain.trainer.data.Dataset;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.random.Philox4x32;
import dev.advtrain.trainer.random.Purpose;

/**
 * The batches of an epoch: all examples in an order drawn for the epoch, the last batch smaller where they do not
 * divide. A batch is a function of the seed, its epoch and its position alone.
 */
final class BatchSource {
    private final Dataset data;
    private final int batchSize;
    private final long seed;
    private int epoch = -1;
    private int[] order;

    BatchSource(Dataset data, int batchSize, long seed) {
        this.data = data;
        this.batchSize = batchSize;
        this.seed = seed;
    }

    /** @param ids of the examples in their data set, the key of their draws */
    record Batch(float[] x, long[] y, long[] ids) {
        int size() {
            return y.length;
        }
    }

    /** At most so many examples are in a batch. */
    static int largest(int batchSize) {
        return batchSize + 1;
    }

    /** An example that would be left alone joins the batch before: of one value batch norm's running variance is no number. */
    long batchesPerEpoch() {
        long batches = (data.size() + batchSize - 1L) / batchSize;
        return batchSize > 1 && data.size() % batchSize == 1 ? Math.max(1, batches - 1) : batches;
    }

    /**
     * @param epoch 1-based
     * @param position 0-based
     */
    Batch batch(int epoch, long position) {
        if (epoch != this.epoch) {
            order = Philox4x32.permutation(Key.of(seed, Purpose.EXAMPLE_ORDER).withEpoch(epoch), data.size());
            this.epoch = epoch;
        }
        int from = Math.toIntExact(position * batchSize);
        int size = position == batchesPerEpoch() - 1 ? data.size() - from : batchSize;
        int features = data.features();
        Batch batch = new Batch(new float[size * features], new long[size], new long[size]);
        for (int i = 0; i < size; i++) {
            int example = order[from + i];
            data.copy(example, batch.x, i * features);
            batch.y[i] = data.label(example);
            batch.ids[i] = data.id(example);
        }
        return batch;
    }
}
