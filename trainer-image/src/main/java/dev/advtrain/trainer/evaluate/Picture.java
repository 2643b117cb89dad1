package dev.advtrain.trainer.evaluate;

import java.util.List;

/**
 * An example that an attack broke, to be looked at.
 *
 * @param index in the test data
 * @param cleanConfidence softmax of the class predicted, from 0 to 1
 * @param shape of the values, [channels, height, width] for images
 * @param clean float32, little-endian, in base64; in units of inputRange
 * @param adversarial the same of what the attack made of it
 */
public record Picture(long index, int label, int cleanPrediction, double cleanConfidence, int adversarialPrediction,
        double adversarialConfidence, String attack, List<Long> shape, String clean, String adversarial) {

    /** Without the values. */
    @Override
    public String toString() {
        return "example " + index + " of class " + label + ", made a " + adversarialPrediction + " by " + attack;
    }
}
