package dev.advtrain.trainer.data;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** Examples of one byte a value, held in memory; a byte v stands for {@code min + (max - min) * v / 255}. */
final class ByteImages implements Dataset {
    private final ByteRows values;
    private final ByteRows labels;
    private final long[] shape;
    private final int features;
    private final int classes;
    private final SortedMap<String, String> digests;
    private final float[] scale = new float[256];

    /**
     * @param values one row an example
     * @param labels one byte a row, as many as there are examples
     */
    ByteImages(ByteRows values, ByteRows labels, Format format, SortedMap<String, String> digests) {
        this.values = values;
        this.labels = labels;
        this.shape = format.shape().clone();
        this.features = format.features();
        this.classes = format.classes();
        this.digests = Collections.unmodifiableSortedMap(new TreeMap<>(digests));
        for (int v = 0; v < scale.length; v++) {
            scale[v] = (float) (format.min() + (format.max() - format.min()) * v / 255);
        }
    }

    @Override
    public int size() {
        return labels.size();
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
        return labels.get(i, 0);
    }

    @Override
    public void copy(int i, float[] dst, int offset) {
        values.copy(i, scale, dst, offset);
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
