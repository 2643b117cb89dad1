package dev.advtrain.trainer.train;

import static dev.advtrain.trainer.train.LinearModel.doubles;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import dev.advtrain.trainer.model.WrappedModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Losses and gradients of a linear model, where both are known in closed form. */
class ObjectiveTest {

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.1, 0.9})
    void crossEntropyIsTheMeanOfTheBatch(double smoothing) {
        LinearModel.Derivatives expected = LinearModel.crossEntropy(doubles(LinearModel.WEIGHT), doubles(LinearModel.BIAS), smoothing);
        try (WrappedModel model = LinearModel.load(); NDManager scope = model.newScope()) {
            LossAndGradients found = new Objective.CrossEntropy(smoothing).gradients(scope, model, LinearModel.examples(scope));
            assertThat(found.loss().getFloat()).isCloseTo((float) expected.loss(), within(1e-6f));
            assertThat(found.gradients()).hasSize(3);
            assertThat(doubles(found.gradients().get(0).toFloatArray())).containsExactly(expected.weight(), within(1e-6));
            assertThat(doubles(found.gradients().get(1).toFloatArray())).containsExactly(expected.bias(), within(1e-6));
            // Descends along them: a fused step that met another layout would not.
            try (Optimizer sgd = new Sgd(model, 0, false, 0)) {
                sgd.apply(scope, found.gradients(), 0.5);
            }
            float[] after = model.parameters().get("weight").toFloatArray();
            for (int i = 0; i < after.length; i++) {
                assertThat((double) after[i]).isCloseTo(LinearModel.WEIGHT[i] - 0.5 * expected.weight()[i], within(1e-6));
            }
        }
    }

    @Test
    void aParameterThatTheLossDoesNotDependOnGetsZeros() {
        try (WrappedModel model = LinearModel.load(); NDManager scope = model.newScope()) {
            LossAndGradients found = new Objective.CrossEntropy(0).gradients(scope, model, LinearModel.examples(scope));
            assertThat(model.parameters().sequencedKeySet()).containsExactly("weight", "bias", "unused");
            assertThat(found.gradients().getLast().toFloatArray()).containsExactly(0, 0);
        }
    }
}
