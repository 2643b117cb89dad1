package dev.advtrain.trainer.model.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.advtrain.api.v1alpha1.training.Activation;
import dev.advtrain.api.v1alpha1.training.Architecture;
import dev.advtrain.api.v1alpha1.training.ModelSpec;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.model.Loss;
import dev.advtrain.trainer.model.ModelShape;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.random.Philox4x32;
import dev.advtrain.trainer.random.Purpose;
import dev.advtrain.trainer.tensor.SafeTensors.Tensor;
import dev.advtrain.trainer.tensor.TorchScriptArchive;
import dev.advtrain.trainer.tensor.TorchScriptArchive.Role;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class BuiltinModelTest {
    private static final ModelShape CIFAR = new ModelShape(new long[] {3, 32, 32}, 10);
    private static final int NARROW = 2;

    /** Counts as published; the lists are written by {@code dev/proofs/architectures.py} from PyTorch modules. */
    @ParameterizedTest
    @CsvSource({
        "MLP, 256, 10, 855050",
        "PRE_ACT_RES_NET_18, 64, 10, 11172170",
        "RES_NET_18, 64, 1000, 11689512",
        "RES_NET_50, 64, 1000, 25557032",
        "WIDE_RES_NET_28_10, 16, 10, 36479194",
        "WIDE_RES_NET_34_10, 16, 10, 46160474",
    })
    void namesShapesAndOrderAreThoseOfThePyTorchModule(Architecture architecture, int width, int classes, long parameters) throws IOException {
        TorchScriptArchive archive = create(architecture, width, new ModelShape(new long[] {3, 32, 32}, classes), 0);
        List<String> found = archive.tensors().entrySet().stream()
                .map(entry -> entry.getKey() + " " + Arrays.toString(entry.getValue().shape())).toList();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                getClass().getResourceAsStream("/architectures/" + architecture + ".txt"), StandardCharsets.UTF_8))) {
            assertThat(found).isEqualTo(lines.lines().toList());
        }
        assertThat(archive.tensors(Role.PARAMETER).values().stream().mapToLong(tensor -> tensor.data().remaining() / Float.BYTES).sum())
                .isEqualTo(parameters);
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void takesEveryShapeFromTheLeastOn(Architecture architecture) {
        int least = architecture.leastSide();
        int width = architecture == Architecture.MLP ? 32 : NARROW;
        for (long[] input : new long[][] {{1, least, least}, {3, least + 1, least + 6}, {4, 37, 33}}) {
            ModelShape shape = new ModelShape(input, 7);
            for (Activation activation : Activation.values()) {
                try (WrappedModel model = load(create(architecture, width, activation, shape, 1), shape); NDManager scope = model.newScope()) {
                    NDArray x = inputs(scope, shape, 4);
                    NDArray y = scope.create(new long[] {0, 1, 2, 6});
                    NDArray logits = model.classifier().logits(scope, x);
                    assertThat(logits.getShape().getShape()).containsExactly(4, 7);
                    assertThat(spread(logits.toFloatArray())).isPositive();
                    NDArray gradient = model.classifier().lossGradient(scope, Loss.CROSS_ENTROPY, x, y, y).gradient();
                    for (int i = 0; i < 4; i++) {
                        assertThat(gradient.get(i).norm().getFloat()).as("gradient of example %d", i).isPositive().isFinite();
                    }
                }
            }
        }
    }

    @Test
    void mlpTakesFeaturesAlone() {
        ModelShape shape = new ModelShape(new long[] {13}, 2);
        try (WrappedModel model = load(create(Architecture.MLP, 8, shape, 1), shape); NDManager scope = model.newScope()) {
            assertThat(model.parameters().get("fc1.weight").getShape().getShape()).containsExactly(8, 13);
            assertThat(model.classifier().logits(scope, inputs(scope, shape, 3)).getShape().getShape()).containsExactly(3, 2);
        }
    }

    @ParameterizedTest
    @EnumSource(value = Architecture.class, mode = Mode.EXCLUDE, names = {"SMALL_CNN", "MLP"})
    void trainingMovesEveryStatisticOfBatchNormAndEvaluationNone(Architecture architecture) {
        ModelShape shape = new ModelShape(new long[] {3, 64, 64}, 10);
        try (WrappedModel model = load(create(architecture, NARROW, shape, 0), shape); NDManager scope = model.newScope()) {
            Map<String, Tensor> before = model.snapshot();
            NDArray x = inputs(scope, shape, 4);
            float[] evaluated = model.classifier().logits(scope, x).toFloatArray();
            assertThat(model.snapshot()).allSatisfy((name, tensor) -> assertThat(tensor.data()).as(name).isEqualTo(before.get(name).data()));
            NDArray logits = (NDArray) model.train(scope, "forward", x);
            assertThat(spread(logits.toFloatArray())).isPositive();
            assertThat(logits.toFloatArray()).isNotEqualTo(evaluated);
            model.snapshot().forEach((name, tensor) -> {
                if (model.buffers().containsKey(name)) {
                    assertThat(tensor.data()).as(name).isNotEqualTo(before.get(name).data());
                } else {
                    assertThat(tensor.data()).as(name).isEqualTo(before.get(name).data());
                }
            });
        }
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void leavesAsTorchScriptWithItsOwnNames(Architecture architecture, @TempDir Path folder) throws IOException {
        TorchScriptArchive archive = create(architecture, NARROW, Activation.SILU, CIFAR, 4);
        try (WrappedModel model = load(archive, CIFAR); NDManager scope = model.newScope()) {
            NDArray x = inputs(scope, CIFAR, 4);
            model.train(scope, "forward", x);
            Path file = folder.resolve("model.pt");
            try (OutputStream out = Files.newOutputStream(file)) {
                model.export(false).write(out);
            }
            TorchScriptArchive read = TorchScriptArchive.read(file);
            assertThat(read.tensors().keySet()).containsExactlyElementsOf(archive.tensors().keySet());
            try (WrappedModel again = load(read, CIFAR)) {
                assertThat(again.classifier().logits(scope, x).toFloatArray()).isEqualTo(model.classifier().logits(scope, x).toFloatArray());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void weightsAreAFunctionOfTheSeed(Architecture architecture) {
        byte[] once = create(architecture, NARROW, CIFAR, 7).toBytes();
        assertThat(create(architecture, NARROW, CIFAR, 7).toBytes()).isEqualTo(once);
        assertThat(create(architecture, NARROW, CIFAR, 8).toBytes()).isNotEqualTo(once);
    }

    /** Deviations that the published code asks for, of weights large enough to tell. */
    @ParameterizedTest
    @CsvSource({
        // Kaiming, fan out: sqrt(2 / (out k k))
        "RES_NET_18, conv1.weight, 64, 0.025254",
        "RES_NET_18, layer2.0.downsample.0.weight, 64, 0.125",
        "RES_NET_50, layer1.0.conv3.weight, 64, 0.088388",
        "WIDE_RES_NET_28_10, block2.layer.0.conv1.weight, 4, 0.052705",
        // Uniform within 1 / sqrt(inputs)
        "PRE_ACT_RES_NET_18, layer1.0.conv1.weight, 64, 0.024056",
        "PRE_ACT_RES_NET_18, layer2.0.shortcut.0.weight, 64, 0.072169",
        "PRE_ACT_RES_NET_18, linear.weight, 64, 0.025516",
        "MLP, fc2.weight, 256, 0.036084",
        "RES_NET_18, fc.bias, 64, 0.025516",
    })
    void initialWeightsHaveThePublishedDeviation(Architecture architecture, String name, int width, double deviation) {
        FloatBuffer values = create(architecture, width, new ModelShape(new long[] {3, 32, 32}, 1000), 3).tensors().get(name).data().asFloatBuffer();
        double sum = 0;
        double squares = 0;
        int n = values.remaining();
        for (int i = 0; i < n; i++) {
            sum += values.get(i);
            squares += values.get(i) * values.get(i);
        }
        assertThat(Math.sqrt(squares / n)).isEqualTo(deviation, within(5 * deviation / Math.sqrt(2.0 * n)));
        assertThat(sum / n).isEqualTo(0, within(5 * deviation / Math.sqrt(n)));
    }

    @Test
    void theLastBiasOfWideResNetStartsAtZero() {
        FloatBuffer bias = create(Architecture.WIDE_RES_NET_28_10, NARROW, CIFAR, 3).tensors().get("fc.bias").data().asFloatBuffer();
        assertThat(spread(floats(bias))).isZero();
        assertThat(bias.get(0)).isZero();
    }

    @Test
    void theActivationIsTheOneAskedFor() {
        try (WrappedModel relu = load(create(Architecture.MLP, 8, Activation.RELU, CIFAR, 1), CIFAR);
                WrappedModel silu = load(create(Architecture.MLP, 8, Activation.SILU, CIFAR, 1), CIFAR); NDManager scope = relu.newScope()) {
            NDArray x = inputs(scope, CIFAR, 2);
            assertThat(silu.snapshot()).allSatisfy((name, tensor) -> assertThat(tensor.data()).isEqualTo(relu.snapshot().get(name).data()));
            assertThat(silu.classifier().logits(scope, x).toFloatArray()).isNotEqualTo(relu.classifier().logits(scope, x).toFloatArray());
        }
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void refusesShapesThatDoNotFit(Architecture architecture) {
        int least = architecture.leastSide();
        long[][] bad = architecture == Architecture.MLP ? new long[][] {{3, 32}, {1, 3, 32, 32}}
                : new long[][] {{3, least - 1, 64}, {3, 64, least - 1}, {784}, {28, 28}};
        for (long[] input : bad) {
            long[] possible = Arrays.stream(input).map(n -> Math.max(n, 1)).toArray();
            assertThatThrownBy(() -> create(architecture, NARROW, new ModelShape(possible, 10), 0)).isInstanceOf(TrainerException.class)
                    .hasMessageStartingWith("model.builtin.inputShape is " + Arrays.toString(possible) + ", " + architecture + " needs [channels, height, width]")
                    .extracting(e -> ((TrainerException) e).exitCode()).isEqualTo(ExitCode.RUN_SPEC);
        }
    }

    @Test
    void refusesWeightsThatNoArrayHolds() {
        assertThatThrownBy(() -> create(Architecture.MLP, 1024, new ModelShape(new long[] {4096, 4096, 64}, 10), 0)).isInstanceOf(TrainerException.class)
                .hasMessage("model.builtin asks for weights of the shape [1024, 1073741824], expected at most 536870911 values in one; "
                        + "set a smaller width or inputShape")
                .extracting(e -> ((TrainerException) e).exitCode()).isEqualTo(ExitCode.RUN_SPEC);
    }

    private static TorchScriptArchive create(Architecture architecture, int width, ModelShape shape, long seed) {
        return create(architecture, width, Activation.RELU, shape, seed);
    }

    private static TorchScriptArchive create(Architecture architecture, int width, Activation activation, ModelShape shape, long seed) {
        Boolean batchNorm = architecture == Architecture.SMALL_CNN ? true : null;
        List<Integer> input = Arrays.stream(shape.input()).mapToObj(Math::toIntExact).toList();
        return BuiltinModel.create(new ModelSpec.Builtin(architecture, width, activation, batchNorm, shape.classes(), input), shape, seed);
    }

    private static WrappedModel load(TorchScriptArchive archive, ModelShape shape) {
        return WrappedModel.load(archive, shape, Optional.empty());
    }

    private static NDArray inputs(NDManager scope, ModelShape shape, int n) {
        float[] values = new float[n * shape.features()];
        Philox4x32.uniform(Key.of(5, Purpose.DIGITS), values, 0, values.length);
        return scope.create(values, new Shape(shape.batch(n)));
    }

    private static float[] floats(FloatBuffer buffer) {
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        return values;
    }

    /** Largest less smallest; not a number where one is not finite. */
    private static double spread(float[] values) {
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        for (float value : values) {
            least = Math.min(least, Float.isFinite(value) ? value : Double.NaN);
            most = Math.max(most, Float.isFinite(value) ? value : Double.NaN);
        }
        return most - least;
    }
}
