package dev.advtrain.trainer.train;

/** The batches that memory sufficed for in this attempt. */
final class FittingBatches {
    /** Steps in which libtorch's own caches and workspaces still grow. */
    private static final int FIRST = 10;

    private int steps;
    private int largest;

    /** After a step on so many examples. */
    void add(int examples) {
        steps++;
        largest = Math.max(largest, examples);
    }

    /** Whether so many examples are known to fit where nothing else takes memory. */
    boolean holds(int examples) {
        return steps >= FIRST && examples <= largest;
    }
}
