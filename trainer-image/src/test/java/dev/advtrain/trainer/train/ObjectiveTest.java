package dev.advtrain.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import dev.advtrain.trainer.model.ModelShape;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.tensor.SafeTensors.ElementType;
import dev.advtrain.trainer.tensor.SafeTensors.Tensor;
import dev.advtrain.trainer.tensor.ScriptModule;
import dev.advtrain.trainer.tensor.Tensors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

/** Losses and gradients of a linear model, where both are known in closed form. */
class ObjectiveTest {
    private static final int FEATURES = 2;
    private static final int CLASSES = 3;
    private static final float[] WEIGHT = {0.5f, -1, 0.25f, 2, -0.75f, 1};
    private static final float[] BIAS = {0.1f, -0.2f, 0.3f};
    private static final float[] X = {1, 2, -0.5f, 0.75f};
    private static final long[] Y = {2, 0};
    /** The transposed weight's gradient lies transposed in memory. */
    private static final String FORWARD = """
              def forward(self: $SELF,
                x: Tensor) -> Tensor:
                return torch.add(torch.matmul(x, torch.t(self.weight)), self.bias)
            """;

    @Test
    void crossEntropyIsTheMeanOfTheBatch() {
        double loss = 0;
        double[] weight = new double[WEIGHT.length];
        double[] bias = new double[BIAS.length];
        for (int i = 0; i < Y.length; i++) {
            double[] shares = softmax(i);
            loss -= Math.log(shares[(int) Y[i]]) / Y.length;
            for (int k = 0; k < CLASSES; k++) {
                double residual = (shares[k] - (k == Y[i] ? 1 : 0)) / Y.length;
                bias[k] += residual;
                for (int j = 0; j < FEATURES; j++) {
                    weight[k * FEATURES + j] += residual * X[i * FEATURES + j];
                }
            }
        }
        try (WrappedModel model = model(); NDManager scope = model.newScope()) {
            LossAndGradients found = new Objective.CrossEntropy(0).gradients(scope, model, examples(scope));
            assertThat(found.loss().getFloat()).isCloseTo((float) loss, within(1e-6f));
            assertThat(found.gradients()).hasSize(3);
            assertClose(found.gradients().get(0).toFloatArray(), weight);
            assertClose(found.gradients().get(1).toFloatArray(), bias);
            // Descends along them: a fused step that met another layout would not.
            float[] before = model.parameters().get("weight").toFloatArray();
            try (Optimizer sgd = new Sgd(model, 0, false, 0)) {
                sgd.apply(scope, found.gradients(), 0.5);
            }
            float[] after = model.parameters().get("weight").toFloatArray();
            for (int i = 0; i < weight.length; i++) {
                assertThat(after[i]).isCloseTo((float) (before[i] - 0.5 * weight[i]), within(1e-6f));
            }
        }
    }

    @Test
    void aParameterThatTheLossDoesNotDependOnGetsZeros() {
        try (WrappedModel model = model(); NDManager scope = model.newScope()) {
            LossAndGradients found = new Objective.CrossEntropy(0).gradients(scope, model, examples(scope));
            assertThat(model.parameters().sequencedKeySet()).containsExactly("weight", "bias", "unused");
            assertThat(found.gradients().getLast().toFloatArray()).containsExactly(0, 0);
        }
    }

    private static double[] softmax(int example) {
        double[] shares = new double[CLASSES];
        double sum = 0;
        for (int k = 0; k < CLASSES; k++) {
            double logit = BIAS[k];
            for (int j = 0; j < FEATURES; j++) {
                logit += WEIGHT[k * FEATURES + j] * X[example * FEATURES + j];
            }
            shares[k] = Math.exp(logit);
            sum += shares[k];
        }
        for (int k = 0; k < CLASSES; k++) {
            shares[k] /= sum;
        }
        return shares;
    }

    private static void assertClose(float[] found, double... expected) {
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < found.length; i++) {
            assertThat((double) found[i]).isCloseTo(expected[i], within(1e-6));
        }
    }

    private static Objective.Examples examples(NDManager scope) {
        return Objective.Examples.clean(Tensors.create(scope, X, Y.length, FEATURES), Tensors.create(scope, Y));
    }

    private static WrappedModel model() {
        SequencedMap<String, Tensor> parameters = new LinkedHashMap<>();
        parameters.put("weight", tensor(WEIGHT, CLASSES, FEATURES));
        parameters.put("bias", tensor(BIAS, CLASSES));
        parameters.put("unused", tensor(new float[] {7, 8}, 2));
        return WrappedModel.load(new ScriptModule("Linear", parameters, new LinkedHashMap<>(), new LinkedHashMap<>(), FORWARD).toArchive(),
                new ModelShape(new long[] {FEATURES}, CLASSES), Optional.empty(), Trainer.kernels());
    }

    private static Tensor tensor(float[] values, long... shape) {
        ByteBuffer data = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(values);
        return new Tensor(ElementType.F32, shape, data);
    }
}
