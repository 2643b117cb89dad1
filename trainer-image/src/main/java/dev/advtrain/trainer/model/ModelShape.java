package dev.advtrain.trainer.model;

import dev.advtrain.api.v1alpha1.training.ModelSpec;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import java.util.Arrays;

/**
 * What goes into a classifier and comes out.
 *
 * @param input one example, without the batch dimension: {@code [channels, height, width]} for images
 */
public record ModelShape(long[] input, int classes) {
    private static final int IMAGE_DIMENSIONS = 3;

    public ModelShape {
        input = input.clone();
        if (input.length == 0 || Arrays.stream(input).anyMatch(n -> n < 1)) {
            throw new TrainerException(ExitCode.RUN_SPEC,
                    "model.inputShape is " + Arrays.toString(input) + ", expected positive sizes such as [1, 28, 28]");
        }
        if (classes < 2) {
            throw new TrainerException(ExitCode.RUN_SPEC, "model.classes is " + classes + ", expected at least 2");
        }
    }

    /** Of the model that a run spec names. */
    public static ModelShape of(ModelSpec model) {
        return new ModelShape(model.inputShape().stream().mapToLong(Integer::longValue).toArray(), model.classes());
    }

    @Override
    public long[] input() {
        return input.clone();
    }

    /** Whether an example is an image. */
    public boolean image() {
        return input.length == IMAGE_DIMENSIONS;
    }

    /** The number of values of one example. */
    public int features() {
        return Math.toIntExact(Arrays.stream(input).reduce(1, Math::multiplyExact));
    }

    /** The shape of {@code n} examples. */
    public long[] batch(long n) {
        long[] batch = new long[input.length + 1];
        batch[0] = n;
        System.arraycopy(input, 0, batch, 1, input.length);
        return batch;
    }
}
