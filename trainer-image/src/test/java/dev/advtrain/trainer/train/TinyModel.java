package dev.advtrain.trainer.train;

import dev.advtrain.trainer.model.ModelShape;
import dev.advtrain.trainer.model.WrappedModel;
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
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Two linear layers with a tanh between them, small and smooth enough to compute in plain float64 what kernels compute in
 * float32: {@code logits = w2 tanh(w1 x + b1) + b2}.
 */
final class TinyModel {
    static final ModelShape SHAPE = new ModelShape(new long[] {1, 2, 3}, 4);
    static final int INPUTS = 6;
    static final int CLASSES = 4;
    private static final int HIDDEN = 5;
    private static final long[][] SHAPES = {{HIDDEN, INPUTS}, {HIDDEN}, {CLASSES, HIDDEN}, {CLASSES}};
    private static final String FORWARD = """
              def forward(self: $SELF,
                x: Tensor) -> Tensor:
                return torch.linear(torch.tanh(torch.linear(torch.flatten(x, 1), self.w1, self.b1)), self.w2, self.b2)
            """;

    /** By parameter, in the order of the model. */
    final float[][] parameters = new float[SHAPES.length][];

    TinyModel(long seed) {
        for (int i = 0; i < SHAPES.length; i++) {
            parameters[i] = new float[(int) Arrays.stream(SHAPES[i]).reduce(1, Math::multiplyExact)];
            Philox4x32.gaussian(Key.of(seed, Purpose.INITIAL_WEIGHTS).withExample(i), parameters[i], 0, parameters[i].length);
        }
    }

    WrappedModel load(String... kernels) {
        SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
        for (int i = 0; i < SHAPES.length; i++) {
            ByteBuffer data = ByteBuffer.allocate(parameters[i].length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            data.asFloatBuffer().put(parameters[i]);
            tensors.put(new String[] {"w1", "b1", "w2", "b2"}[i], new Tensor(ElementType.F32, SHAPES[i], data));
        }
        return WrappedModel.load(new ScriptModule("Tiny", tensors, new LinkedHashMap<>(), new LinkedHashMap<>(), FORWARD).toArchive(), SHAPE,
                Optional.empty(), kernels);
    }

    /** The parameters in one array. */
    double[] flat() {
        double[] flat = new double[Arrays.stream(parameters).mapToInt(p -> p.length).sum()];
        int at = 0;
        for (float[] parameter : parameters) {
            for (float value : parameter) {
                flat[at++] = value;
            }
        }
        return flat;
    }

    /** @param parameters as {@link #flat} orders them */
    static double[] logits(double[] parameters, double... x) {
        int b1 = HIDDEN * INPUTS;
        int w2 = b1 + HIDDEN;
        int b2 = w2 + CLASSES * HIDDEN;
        double[] hidden = new double[HIDDEN];
        for (int j = 0; j < HIDDEN; j++) {
            double sum = parameters[b1 + j];
            for (int i = 0; i < INPUTS; i++) {
                sum += parameters[j * INPUTS + i] * x[i];
            }
            hidden[j] = Math.tanh(sum);
        }
        double[] logits = new double[CLASSES];
        for (int c = 0; c < CLASSES; c++) {
            logits[c] = parameters[b2 + c];
            for (int j = 0; j < HIDDEN; j++) {
                logits[c] += parameters[w2 + c * HIDDEN + j] * hidden[j];
            }
        }
        return logits;
    }

    static double[] probabilities(double[] parameters, double... x) {
        double[] z = logits(parameters, x);
        double sum = Arrays.stream(z).map(Math::exp).sum();
        return Arrays.stream(z).map(value -> Math.exp(value) / sum).toArray();
    }
}
