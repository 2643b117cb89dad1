package dev.advtrain.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.advtrain.trainer.model.ModelShape;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.model.builtin.SmallCnn;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.random.Philox4x32;
import dev.advtrain.trainer.random.Purpose;
import dev.advtrain.trainer.tensor.Tensors;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WeightAverageTest {
    private static final ModelShape SHAPE = new ModelShape(new long[] {1, 8, 8}, 10);
    private static final int BATCH = 6;

    /** Decays below, between and above (1 + t) / (10 + t). */
    @ParameterizedTest
    @ValueSource(doubles = {0.05, 0.25, 0.999})
    void averagesParametersAndStatistics(double decay) {
        try (WrappedModel model = WrappedModel.load(SmallCnn.create(4, true, SHAPE, 3), SHAPE, Optional.empty(), Trainer.kernels());
                Learner learner = new Learner(model, new Sgd(model, 0.9, true, 0), OptionalDouble.empty(),
                        Optional.of(new WeightAverage(model, decay)), Optional.empty())) {
            Map<String, double[]> averages = values(model);
            for (int t = 0; t < 5; t++) {
                try (NDManager scope = model.newScope()) {
                    float[] pixels = new float[BATCH * SHAPE.features()];
                    Philox4x32.uniform(Key.of(t, Purpose.DIGITS), pixels, 0, pixels.length);
                    Objective.Examples examples = Objective.Examples.clean(Tensors.create(scope, pixels, SHAPE.batch(BATCH)),
                            Tensors.create(scope, 0, 3, 9, 1, 1, 7));
                    learner.step(scope, () -> new Objective.CrossEntropy(0).gradients(scope, model, examples), 0.1);
                }
                double weight = 1 - Math.min(decay, (1.0 + t) / (10 + t));
                values(model).forEach((name, value) -> {
                    double[] average = averages.get(name);
                    for (int j = 0; j < average.length; j++) {
                        average[j] += weight * (value[j] - average[j]);
                    }
                });
            }
            Map<String, double[]> own = values(model);
            Map<String, double[]> measured = learner.measured(() -> values(model));
            measured.forEach((name, value) -> assertThat(value).as(name).containsExactly(averages.get(name), within(1e-6)));
            assertThat(measured.get("c1.weight")).isNotEqualTo(own.get("c1.weight"));
            assertThat(measured.get("b1.running_mean")).isNotEqualTo(own.get("b1.running_mean"));
            values(model).forEach((name, value) -> assertThat(value).as(name).containsExactly(own.get(name)));
            assertThat(learner.measured(() -> model.buffers().get("b1.num_batches_tracked").toLongArray())).containsExactly(5);
        }
    }

    private static Map<String, double[]> values(WrappedModel model) {
        Map<String, NDArray> tensors = new LinkedHashMap<>(model.parameters());
        tensors.putAll(model.buffers());
        Map<String, double[]> values = new LinkedHashMap<>();
        tensors.forEach((name, value) -> {
            if (value.getDataType().isFloating()) {
                values.put(name, LinearModel.doubles(value.toFloatArray()));
            }
        });
        return values;
    }
}
