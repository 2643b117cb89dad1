package dev.advtrain.trainer.model;

import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.random.Philox4x32;
import dev.advtrain.trainer.random.Purpose;
import dev.advtrain.trainer.tensor.SafeTensors.ElementType;
import dev.advtrain.trainer.tensor.SafeTensors.Tensor;
import dev.advtrain.trainer.tensor.ScriptModule;
import dev.advtrain.trainer.tensor.TorchScriptArchive;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * Two convolutions (c1: {@code width} filters, c2: twice as many; 4x4, stride 2, padding 1), each with ReLU and, where
 * asked for, batch norm (b1, b2) before it; then l1 (100) with ReLU and l2 (classes).
 */
public final class SmallCnn {
    private static final int HIDDEN = 100;
    private static final int KERNEL = 4;
    private static final int SMALLEST_SIDE = 4;

    private static final String CONVOLUTION = """
              def forward(self: $SELF,
                x: Tensor) -> Tensor:
                return torch.conv2d(x, self.weight, self.bias, [2, 2], [1, 1], [1, 1], 1)
            """;
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

    private final long seed;
    private int drawn;

    private SmallCnn(long seed) {
        this.seed = seed;
    }

    /**
     * A new model with PyTorch's default initial weights, drawn from the seed.
     *
     * @throws TrainerException 64 where the input shape does not fit
     */
    public static TorchScriptArchive create(int width, boolean batchNorm, ModelShape shape, long seed) {
        if (width < 1) {
            throw new TrainerException(ExitCode.RUN_SPEC, "model.builtin.width is " + width + ", expected at least 1");
        }
        long[] input = shape.input();
        if (input.length != 3 || input[1] < SMALLEST_SIDE || input[2] < SMALLEST_SIDE) {
            throw new TrainerException(ExitCode.RUN_SPEC, "model.builtin.inputShape is " + Arrays.toString(input)
                    + ", SmallCnn needs [channels, height, width] with height and width of at least " + SMALLEST_SIDE);
        }
        return new SmallCnn(seed).module(width, batchNorm, shape).toArchive();
    }

    private ScriptModule module(long width, boolean batchNorm, ModelShape shape) {
        long[] input = shape.input();
        long features = 2 * width * (input[1] / 2 / 2) * (input[2] / 2 / 2);
        SequencedMap<String, ScriptModule> children = new LinkedHashMap<>();
        StringBuilder forward = new StringBuilder("  def forward(self: $SELF,\n    x: Tensor) -> Tensor:\n");
        children.put("c1", layer("Conv2d", CONVOLUTION, width, input[0], KERNEL, KERNEL));
        convolution(children, forward, "1", "x", batchNorm ? width : 0);
        children.put("c2", layer("Conv2d", CONVOLUTION, 2 * width, width, KERNEL, KERNEL));
        convolution(children, forward, "2", "h1", batchNorm ? 2 * width : 0);
        children.put("l1", layer("Linear", LINEAR, HIDDEN, features));
        children.put("l2", layer("Linear", LINEAR, shape.classes(), HIDDEN));
        forward.append("    h3 = torch.relu((self.l1).forward(torch.flatten(h2, 1), ))\n    return (self.l2).forward(h3, )\n");
        return new ScriptModule("SmallCnn", new LinkedHashMap<>(), new LinkedHashMap<>(), children, forward.toString());
    }

    private static void convolution(SequencedMap<String, ScriptModule> children, StringBuilder forward, String number, String input,
            long normalized) {
        String output = "(self.c" + number + ").forward(" + input + ", )";
        if (normalized > 0) {
            children.put("b" + number, batchNorm(normalized));
            output = "(self.b" + number + ").forward(" + output + ", )";
        }
        forward.append("    h").append(number).append(" = torch.relu(").append(output).append(")\n");
    }

    /** Weight and bias uniform in plus or minus 1 / sqrt(inputs of one output): PyTorch's default for both layers. */
    private ScriptModule layer(String className, String forward, long... weightShape) {
        long fanIn = Arrays.stream(weightShape).skip(1).reduce(1, Math::multiplyExact);
        SequencedMap<String, Tensor> parameters = new LinkedHashMap<>();
        parameters.put("weight", uniform(1 / Math.sqrt(fanIn), weightShape));
        parameters.put("bias", uniform(1 / Math.sqrt(fanIn), weightShape[0]));
        return new ScriptModule(className, parameters, new LinkedHashMap<>(), new LinkedHashMap<>(), forward);
    }

    private static ScriptModule batchNorm(long channels) {
        SequencedMap<String, Tensor> parameters = new LinkedHashMap<>();
        parameters.put("weight", constant(1, channels));
        parameters.put("bias", constant(0, channels));
        SequencedMap<String, Tensor> buffers = new LinkedHashMap<>();
        buffers.put("running_mean", constant(0, channels));
        buffers.put("running_var", constant(1, channels));
        buffers.put("num_batches_tracked", new Tensor(ElementType.I64, new long[0], ByteBuffer.allocate(Long.BYTES)));
        return new ScriptModule("BatchNorm2d", parameters, buffers, new LinkedHashMap<>(), BATCH_NORM);
    }

    private Tensor uniform(double bound, long... shape) {
        float[] values = new float[count(shape)];
        // One stream a tensor, in the order of the module tree.
        Philox4x32.uniform(Key.of(seed, Purpose.INITIAL_WEIGHTS).withExample(drawn++), values, 0, values.length);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) ((2 * values[i] - 1) * bound);
        }
        return tensor(values, shape);
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
        return Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
    }
}
