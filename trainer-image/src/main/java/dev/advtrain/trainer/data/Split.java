package dev.advtrain.trainer.data;

import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.random.Philox4x32;
import dev.advtrain.trainer.random.Purpose;
import java.util.Arrays;

/**
 * Training data cut in two by a permutation keyed by the seed; both views keep the order of the data.
 *
 * @param train what the model learns from
 * @param validation what the epoch is selected by; may be empty
 */
public record Split(Dataset train, Dataset validation) {

    /** Holds back {@code round(fraction * size)} examples, at least one where the fraction is not zero. */
    public static Split of(Dataset data, double fraction, long seed) {
        int held = fraction == 0 ? 0 : (int) Math.max(1, Math.round(fraction * data.size()));
        int[] order = Philox4x32.permutation(Key.of(seed, Purpose.VALIDATION_SPLIT), data.size());
        int[] validation = Arrays.copyOf(order, held);
        int[] train = Arrays.copyOfRange(order, held, order.length);
        Arrays.sort(validation);
        Arrays.sort(train);
        return new Split(data.select(train), data.select(validation));
    }
}
