package dev.advtrain.trainer.train;

import static dev.advtrain.trainer.train.LinearModel.doubles;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.advtrain.trainer.model.ModelShape;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.model.builtin.SmallCnn;
import dev.advtrain.trainer.tensor.Tensors;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WeightPerturbationTest {
    private static final Objective CROSS_ENTROPY = new Objective.CrossEntropy(0);

    /** w - rate g(w + gamma ||w|| g(w) / ||g(w)||), where the bias, of one dimension, is not moved. */
    @ParameterizedTest
    @ValueSource(doubles = {0.005, 0.5})
    void stepsByTheGradientAtTheMovedWeights(double gamma) {
        double learningRate = 0.25;
        double[] weight = doubles(LinearModel.WEIGHT);
        double[] bias = doubles(LinearModel.BIAS);
        LinearModel.Derivatives here = LinearModel.crossEntropy(weight, bias, 0);
        double scale = gamma * length(weight) / length(here.weight());
        double[] moved = new double[weight.length];
        Arrays.setAll(moved, i -> weight[i] + scale * here.weight()[i]);
        LinearModel.Derivatives there = LinearModel.crossEntropy(moved, bias, 0);
        assertThat(there.loss()).isGreaterThan(here.loss());
        Arrays.setAll(weight, i -> weight[i] - learningRate * there.weight()[i]);
        Arrays.setAll(bias, i -> bias[i] - learningRate * there.bias()[i]);

        try (WrappedModel model = LinearModel.load(); Learner learner = learner(model, gamma); NDManager scope = model.newScope()) {
            Objective.Examples examples = LinearModel.examples(scope);
            float loss = learner.step(scope, () -> CROSS_ENTROPY.gradients(scope, model, examples), learningRate);
            assertThat((double) loss).isCloseTo(here.loss(), within(1e-6));
            assertThat(doubles(model.parameters().get("weight").toFloatArray())).containsExactly(weight, within(1e-6));
            assertThat(doubles(model.parameters().get("bias").toFloatArray())).containsExactly(bias, within(1e-6));
            assertThat(model.parameters().get("unused").toFloatArray()).containsExactly(7, 8);
        }
    }

    @Test
    void leavesTheWeightsBitForBitAndCountsTheBatchOnce() {
        ModelShape shape = new ModelShape(new long[] {1, 8, 8}, 10);
        try (WrappedModel model = WrappedModel.load(SmallCnn.create(4, true, shape, 3), shape, Optional.empty(), Trainer.kernels());
                Learner learner = learner(model, 0.1); NDManager scope = model.newScope()) {
            Map<String, float[]> before = values(model);
            float[] pixels = new float[4 * shape.features()];
            for (int i = 0; i < pixels.length; i++) {
                pixels[i] = i % 7 / 7f;
            }
            Objective.Examples examples = Objective.Examples.clean(Tensors.create(scope, pixels, shape.batch(4)), Tensors.create(scope, 1, 2, 3, 4));
            learner.step(scope, () -> CROSS_ENTROPY.gradients(scope, model, examples), 0);
            values(model).forEach((name, value) -> assertThat(value).as(name).containsExactly(before.get(name)));
            NDArray batches = model.buffers().get("b1.num_batches_tracked");
            assertThat(batches.toLongArray()).containsExactly(1);
        }
    }

    /** A parameter without gradient has no direction. */
    @Test
    void isNoStepWhereTheGradientIsZero() {
        try (WrappedModel model = LinearModel.load(); NDManager scope = model.newScope()) {
            LossAndGradients zero = new LossAndGradients(Tensors.create(scope, new float[1], 1), LiveTensors.zerosLikeParameters(model, scope));
            new WeightPerturbation(model, 0.5).gradients(scope, () -> {
                assertThat(model.parameters().get("weight").toFloatArray()).containsExactly(LinearModel.WEIGHT);
                return zero;
            });
        }
    }

    private static Learner learner(WrappedModel model, double gamma) {
        return new Learner(model, new Sgd(model, 0, false, 0), OptionalDouble.empty(), Optional.empty(),
                Optional.of(new WeightPerturbation(model, gamma)));
    }

    private static Map<String, float[]> values(WrappedModel model) {
        Map<String, float[]> values = new LinkedHashMap<>();
        model.parameters().forEach((name, value) -> values.put(name, value.toFloatArray()));
        return values;
    }

    private static double length(double... values) {
        return Math.sqrt(Arrays.stream(values).map(v -> v * v).sum());
    }
}
