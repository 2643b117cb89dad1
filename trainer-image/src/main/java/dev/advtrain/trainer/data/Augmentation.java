package dev.advtrain.trainer.data;

import dev.advtrain.api.v1alpha1.training.AugmentationStep;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.random.Philox4x32;
import java.util.Arrays;
import java.util.List;

/**
 * Changes training images at random, in the order of its steps: moved (random crop of the padded image), mirrored, or
 * with a square blanked (cutout, DeVries and Taylor 2017, arXiv:1708.04552). What a step draws depends on its place, the
 * seed, the epoch and the example alone.
 */
public final class Augmentation {
    private final List<AugmentationStep> steps;
    private final int channels;
    private final int height;
    private final int width;
    private final float blank;

    private Augmentation(List<AugmentationStep> steps, long[] shape, double blank) {
        this.steps = List.copyOf(steps);
        this.channels = steps.isEmpty() ? 0 : (int) shape[0];
        this.height = steps.isEmpty() ? 0 : (int) shape[1];
        this.width = steps.isEmpty() ? 0 : (int) shape[2];
        this.blank = (float) blank;
    }

    /**
     * @param steps null or empty for none
     * @param shape of an example
     * @param blank what stands where the image ends or is covered
     * @throws TrainerException 64 where examples are no images
     */
    public static Augmentation of(List<AugmentationStep> steps, long[] shape, double blank) {
        if (steps == null || steps.isEmpty()) {
            return new Augmentation(List.of(), shape, blank);
        }
        if (shape.length != 3) {
            throw new TrainerException(ExitCode.RUN_SPEC, "data.augmentation: inputs are " + Arrays.toString(shape)
                    + "; expected [channels, height, width]");
        }
        return new Augmentation(steps, shape, blank);
    }

    /**
     * Changes the image at {@code values[offset ..]}.
     *
     * @param key of the example and epoch; its restart is the step's
     */
    public void apply(float[] values, int offset, Key key) {
        for (int i = 0; i < steps.size(); i++) {
            AugmentationStep step = steps.get(i);
            Key draws = key.withRestart(i);
            if (step.randomCrop() != null) {
                int padding = step.randomCrop().padding();
                int[] start = new int[2];
                Philox4x32.bounded(draws, 2 * padding + 1, start);
                move(values, offset, start[0] - padding, start[1] - padding);
            } else if (step.horizontalFlip() != null) {
                if (Philox4x32.bounded(draws, 2) == 1) {
                    mirror(values, offset);
                }
            } else {
                int size = step.cutout().size();
                cut(values, offset, Philox4x32.bounded(draws, height) - size / 2,
                        Philox4x32.bounded(draws.withIteration(1), width) - size / 2, size);
            }
        }
    }

    /** The pixel at (y, x) becomes what was at (y + down, x + right). */
    void move(float[] values, int offset, int down, int right) {
        int plane = height * width;
        float[] image = Arrays.copyOfRange(values, offset, offset + channels * plane);
        Arrays.fill(values, offset, offset + channels * plane, blank);
        int left = Math.max(0, -right);
        int length = width - Math.abs(right);
        for (int row = 0; row < channels * height; row++) {
            int from = row % height + down;
            if (from >= 0 && from < height && length > 0) {
                System.arraycopy(image, row / height * plane + from * width + left + right, values, offset + row * width + left, length);
            }
        }
    }

    void mirror(float[] values, int offset) {
        for (int row = 0; row < channels * height; row++) {
            for (int a = offset + row * width, b = a + width - 1; a < b; a++, b--) {
                float swapped = values[a];
                values[a] = values[b];
                values[b] = swapped;
            }
        }
    }

    /** Blanks the square whose first pixel is (top, left), as far as it lies in the image. */
    void cut(float[] values, int offset, int top, int left, int size) {
        int from = Math.max(0, left);
        int to = Math.min(width, left + size);
        for (int channel = 0; channel < channels; channel++) {
            for (int y = Math.max(0, top); y < Math.min(height, top + size); y++) {
                int row = offset + (channel * height + y) * width;
                Arrays.fill(values, row + from, row + to, blank);
            }
        }
    }
}
