package dev.advtrain.trainer.attack;

import ai.djl.ndarray.NDArray;

/**
 * Examples to attack together. What happens to one does not depend on the others.
 *
 * @param x      [N, ...], float32, contiguous, within the budget's range; the caller's to close
 * @param labels true classes
 * @param ids    index of each example in its data set: the key of its draws, and how messages name it
 */
public record AttackBatch(NDArray x, long[] labels, long[] ids) {
    public AttackBatch {
        if (x.getShape().get(0) != labels.length || labels.length != ids.length) {
            throw new IllegalArgumentException(x.getShape().get(0) + " examples, " + labels.length + " labels, " + ids.length + " ids");
        }
    }

    public int size() {
        return labels.length;
    }

    /** The number of values of one example. */
    public int features() {
        return Math.toIntExact(x.size() / Math.max(size(), 1));
    }
}
