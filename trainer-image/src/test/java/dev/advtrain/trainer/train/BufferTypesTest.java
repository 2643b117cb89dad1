package dev.advtrain.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.advtrain.trainer.attack.Cancellation;
import dev.advtrain.trainer.storage.Locations;
import dev.advtrain.trainer.tensor.SafeTensors.ElementType;
import dev.advtrain.trainer.tensor.SafeTensors.Tensor;
import dev.advtrain.trainer.tensor.ScriptModule;
import dev.advtrain.trainer.tensor.TorchScriptArchive;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Buffers of every type: a model in training changes them, an average of the model goes with them. */
class BufferTypesTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(ElementType.class)
    void averagedModelsKeepThem(ElementType type) throws IOException {
        Files.write(folder.resolve("given.pt"), counting(type).toBytes());
        Map<String, String> changes = new HashMap<>(Map.of("/training/epochs", "1", "/training/schedule", "{\"constant\": {}}",
                "/training/weightAveraging", "{\"emaDecay\": \"0.5\"}", "/training/method", "{\"standard\": {}}", "/training/innerMaximization", "null",
                "/model", "{\"torchScript\": {\"uri\": \"pvc://models/given.pt\", \"classes\": 10, \"inputShape\": [1, 28, 28]}}"));
        Trainer.train(RunSpecs.digits(changes), new TrainingContext("run", 1, new Locations(Map.of("models", folder), Map.of("models", folder), false),
                Cancellation.NEVER, TrainingListener.NONE));
        Tensor count = TorchScriptArchive.read(folder.resolve("out/model.pt")).tensors().get("count");
        assertThat(count.type()).isEqualTo(type);
        assertThat(count.data()).isNotEqualTo(ByteBuffer.allocate(2 * type.bytes()));
    }

    /** Adds one to its buffer in each step. */
    private static TorchScriptArchive counting(ElementType type) {
        ByteBuffer weight = ByteBuffer.allocate(10 * 784 * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 10 * 784; i++) {
            weight.putFloat((i * 7919 % 101 - 50) / 500f);
        }
        SequencedMap<String, Tensor> parameters = new LinkedHashMap<>();
        parameters.put("weight", new Tensor(ElementType.F32, new long[] {10, 784}, weight.flip()));
        SequencedMap<String, Tensor> buffers = new LinkedHashMap<>();
        buffers.put("count", new Tensor(type, new long[] {2}, ByteBuffer.allocate(2 * type.bytes())));
        return new ScriptModule("Counting" + type.name().toLowerCase(Locale.ROOT), parameters, buffers, new LinkedHashMap<>(), """
                  def forward(self: $SELF,
                    x: Tensor) -> Tensor:
                    count = self.count
                    if self.training:
                      _0 = torch.copy_(count, torch.add(torch.to(count, 6), 1))
                    else:
                      pass
                    return torch.add(torch.linear(torch.flatten(x, 1), self.weight), torch.mul(torch.sum(torch.to(count, 6)), 0.))
                """).toArchive();
    }
}
