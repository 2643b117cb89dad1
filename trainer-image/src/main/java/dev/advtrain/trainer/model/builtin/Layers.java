package dev.advtrain.trainer.model.builtin;

import dev.advtrain.api.v1alpha1.training.Activation;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.random.Philox4x32;
import dev.advtrain.trainer.random.Purpose;
import dev.advtrain.trainer.tensor.SafeTensors.ElementType;
import dev.advtrain.trainer.tensor.SafeTensors.Tensor;
import dev.advtrain.trainer.tensor.ScriptModule;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * The layers that architectures are made of, named and initialised as PyTorch's. Weights are drawn from the seed, one
 * stream a tensor in the order in which layers are made: that of the module tree.
 */
final class Layers {
    /** Values that fit one array of bytes. */
    private static final long MOST_VALUES = Integer.MAX_VALUE / Float.BYTES;
    private static final SequencedMap<String, Tensor> NO_TENSORS = new LinkedHashMap<>();

    private static final String LINEAR = """
              def forward(self: $SELF,
                x: Tensor) -> Tensor:
                return torch.linear(x, self.weight, self.bias)
            """;
    private static final String BATCH_NORM = """
              def forward(self: $SELF,
                x: Tensor) -> Tensor:
                if self.training:
                  _0 = torch.add_(self.num_batches_tracked, 1)
                else:
                  pass
                return torch.batch_norm(x, self.weight, self.bias, self.running_mean, self.running_var, self.training, 0.1, 1e-05, True)
            """;

    /** How the weights of a convolution are drawn; for one of {@code [out, in, k, k]}. */
    enum Weights {
        /** Uniform in plus or minus 1 / sqrt(in k k): what PyTorch does unless told otherwise. */
        UNIFORM,
        /** Normal with variance 2 / (out k k) (He et al. 2015, arXiv:1502.01852, "fan out"). */
        NORMAL
    }

    private final long seed;
    private final Weights weights;
    private final Activation activation;
    private int drawn;

    Layers(long seed, Weights weights, Activation activation) {
        this.seed = seed;
        this.weights = weights;
        this.activation = activation;
    }

    /** A square convolution without bias, padded so that stride 1 keeps the size where the kernel is odd. */
    ScriptModule convolution(long in, long out, int kernel, int stride) {
        return convolution(parameters(convolutionWeight(out, in, kernel, kernel)), kernel, stride);
    }

    /** The same with a bias, uniform as the weights. */
    ScriptModule biasedConvolution(long in, long out, int kernel, int stride) {
        Tensor weight = convolutionWeight(out, in, kernel, kernel);
        return convolution(parameters(weight, uniform(bound(weight), out)), kernel, stride);
    }

    private static ScriptModule convolution(SequencedMap<String, Tensor> parameters, int kernel, int stride) {
        int padding = (kernel - 1) / 2;
        return new ScriptModule("Conv2d", parameters, NO_TENSORS, new LinkedHashMap<>(), """
                  def forward(self: $SELF,
                    x: Tensor) -> Tensor:
                    return torch.conv2d(x, self.weight, %3$s, [%1$d, %1$d], [%2$d, %2$d], [1, 1], 1)
                """.formatted(stride, padding, parameters.containsKey("bias") ? "self.bias" : "None"));
    }

    /** Weight and bias uniform in plus or minus 1 / sqrt(in): PyTorch's default. */
    ScriptModule linear(long in, long out) {
        Tensor weight = uniform(1 / Math.sqrt(in), out, in);
        return linear(weight, uniform(bound(weight), out));
    }

    /** The same with a bias that starts at zero. */
    ScriptModule unbiasedLinear(long in, long out) {
        return linear(uniform(1 / Math.sqrt(in), out, in), constant(0, out));
    }

    private static ScriptModule linear(Tensor weight, Tensor bias) {
        return new ScriptModule("Linear", parameters(weight, bias), NO_TENSORS, new LinkedHashMap<>(), LINEAR);
    }

    ScriptModule batchNorm(long channels) {
        SequencedMap<String, Tensor> buffers = new LinkedHashMap<>();
        buffers.put("running_mean", constant(0, channels));
        buffers.put("running_var", constant(1, channels));
        buffers.put("num_batches_tracked", new Tensor(ElementType.I64, new long[0], ByteBuffer.allocate(Long.BYTES)));
        return new ScriptModule("BatchNorm2d", parameters(constant(1, channels), constant(0, channels)), buffers, new LinkedHashMap<>(), BATCH_NORM);
    }

    /** A module of these layers, which {@link Composite} asks for one by one. */
    Composite composite(String className) {
        return new Composite(className, activation);
    }

    private static SequencedMap<String, Tensor> parameters(Tensor... weightAndBias) {
        SequencedMap<String, Tensor> parameters = new LinkedHashMap<>();
        parameters.put("weight", weightAndBias[0]);
        if (weightAndBias.length > 1) {
            parameters.put("bias", weightAndBias[1]);
        }
        return parameters;
    }

    private Tensor convolutionWeight(long... shape) {
        return switch (weights) {
            case UNIFORM -> uniform(1 / Math.sqrt(shape[1] * shape[2] * shape[3]), shape);
            case NORMAL -> normal(Math.sqrt(2.0 / (shape[0] * shape[2] * shape[3])), shape);
        };
    }

    private static double bound(Tensor weight) {
        return 1 / Math.sqrt(Arrays.stream(weight.shape()).skip(1).reduce(1, Math::multiplyExact));
    }

    private Tensor uniform(double bound, long... shape) {
        float[] values = new float[count(shape)];
        Philox4x32.uniform(nextStream(), values, 0, values.length);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) ((2 * values[i] - 1) * bound);
        }
        return tensor(values, shape);
    }

    private Tensor normal(double deviation, long... shape) {
        float[] values = new float[count(shape)];
        Philox4x32.gaussian(nextStream(), values, 0, values.length);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (values[i] * deviation);
        }
        return tensor(values, shape);
    }

    private Key nextStream() {
        return Key.of(seed, Purpose.INITIAL_WEIGHTS).withExample(drawn++);
    }

    private static Tensor constant(float value, long... shape) {
        float[] values = new float[count(shape)];
        Arrays.fill(values, value);
        return tensor(values, shape);
    }

    private static Tensor tensor(float[] values, long... shape) {
        ByteBuffer data = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(values);
        return new Tensor(ElementType.F32, shape, data);
    }

    private static int count(long... shape) {
        long count = Arrays.stream(shape).reduce(1, Layers::multiplySaturated);
        if (count > MOST_VALUES) {
            throw new TrainerException(ExitCode.RUN_SPEC, "model.builtin asks for weights of the shape " + Arrays.toString(shape)
                    + ", expected at most " + MOST_VALUES + " values in one; set a smaller width or inputShape");
        }
        return (int) count;
    }

    private static long multiplySaturated(long a, long b) {
        return Math.multiplyHigh(a, b) == 0 && a * b >= 0 ? a * b : Long.MAX_VALUE;
    }
}
