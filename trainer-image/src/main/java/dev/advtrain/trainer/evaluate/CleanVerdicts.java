package dev.advtrain.trainer.evaluate;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.advtrain.trainer.masking.ExampleFacts;
import java.util.BitSet;

/**
 * The examples of a slice as they are.
 *
 * @param labels the true classes
 * @param predicted the model's, for as many examples as are done
 * @param facts of those; null where none is done
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record CleanVerdicts(int[] labels, int[] predicted, ExampleFacts facts) {

    Verdicts right() {
        BitSet right = new BitSet();
        for (int i = 0; i < predicted.length; i++) {
            right.set(i, predicted[i] == labels[i]);
        }
        return new Verdicts(right);
    }
}
