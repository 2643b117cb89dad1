package dev.advtrain.trainer.data;

import java.util.Arrays;

/**
 * What the model takes.
 *
 * @param shape of one example, without the batch dimension
 * @param classes labels are below it
 * @param min of the threat model's inputRange
 * @param max of the threat model's inputRange
 */
public record Format(long[] shape, int classes, double min, double max) {

    public Format {
        shape = shape.clone();
    }

    @Override
    public long[] shape() {
        return shape.clone();
    }

    /** The number of values of one example. */
    long features() {
        return Arrays.stream(shape).reduce(1, Math::multiplyExact);
    }
}
