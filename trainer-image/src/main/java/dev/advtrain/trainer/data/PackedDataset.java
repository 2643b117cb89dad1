package dev.advtrain.trainer.data;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** Examples as they were decoded, once: bytes or floats. */
final class PackedDataset implements Dataset {
    private final Rows values;
    private final int[] labels;
    private final long[] shape;
    private final int features;
    private final int classes;
    private final SortedMap<String, String> digests;
    /** What a byte stands for; null where the values are floats. */
    private final float[] scale;

    private PackedDataset(Rows values, int[] labels, Format format, SortedMap<String, String> digests, float[] scale) {
        this.values = values;
        this.labels = labels;
        this.shape = format.shape();
        this.features = format.features();
        this.classes = format.classes();
        this.digests = Collections.unmodifiableSortedMap(new TreeMap<>(digests));
        this.scale = scale;
    }

    /**
     * A byte v stands for {@code min + (max - min) * v / 255}.
     *
     * @param values one row an example, one byte a value
     * @param labels one an example
     */
    static Dataset ofBytes(Rows values, int[] labels, Format format, SortedMap<String, String> digests) {
        float[] scale = new float[256];
        for (int v = 0; v < scale.length; v++) {
            scale[v] = (float) (format.min() + (format.max() - format.min()) * v / 255);
        }
        return new PackedDataset(values, labels, format, digests, scale);
    }

    /**
     * @param values one row an example, one float a value, within the inputRange
     * @param labels one an example
     */
    static Dataset ofFloats(Rows values, int[] labels, Format format, SortedMap<String, String> digests) {
        return new PackedDataset(values, labels, format, digests, null);
    }

    @Override
    public int size() {
        return labels.length;
    }

    @Override
    public long[] shape() {
        return shape.clone();
    }

    @Override
    public int features() {
        return features;
    }

    @Override
    public int classes() {
        return classes;
    }

    @Override
    public int label(int i) {
        return labels[i];
    }

    @Override
    public void copy(int i, float[] dst, int offset) {
        if (scale == null) {
            values.copy(i, dst, offset);
            return;
        }
        byte[] row = new byte[features];
        values.copy(i, row);
        for (int j = 0; j < features; j++) {
            dst[offset + j] = scale[row[j] & 0xFF];
        }
    }

    @Override
    public long id(int i) {
        return i;
    }

    @Override
    public SortedMap<String, String> digests() {
        return digests;
    }
}
