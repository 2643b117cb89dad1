package dev.advtrain.trainer.evaluate;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;

@JsonClassDescription("An example that an attack broke, to be looked at.")
public record Picture(
        @JsonPropertyDescription("Where the example is in the test data, counted from 0.")
        long index,
        @JsonPropertyDescription("Its class.")
        int label,
        @JsonPropertyDescription("Class predicted without an attack.")
        int cleanPrediction,
        @JsonPropertyDescription("Softmax of that class, from 0 to 1.")
        double cleanConfidence,
        @JsonPropertyDescription("Class predicted under attack.")
        int adversarialPrediction,
        @JsonPropertyDescription("Softmax of that class, from 0 to 1.")
        double adversarialConfidence,
        @JsonPropertyDescription("The attack that broke it.")
        String attack,
        @JsonPropertyDescription("Shape of the values, [channels, height, width] for images.")
        List<Long> shape,
        @JsonPropertyDescription("The example: float32, little-endian, in base64; in units of the input range, or with perFeature in shares of each feature's.")
        String clean,
        @JsonPropertyDescription("The same of what the attack made of it.")
        String adversarial) {

    /** Without the values. */
    @Override
    public String toString() {
        return "example " + index + " of class " + label + ", made a " + adversarialPrediction + " by " + attack;
    }
}
