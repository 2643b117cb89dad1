package dev.advtrain.trainer.evaluate;

/** A slice {@code [from, to)} of the samples. */
record Range(int from, int to) {

    /** Slice {@code shard} of {@code shards}: together they are all samples, and their sizes differ by at most one. */
    static Range of(int shard, int shards, int samples) {
        return new Range(Math.toIntExact((long) samples * shard / shards),
                Math.toIntExact((long) samples * (shard + 1) / shards));
    }

    int size() {
        return to - from;
    }
}
