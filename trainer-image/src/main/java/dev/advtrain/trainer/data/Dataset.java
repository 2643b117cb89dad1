package dev.advtrain.trainer.data;

import java.util.Arrays;
import java.util.SortedMap;
import java.util.stream.IntStream;

/** Labelled examples with random access, in the units of attacks: those of inputRange, or shares of each feature's range. Safe for reading by many threads. */
public interface Dataset {

    int size();

    /** The shape of one example, without the batch dimension: {@code [channels, height, width]} for images. */
    long[] shape();

    /** Labels are {@code 0 .. classes-1}. */
    int classes();

    int label(int i);

    /** Writes example {@code i} to {@code dst[offset ..]}: {@link #features} values. */
    void copy(int i, float[] dst, int offset);

    /** The examples at these indices, one behind the other. */
    default float[] values(int... examples) {
        int features = features();
        float[] values = new float[Math.multiplyExact(examples.length, features)];
        for (int i = 0; i < examples.length; i++) {
            copy(examples[i], values, i * features);
        }
        return values;
    }

    /** The index of example {@code i} in the data it was read from, whatever views lie between: the key of its draws. */
    long id(int i);

    /**
     * The sha256 of each part the data come from, by the part's name: {@code images} and {@code labels}, or
     * {@code builtinDigits} (of its seed); and of what a table calls its {@link #COLUMNS}, and a table or folders their
     * {@link #CLASSES}. The same for every view of the data.
     */
    SortedMap<String, String> digests();

    /** The part of {@link #digests} that is of the names of features, in their order. */
    String COLUMNS = "columns";
    /** The part that is of the names of classes, in their order. */
    String CLASSES = "classes";

    /** The number of values of one example. */
    default int features() {
        return Math.toIntExact(Arrays.stream(shape()).reduce(1, Math::multiplyExact));
    }

    /** The examples at these indices, in this order; a view. */
    default Dataset select(int... indices) {
        return new DatasetView(this, indices);
    }

    /** The first {@code limit} examples, or all where there are fewer; a view. */
    default Dataset first(int limit) {
        return limit >= size() ? this : select(IntStream.range(0, limit).toArray());
    }
}
