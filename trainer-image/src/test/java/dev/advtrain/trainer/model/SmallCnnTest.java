package dev.advtrain.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.model.builtin.SmallCnn;
import dev.advtrain.trainer.tensor.SafeTensors.ElementType;
import dev.advtrain.trainer.tensor.SafeTensors.Tensor;
import dev.advtrain.trainer.tensor.TorchModule;
import dev.advtrain.trainer.tensor.TorchScriptArchive;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SmallCnnTest {
    private static final ModelShape SHAPE = new ModelShape(new long[] {3, 12, 9}, 5);

    @TempDir
    Path folder;

    @Test
    void namesAndShapesAreThoseOfThePyTorchModuleTree() {
        Map<String, Tensor> tensors = SmallCnn.create(4, true, SHAPE, 0).tensors();
        assertThat(tensors.keySet()).containsExactly("c1.weight", "c1.bias", "b1.weight", "b1.bias", "b1.running_mean", "b1.running_var",
                "b1.num_batches_tracked", "c2.weight", "c2.bias", "b2.weight", "b2.bias", "b2.running_mean", "b2.running_var",
                "b2.num_batches_tracked", "l1.weight", "l1.bias", "l2.weight", "l2.bias");
        assertThat(tensors.get("c2.weight").shape()).containsExactly(8, 4, 4, 4);
        assertThat(tensors.get("l1.weight").shape()).containsExactly(100, 8 * 3 * 2);
    }

    @Test
    void initialWeightsAreUniformWithinTheBoundOfTheLayerAndComeFromTheSeed() {
        float[] weights = values(SmallCnn.create(16, false, SHAPE, 7).tensors().get("l1.weight"));
        double bound = 1 / Math.sqrt(32 * 3 * 2);
        double sum = 0;
        double squares = 0;
        double largest = 0;
        for (float weight : weights) {
            sum += weight;
            squares += weight * weight;
            largest = Math.max(largest, Math.abs(weight));
        }
        assertThat(largest).isBetween(0.99 * bound, bound);
        assertThat(sum / weights.length).isBetween(-0.02 * bound, 0.02 * bound);
        assertThat(Math.sqrt(squares / weights.length)).isBetween(0.98 * bound / Math.sqrt(3), 1.02 * bound / Math.sqrt(3));
        byte[] again = SmallCnn.create(16, false, SHAPE, 7).toBytes();
        assertThat(again).isEqualTo(SmallCnn.create(16, false, SHAPE, 7).toBytes()).isNotEqualTo(SmallCnn.create(16, false, SHAPE, 8).toBytes());
    }

    @Test
    void logitsOutliveWritingAndReading() throws IOException {
        for (boolean batchNorm : new boolean[] {false, true}) {
            TorchScriptArchive archive = SmallCnn.create(4, batchNorm, SHAPE, 1);
            Path file = write(archive);
            try (WrappedModel made = WrappedModel.load(archive, SHAPE, Optional.empty());
                    WrappedModel read = WrappedModel.load(TorchScriptArchive.read(file), SHAPE, Optional.empty());
                    NDManager scope = made.newScope()) {
                NDArray x = input(scope, 3);
                assertThat(read.classifier().logits(scope, x).toFloatArray()).isEqualTo(made.classifier().logits(scope, x).toFloatArray());
            }
        }
    }

    @Test
    void exportCarriesThePresentValuesAndTheModelsOwnInterface() throws IOException {
        Normalization normalization = new Normalization(List.of(0.5, 0.4, 0.3), List.of(0.2, 0.3, 0.4));
        try (WrappedModel model = WrappedModel.load(SmallCnn.create(4, true, SHAPE, 1), SHAPE, Optional.of(normalization));
                NDManager scope = model.newScope()) {
            Map<String, Tensor> values = new LinkedHashMap<>(SmallCnn.create(4, true, SHAPE, 2).tensors());
            values.put("b1.num_batches_tracked", new Tensor(ElementType.I64, new long[0], ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, 3)));
            model.restore(values);
            assertThat(model.snapshot()).allSatisfy((name, tensor) -> assertThat(tensor.data()).isEqualTo(values.get(name).data()));
            NDArray x = input(scope, 2);
            float[] logits = model.classifier().logits(scope, x).toFloatArray();

            TorchScriptArchive whole = TorchScriptArchive.read(write(model.export(true)));
            assertThat(whole.tensors().keySet()).contains("mean", "std", "model.c1.weight");
            assertThat(forward(whole, x)).isEqualTo(logits);

            TorchScriptArchive bare = TorchScriptArchive.read(write(model.export(false)));
            assertThat(bare.tensors().keySet()).isEqualTo(values.keySet());
            NDArray shift = scope.create(new float[] {0.5f, 0.4f, 0.3f}, new Shape(3, 1, 1));
            NDArray scale = scope.create(new float[] {0.2f, 0.3f, 0.4f}, new Shape(3, 1, 1));
            assertThat(forward(bare, x.sub(shift).div(scale))).isEqualTo(logits);
        }
    }

    @Test
    void trainingMovesBatchNormStatisticsAndAttackingDoesNot() {
        try (WrappedModel model = WrappedModel.load(SmallCnn.create(4, true, SHAPE, 1), SHAPE, Optional.empty()); NDManager scope = model.newScope()) {
            Map<String, Tensor> before = model.snapshot();
            NDArray x = input(scope, 4);
            NDArray y = scope.create(new long[] {0, 1, 2, 3});
            model.classifier().lossGradient(scope, Loss.CROSS_ENTROPY, x, y, y);
            assertThat(takeGradients(model, scope)).isFalse();
            model.train(scope, "forward", x);
            assertThat(takeGradients(model, scope)).isTrue();
            assertThat(model.snapshot().get("b1.running_mean").data()).isNotEqualTo(before.get("b1.running_mean").data());
            assertThat(model.snapshot().get("b1.num_batches_tracked").data().getLong(0)).isEqualTo(1);
            Map<String, Tensor> trained = model.snapshot();
            model.classifier().lossGradient(scope, Loss.CROSS_ENTROPY, x, y, y);
            assertThat(takeGradients(model, scope)).isFalse();
            assertThat(model.snapshot()).allSatisfy((name, tensor) -> assertThat(tensor.data()).isEqualTo(trained.get(name).data()));
        }
    }

    @Test
    void refusesShapesThatDoNotFit() {
        refused(ExitCode.RUN_SPEC, "model.builtin.inputShape is [1, 3, 28]", () -> SmallCnn.create(4, false, new ModelShape(new long[] {1, 3, 28}, 10), 0));
        refused(ExitCode.RUN_SPEC, "model.builtin.inputShape is [784]", () -> SmallCnn.create(4, false, new ModelShape(new long[] {784}, 10), 0));
        refused(ExitCode.RUN_SPEC, "model.builtin.width is 0", () -> SmallCnn.create(0, false, SHAPE, 0));
        refused(ExitCode.RUN_SPEC, "model.classes is 1", () -> new ModelShape(new long[] {1, 28, 28}, 1));
        refused(ExitCode.RUN_SPEC, "model.inputShape is [1, 0, 28]", () -> new ModelShape(new long[] {1, 0, 28}, 2));
        TorchScriptArchive archive = SmallCnn.create(4, false, SHAPE, 0);
        refused(ExitCode.RUN_SPEC, "[3, 16, 16] does not fit the model", () -> WrappedModel.load(archive, new ModelShape(new long[] {3, 16, 16}, 5), Optional.empty()));
        refused(ExitCode.RUN_SPEC, "shape [2, 5], expected [2, 7]", () -> WrappedModel.load(archive, new ModelShape(new long[] {3, 12, 9}, 7), Optional.empty()));
        refused(ExitCode.RUN_SPEC, "model.normalization.mean has 1 values, expected 3",
                () -> WrappedModel.load(archive, SHAPE, Optional.of(new Normalization(List.of(0.5), List.of(0.5)))));
        refused(ExitCode.RUN_SPEC, "model.normalization.std holds 0.0", () -> new Normalization(List.of(0.5), List.of(0.0)));
    }

    @Test
    void logitsThatAreNotFiniteAreNoPrediction() {
        try (WrappedModel model = WrappedModel.load(SmallCnn.create(4, false, SHAPE, 0), SHAPE, Optional.empty()); NDManager scope = model.newScope()) {
            ByteBuffer bias = ByteBuffer.allocate(5 * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN).putFloat(8, Float.NaN);
            model.restore(Map.of("l2.bias", new Tensor(ElementType.F32, new long[] {5}, bias)));
            refused(ExitCode.UNSOUND, "example 40: the model's logits are not finite", () -> model.classifier().predict(input(scope, 2), i -> "example " + (i + 40)));
        }
    }

    /** Asks anew: NDArray remembers its first answer. */
    private static boolean takeGradients(WrappedModel model, NDManager scope) {
        List<NDArray> parameters = TorchModule.tensors(model.run(scope, "parameters"));
        long taking = parameters.stream().filter(NDArray::hasGradient).count();
        assertThat(taking).isIn(0L, (long) parameters.size());
        return taking > 0;
    }

    private static void refused(ExitCode code, String message, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(TrainerException.class).hasMessageContaining(message)
                .extracting(e -> ((TrainerException) e).exitCode()).isEqualTo(code);
    }

    private static float[] forward(TorchScriptArchive archive, NDArray x) throws IOException {
        try (TorchModule module = TorchModule.load(archive); NDManager scope = module.newScope()) {
            return TorchModule.tensor(module.run(scope, "forward", x)).toFloatArray();
        }
    }

    private static NDArray input(NDManager scope, int n) {
        float[] values = new float[n * SHAPE.features()];
        for (int i = 0; i < values.length; i++) {
            values[i] = i * 37 % 101 / 100f;
        }
        return scope.create(values, new Shape(SHAPE.batch(n)));
    }

    private Path write(TorchScriptArchive archive) throws IOException {
        Path file = folder.resolve("model.pt");
        try (OutputStream out = Files.newOutputStream(file)) {
            archive.write(out);
        }
        return file;
    }

    private static float[] values(Tensor tensor) {
        float[] values = new float[tensor.data().remaining() / Float.BYTES];
        tensor.data().asFloatBuffer().get(values);
        return values;
    }
}
