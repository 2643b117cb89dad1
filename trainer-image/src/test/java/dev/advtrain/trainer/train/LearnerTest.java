package dev.advtrain.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.resolve.Sha256;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.model.ModelShape;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.model.builtin.SmallCnn;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.random.Philox4x32;
import dev.advtrain.trainer.random.Purpose;
import dev.advtrain.trainer.tensor.SafeTensors.Tensor;
import dev.advtrain.trainer.tensor.Tensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LearnerTest {
    private static final ModelShape SHAPE = new ModelShape(new long[] {1, 8, 8}, 10);
    private static final int BATCH = 6;

    @Test
    void returnsTheLossBeforeTheStepAndLowersIt() {
        try (WrappedModel model = model(); Learner learner = learner(model)) {
            try (NDManager scope = model.newScope()) {
                float first = step(learner, model, scope, 0, 0.05);
                assertThat(first).isCloseTo((float) Math.log(10), within(0.2f));
                float last = first;
                for (int i = 0; i < 20; i++) {
                    last = step(learner, model, scope, 0, 0.05);
                }
                assertThat(last).isLessThan(first - 0.1f);
            }
        }
    }

    @Test
    void goesOnBitForBitFromItsState() {
        try (WrappedModel model = model(); Learner learner = learner(model);
                WrappedModel other = model(); Learner resumed = learner(other);
                NDManager scope = model.newScope()) {
            for (int step = 0; step < 3; step++) {
                step(learner, model, scope, step, 0.1);
            }
            resumed.restore(learner.state());
            assertThat(digests(resumed.state())).isEqualTo(digests(learner.state()));
            for (int step = 3; step < 6; step++) {
                step(learner, model, scope, step, 0.1);
                step(resumed, other, scope, step, 0.1);
            }
            assertThat(digests(resumed.state())).isEqualTo(digests(learner.state()));
        }
    }

    /** As {@code torch.nn.utils.clip_grad_norm_}: over all parameters together. */
    @ParameterizedTest
    @ValueSource(doubles = {0.01, 3, 1000})
    void longGradientsAreShortened(double maxNorm) {
        try (WrappedModel model = LinearModel.load();
                Learner learner = new Learner(model, new Sgd(model, 0, false, 0), OptionalDouble.of(maxNorm), Optional.empty(), Optional.empty());
                NDManager scope = model.newScope()) {
            float[] weight = {1, -2, 3, 0, 5, -6};
            float[] bias = {7, 0, -8};
            float[] unused = {9, 10};
            double length = Math.sqrt(1 + 4 + 9 + 25 + 36 + 49 + 64 + 81 + 100);
            double scale = Math.min(1, maxNorm / (length + 1e-6));
            learner.apply(scope, List.of(Tensors.create(scope, weight, 3, 2), Tensors.create(scope, bias, 3), Tensors.create(scope, unused, 2)), 0.1);
            for (int i = 0; i < weight.length; i++) {
                assertThat((double) model.parameters().get("weight").toFloatArray()[i])
                        .isCloseTo(LinearModel.WEIGHT[i] - 0.1 * scale * weight[i], within(1e-6));
            }
            assertThat(model.parameters().get("unused").toFloatArray())
                    .containsExactly(new float[] {(float) (7 - 0.9 * scale), (float) (8 - scale)}, within(1e-6f));
        }
    }

    @Test
    void stateThatDoesNotFitIsNamed() {
        try (WrappedModel model = model(); Learner learner = learner(model)) {
            SequencedMap<String, Tensor> state = learner.state();
            Tensor bias = state.get("model/l2.bias");
            assertRefused(learner, without(state, "model/l2.bias"), "it lacks the tensor model/l2.bias");
            assertRefused(learner, without(state, "optimizer/momentum/c1.weight"), "it lacks the tensor optimizer/momentum/c1.weight");
            assertRefused(learner, with(state, "optimizer/exp_avg/c1.weight", bias), "its tensor optimizer/exp_avg/c1.weight is unknown");
            assertRefused(learner, with(state, "optimizer/momentum/c1.weight", bias),
                    "its tensor optimizer/momentum/c1.weight has the shape [10], expected [4, 1, 4, 4]");
            assertRefused(learner, with(state, "model/c1.weight", bias), "c1.weight");
            assertThat(digests(learner.state())).isEqualTo(digests(state));
        }
    }

    private static void assertRefused(Learner learner, Map<String, Tensor> state, String reason) {
        assertThatExceptionOfType(TrainerException.class).isThrownBy(() -> learner.restore(state))
                .satisfies(e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA))
                .withMessageStartingWith("the checkpoint does not fit this run: ").withMessageContaining(reason);
    }

    private static Map<String, Tensor> without(Map<String, Tensor> state, String name) {
        Map<String, Tensor> changed = new LinkedHashMap<>(state);
        changed.remove(name);
        return changed;
    }

    private static Map<String, Tensor> with(Map<String, Tensor> state, String name, Tensor tensor) {
        Map<String, Tensor> changed = new LinkedHashMap<>(state);
        changed.put(name, tensor);
        return changed;
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

    private static float step(Learner learner, WrappedModel model, NDManager scope, int batch, double learningRate) {
        NDArray x = inputs(scope, batch);
        NDArray y = labels(scope);
        return learner.step(scope, () -> new Objective.CrossEntropy(0).gradients(scope, model, Objective.Examples.clean(x, y)), learningRate);
    }

    private static Learner learner(WrappedModel model) {
        return new Learner(model, new Sgd(model, 0.9, true, 0.001));
    }

    private static WrappedModel model() {
        return WrappedModel.load(SmallCnn.create(4, true, SHAPE, 3), SHAPE, Optional.empty(), Trainer.kernels());
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
