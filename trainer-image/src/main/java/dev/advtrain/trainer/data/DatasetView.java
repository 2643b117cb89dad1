package dev.advtrain.trainer.data;

import java.util.Objects;
import java.util.SortedMap;

/** Some examples of another data set, in an order of their own. */
record DatasetView(Dataset whole, int[] indices) implements Dataset {

    DatasetView {
        indices = indices.clone();
        for (int index : indices) {
            Objects.checkIndex(index, whole.size());
        }
    }

    @Override
    public int size() {
        return indices.length;
    }

    @Override
    public long[] shape() {
        return whole.shape();
    }

    @Override
    public int classes() {
        return whole.classes();
    }

    @Override
    public int label(int i) {
        return whole.label(indices[i]);
    }

    @Override
    public void copy(int i, float[] dst, int offset) {
        whole.copy(indices[i], dst, offset);
    }

    @Override
    public long id(int i) {
        return whole.id(indices[i]);
    }

    @Override
    public SortedMap<String, String> digests() {
        return whole.digests();
    }
}
