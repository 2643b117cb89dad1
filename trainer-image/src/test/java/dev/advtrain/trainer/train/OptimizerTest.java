package dev.advtrain.trainer.train;

import static dev.advtrain.trainer.train.LinearModel.doubles;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.advtrain.trainer.model.ModelShape;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.model.builtin.SmallCnn;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.random.Philox4x32;
import dev.advtrain.trainer.random.Purpose;
import dev.advtrain.trainer.tensor.EngineThreads;
import dev.advtrain.trainer.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against PyTorch's definitions, written out. */
class OptimizerTest {
    private static final ModelShape SHAPE = new ModelShape(new long[] {1, 8, 8}, 10);
    private static final int STEPS = 5;

    /** One parameter's next values, from its present ones and its gradient. */
    private interface Definition {
        void step(int parameter, double[] values, float[] gradient, int step, double learningRate);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 96})
    void aLargeModelIsSharedOut(int width) {
        try (WrappedModel model = model(width)) {
            ParameterShares shares = ParameterShares.of(model);
            assertThat(shares.count()).isEqualTo(width == 4 ? 1 : EngineThreads.count());
            List<NDArray> parameters = List.copyOf(model.parameters().values());
            Queue<NDArray> met = new ConcurrentLinkedQueue<>();
            shares.each(share -> met.addAll(share.of(parameters)));
            assertThat(met).hasSameSizeAs(parameters).containsAll(parameters);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "4, 0.0, false, 0.0",
        "4, 0.0, false, 0.01",
        "4, 0.9, false, 0.0",
        "4, 0.9, false, 0.01",
        "4, 0.9, true, 0.0",
        "4, 0.9, true, 0.01",
        "96, 0.0, false, 0.01",
        "96, 0.9, true, 0.01",
    })
    void sgd(int width, double momentum, boolean nesterov, double weightDecay) {
        List<double[]> velocities = new ArrayList<>();
        try (WrappedModel model = model(width); Optimizer sgd = new Sgd(model, momentum, nesterov, weightDecay)) {
            model.parameters().values().forEach(p -> velocities.add(new double[(int) p.size()]));
            assertSteps(model, sgd, (parameter, p, g, step, learningRate) -> {
                double[] v = velocities.get(parameter);
                for (int j = 0; j < p.length; j++) {
                    double d = g[j] + weightDecay * p[j];
                    v[j] = momentum * v[j] + d;
                    p[j] -= learningRate * (momentum == 0 ? d : nesterov ? d + momentum * v[j] : v[j]);
                }
            });
        }
    }

    @ParameterizedTest
    @CsvSource({
        "4, 0.9, 0.999, 1e-8, 0.01",
        "4, 0.9, 0.95, 1e-3, 0",
        "4, 0, 0.5, 1e-6, 0.1",
        "96, 0.9, 0.999, 1e-8, 0.01",
    })
    void adamW(int width, double beta1, double beta2, double epsilon, double weightDecay) {
        List<double[]> means = new ArrayList<>();
        List<double[]> squares = new ArrayList<>();
        try (WrappedModel model = model(width); Optimizer adamW = new AdamW(model, beta1, beta2, epsilon, weightDecay)) {
            model.parameters().values().forEach(p -> {
                means.add(new double[(int) p.size()]);
                squares.add(new double[(int) p.size()]);
            });
            assertSteps(model, adamW, (parameter, p, g, step, learningRate) -> {
                double[] m = means.get(parameter);
                double[] v = squares.get(parameter);
                for (int j = 0; j < p.length; j++) {
                    p[j] *= 1 - learningRate * weightDecay;
                    m[j] = beta1 * m[j] + (1 - beta1) * g[j];
                    v[j] = beta2 * v[j] + (1 - beta2) * g[j] * g[j];
                    double mean = m[j] / (1 - Math.pow(beta1, step));
                    double square = v[j] / (1 - Math.pow(beta2, step));
                    p[j] -= learningRate * mean / (Math.sqrt(square) + epsilon);
                }
            });
            assertThat(adamW.state().get("step").toFloatArray()).containsExactly(STEPS);
        }
    }

    private static void assertSteps(WrappedModel model, Optimizer optimizer, Definition definition) {
        List<double[]> expected = new ArrayList<>();
        model.parameters().values().forEach(p -> expected.add(doubles(p.toFloatArray())));
        List<String> names = List.copyOf(model.parameters().keySet());
        for (int step = 1; step <= STEPS; step++) {
            double learningRate = 0.1 / step;
            try (NDManager scope = model.newScope()) {
                List<NDArray> gradients = new ArrayList<>();
                for (int i = 0; i < expected.size(); i++) {
                    float[] gradient = new float[expected.get(i).length];
                    Philox4x32.uniform(Key.of(step, Purpose.DIGITS).withExample(i), gradient, 0, gradient.length);
                    for (int j = 0; j < gradient.length; j++) {
                        gradient[j] -= 0.5f;
                    }
                    gradients.add(Tensors.create(scope, gradient, model.parameters().get(names.get(i)).getShape().getShape()));
                    definition.step(i, expected.get(i), gradient, step, learningRate);
                }
                optimizer.apply(scope, gradients, learningRate);
            }
            for (int i = 0; i < expected.size(); i++) {
                double[] exact = expected.get(i);
                float[] found = model.parameters().get(names.get(i)).toFloatArray();
                assertThat(found).hasSameSizeAs(exact);
                assertThat(IntStream.range(0, exact.length).filter(j -> !(Math.abs(found[j] - exact[j]) <= 1e-6)))
                        .as("values of %s that differ after step %d", names.get(i), step).isEmpty();
            }
        }
    }

    private static WrappedModel model(int width) {
        return WrappedModel.load(SmallCnn.create(width, true, SHAPE, 3), SHAPE, Optional.empty(), Trainer.kernels());
    }
}
