package dev.advtrain.trainer.train;

import ai.djl.ndarray.NDManager;
import dev.advtrain.trainer.model.ModelShape;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.tensor.SafeTensors.ElementType;
import dev.advtrain.trainer.tensor.SafeTensors.Tensor;
import dev.advtrain.trainer.tensor.ScriptModule;
import dev.advtrain.trainer.tensor.Tensors;
import dev.advtrain.trainer.tensor.TorchScriptArchive;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/** A linear model and two examples, whose cross entropy and its gradients are known in closed form. */
final class LinearModel {
    static final int FEATURES = 2;
    static final int CLASSES = 3;
    static final float[] WEIGHT = {0.5f, -1, 0.25f, 2, -0.75f, 1};
    static final float[] BIAS = {0.1f, -0.2f, 0.3f};
    private static final float[] X = {1, 2, -0.5f, 0.75f};
    private static final long[] Y = {2, 0};
    /** The transposed weight's gradient lies transposed in memory. */
    private static final String FORWARD = """
              def forward(self: $SELF,
                x: Tensor) -> Tensor:
                return torch.add(torch.matmul(x, torch.t(self.weight)), self.bias)
            """;

    private LinearModel() {}

    /** The mean over the examples, and its gradients. */
    record Derivatives(double loss, double[] weight, double[] bias) {}

    static Derivatives crossEntropy(double[] weight, double[] bias, double smoothing) {
        double loss = 0;
        double[] ofWeight = new double[weight.length];
        double[] ofBias = new double[bias.length];
        for (int i = 0; i < Y.length; i++) {
            double[] shares = softmax(weight, bias, i);
            for (int k = 0; k < CLASSES; k++) {
                double label = (k == Y[i] ? 1 - smoothing : 0) + smoothing / CLASSES;
                loss -= label * Math.log(shares[k]) / Y.length;
                double residual = (shares[k] - label) / Y.length;
                ofBias[k] += residual;
                for (int j = 0; j < FEATURES; j++) {
                    ofWeight[k * FEATURES + j] += residual * X[i * FEATURES + j];
                }
            }
        }
        return new Derivatives(loss, ofWeight, ofBias);
    }

    private static double[] softmax(double[] weight, double[] bias, int example) {
        double[] shares = new double[CLASSES];
        double sum = 0;
        for (int k = 0; k < CLASSES; k++) {
            double logit = bias[k];
            for (int j = 0; j < FEATURES; j++) {
                logit += weight[k * FEATURES + j] * X[example * FEATURES + j];
            }
            shares[k] = Math.exp(logit);
            sum += shares[k];
        }
        for (int k = 0; k < CLASSES; k++) {
            shares[k] /= sum;
        }
        return shares;
    }

    static Objective.Examples examples(NDManager scope) {
        return Objective.Examples.clean(Tensors.create(scope, X, Y.length, FEATURES), Tensors.create(scope, Y));
    }

    /** With parameters weight, bias and one that the output does not depend on. */
    static TorchScriptArchive archive() {
        SequencedMap<String, Tensor> parameters = new LinkedHashMap<>();
        parameters.put("weight", tensor(WEIGHT, CLASSES, FEATURES));
        parameters.put("bias", tensor(BIAS, CLASSES));
        parameters.put("unused", tensor(new float[] {7, 8}, 2));
        return new ScriptModule("Linear", parameters, new LinkedHashMap<>(), new LinkedHashMap<>(), FORWARD).toArchive();
    }

    static WrappedModel load() {
        return load(archive());
    }

    static WrappedModel load(TorchScriptArchive archive) {
        return WrappedModel.load(archive, new ModelShape(new long[] {FEATURES}, CLASSES), Optional.empty(), Trainer.kernels());
    }

    static double[] doubles(float... values) {
        double[] result = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = values[i];
        }
        return result;
    }

    private static Tensor tensor(float[] values, long... shape) {
        ByteBuffer data = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(values);
        return new Tensor(ElementType.F32, shape, data);
    }
}
