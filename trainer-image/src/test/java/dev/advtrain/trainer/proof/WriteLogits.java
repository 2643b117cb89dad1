package dev.advtrain.trainer.proof;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.advtrain.trainer.model.ModelShape;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.random.Philox4x32;
import dev.advtrain.trainer.random.Purpose;
import dev.advtrain.trainer.tensor.TorchScriptArchive;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What the trainer gets from an exported model, for {@code dev/proofs/exported_models.py}: beside {@code model.pt} of each
 * folder it writes {@code inputs.f32}, {@code logits.f32} and {@code shape.txt}. Arguments: classes, the input shape as
 * {@code 1,28,28}, folders.
 */
final class WriteLogits {
    private static final int EXAMPLES = 256;

    private WriteLogits() {
    }

    public static void main(String[] arguments) throws IOException {
        long[] input = Arrays.stream(arguments[1].split(",")).mapToLong(Long::parseLong).toArray();
        ModelShape shape = new ModelShape(input, Integer.parseInt(arguments[0]));
        float[] inputs = new float[(int) (EXAMPLES * Arrays.stream(input).reduce(1, (a, b) -> a * b))];
        Philox4x32.uniform(Key.of(0, Purpose.INITIAL_WEIGHTS), inputs, 0, inputs.length);
        for (String name : Arrays.asList(arguments).subList(2, arguments.length)) {
            Path folder = Path.of(name);
            try (WrappedModel model = WrappedModel.load(TorchScriptArchive.read(folder.resolve("model.pt")), shape, Optional.empty());
                    NDManager scope = model.newScope()) {
                NDArray logits = model.classifier().logits(scope, scope.create(inputs, new Shape(shape.batch(EXAMPLES))));
                write(folder.resolve("logits.f32"), logits.toFloatArray());
            }
            write(folder.resolve("inputs.f32"), inputs);
            Files.writeString(folder.resolve("shape.txt"), Arrays.stream(input).mapToObj(Long::toString).collect(Collectors.joining(" ")));
        }
    }

    private static void write(Path file, float[] values) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        Files.write(file, bytes.array());
    }
}
