package dev.advtrain.trainer.proof;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.advtrain.api.v1alpha1.training.Activation;
import dev.advtrain.api.v1alpha1.training.Architecture;
import dev.advtrain.api.v1alpha1.training.ModelSpec;
import dev.advtrain.trainer.model.ModelShape;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.model.builtin.BuiltinModel;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.random.Philox4x32;
import dev.advtrain.trainer.random.Purpose;
import dev.advtrain.trainer.tensor.SafeTensors;
import dev.advtrain.trainer.tensor.SafeTensors.ElementType;
import dev.advtrain.trainer.tensor.SafeTensors.Tensor;
import dev.advtrain.trainer.tensor.TorchModule;
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
import java.util.SequencedMap;

/**
 * What the trainer gets from each built-in architecture, for {@code dev/proofs/architectures.py}: below the folder given
 * one for each architecture and activation. Widths are the published ones, with SiLU a quarter where PyTorch's module can.
 */
final class WriteArchitectures {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ModelShape SHAPE = new ModelShape(new long[] {3, 44, 39}, 10);
    private static final int EXAMPLES = 4;

    private WriteArchitectures() {
    }

    public static void main(String[] arguments) throws IOException {
        for (Architecture architecture : Architecture.values()) {
            for (Activation activation : Activation.values()) {
                boolean torchvision = architecture == Architecture.RES_NET_18 || architecture == Architecture.RES_NET_50;
                int published = torchvision || architecture == Architecture.PRE_ACT_RES_NET_18 ? 64 : architecture == Architecture.MLP ? 256 : 16;
                int width = activation == Activation.RELU || torchvision ? published : published / 4;
                Boolean batchNorm = architecture == Architecture.SMALL_CNN ? true : null;
                write(Files.createDirectories(Path.of(arguments[0], architecture + "-" + activation)),
                        new ModelSpec.Builtin(architecture, width, activation, batchNorm, SHAPE.classes(), List.of(3, 44, 39)));
            }
        }
    }

    private static void write(Path folder, ModelSpec.Builtin spec) throws IOException {
        try (WrappedModel model = WrappedModel.load(BuiltinModel.create(spec, SHAPE, 1), SHAPE, Optional.empty()); NDManager scope = model.newScope()) {
            float[] inputs = new float[EXAMPLES * SHAPE.features()];
            Philox4x32.uniform(Key.of(0, Purpose.DIGITS), inputs, 0, inputs.length);
            NDArray x = scope.create(inputs, new Shape(SHAPE.batch(EXAMPLES)));
            model.restore(moved(model.snapshot()));
            JSON.writeValue(folder.resolve("model.json").toFile(), spec);
            write(folder.resolve("inputs.f32"), inputs);
            write(folder.resolve("model.safetensors"), model.snapshot());
            write(folder.resolve("logits.f32"), model.classifier().logits(scope, x).toFloatArray());
            write(folder.resolve("train_logits.f32"), TorchModule.tensor(model.train(scope, "forward", x)).toFloatArray());
            SequencedMap<String, Tensor> buffers = model.snapshot();
            buffers.keySet().retainAll(model.buffers().keySet());
            write(folder.resolve("after.safetensors"), buffers);
        }
    }

    /** Biases, and the vectors of batch norm, are all alike in a new model: a difference would not show. */
    private static Map<String, Tensor> moved(SequencedMap<String, Tensor> tensors) {
        Map<String, Tensor> moved = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> {
            if (tensor.shape().length == 1 && tensor.type() == ElementType.F32) {
                float[] noise = new float[Math.toIntExact(tensor.shape()[0])];
                Philox4x32.uniform(Key.of(moved.size(), Purpose.AUGMENTATION), noise, 0, noise.length);
                ByteBuffer values = ByteBuffer.allocate(noise.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
                for (int i = 0; i < noise.length; i++) {
                    values.putFloat(i * Float.BYTES, tensor.data().getFloat(i * Float.BYTES) + 0.2f * noise[i]);
                }
                moved.put(name, new Tensor(tensor.type(), tensor.shape(), values));
            }
        });
        return moved;
    }

    private static void write(Path file, SequencedMap<String, Tensor> tensors) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            new SafeTensors(Map.of(), tensors).write(out);
        }
    }

    private static void write(Path file, float[] values) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        Files.write(file, bytes.array());
    }
}
