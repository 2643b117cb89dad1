package dev.advtrain.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.advtrain.resolve.Sha256;
import dev.advtrain.trainer.model.ModelShape;
import dev.advtrain.trainer.model.SmallCnn;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.random.Philox4x32;
import dev.advtrain.trainer.random.Purpose;
import dev.advtrain.trainer.tensor.SafeTensors.Tensor;
import dev.advtrain.trainer.tensor.TorchModule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SgdLearnerTest {
    private static final ModelShape SHAPE = new ModelShape(new long[] {1, 8, 8}, 10);
    private static final int BATCH = 6;

    /** Against PyTorch's definition, written out. */
    @ParameterizedTest
    @CsvSource({
        "0.0, false, 0.0",
        "0.0, false, 0.01",
        "0.9, false, 0.0",
        "0.9, false, 0.01",
        "0.9, true, 0.0",
        "0.9, true, 0.01",
    })
    void stepsAsTheDefinitionDoes(double momentum, boolean nesterov, double weightDecay) {
        try (WrappedModel model = model(); SgdLearner learner = new SgdLearner(model, momentum, nesterov, weightDecay)) {
            Map<String, float[]> velocity = new LinkedHashMap<>();
            for (int step = 0; step < 4; step++) {
                double learningRate = 0.1 / (step + 1);
                try (NDManager scope = model.newScope()) {
                    NDArray x = inputs(scope, step);
                    NDArray y = labels(scope);
                    List<NDArray> gradients = TorchModule.tensors(model.train(scope, "parameter_gradients", x, y));
                    Map<String, float[]> expected = new LinkedHashMap<>();
                    int i = 0;
                    for (Map.Entry<String, NDArray> parameter : model.parameters().entrySet()) {
                        float[] p = parameter.getValue().toFloatArray();
                        float[] g = gradients.get(i++).toFloatArray();
                        float[] v = velocity.computeIfAbsent(parameter.getKey(), _ -> new float[p.length]);
                        for (int j = 0; j < p.length; j++) {
                            double d = g[j] + weightDecay * p[j];
                            v[j] = (float) (momentum * v[j] + d);
                            p[j] -= (float) (learningRate * (momentum == 0 ? d : nesterov ? d + momentum * v[j] : v[j]));
                        }
                        expected.put(parameter.getKey(), p);
                    }
                    learner.step(scope, x, y, learningRate);
                    model.parameters().forEach((name, value) ->
                            assertThat(value.toFloatArray()).as(name).containsExactly(expected.get(name), within(1e-6f)));
                }
            }
        }
    }

    @Test
    void returnsTheLossBeforeTheStepAndLowersIt() {
        try (WrappedModel model = model(); SgdLearner learner = new SgdLearner(model, 0.9, true, 0)) {
            try (NDManager scope = model.newScope()) {
                float first = learner.step(scope, inputs(scope, 0), labels(scope), 0.05);
                assertThat(first).isCloseTo((float) Math.log(10), within(0.2f));
                float last = first;
                for (int i = 0; i < 20; i++) {
                    last = learner.step(scope, inputs(scope, 0), labels(scope), 0.05);
                }
                assertThat(last).isLessThan(first - 0.1f);
            }
        }
    }

    @Test
    void goesOnBitForBitFromItsState() {
        try (WrappedModel model = model(); SgdLearner learner = new SgdLearner(model, 0.9, true, 0.001);
                WrappedModel other = model(); SgdLearner resumed = new SgdLearner(other, 0.9, true, 0.001);
                NDManager scope = model.newScope()) {
            for (int step = 0; step < 3; step++) {
                learner.step(scope, inputs(scope, step), labels(scope), 0.1);
            }
            resumed.restore(learner.state());
            assertThat(digests(resumed.state())).isEqualTo(digests(learner.state()));
            for (int step = 3; step < 6; step++) {
                learner.step(scope, inputs(scope, step), labels(scope), 0.1);
                resumed.step(scope, inputs(scope, step), labels(scope), 0.1);
            }
            assertThat(digests(resumed.state())).isEqualTo(digests(learner.state()));
        }
    }

    /** Digests of the contents by name; the batch norm's statistics and count are among them. */
    static Map<String, String> digests(Map<String, Tensor> tensors) {
        Map<String, String> digests = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> {
            byte[] content = new byte[tensor.data().remaining()];
            tensor.data().get(content);
            digests.put(name, Sha256.hex(content));
        });
        return digests;
    }

    private static WrappedModel model() {
        return WrappedModel.load(SmallCnn.create(4, true, SHAPE, 3), SHAPE, Optional.empty(), SgdLearner.KERNEL, "parameter_gradients");
    }

    private static NDArray inputs(NDManager scope, int step) {
        float[] values = new float[BATCH * SHAPE.features()];
        Philox4x32.uniform(Key.of(step, Purpose.DIGITS), values, 0, values.length);
        return scope.create(values, new Shape(SHAPE.batch(BATCH)));
    }

    private static NDArray labels(NDManager scope) {
        return scope.create(new long[] {0, 3, 9, 1, 1, 7});
    }
}
