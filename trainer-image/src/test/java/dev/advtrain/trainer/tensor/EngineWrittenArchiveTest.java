package dev.advtrain.trainer.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import dev.advtrain.trainer.tensor.SafeTensors.ElementType;
import dev.advtrain.trainer.tensor.SafeTensors.Tensor;
import dev.advtrain.trainer.tensor.TorchScriptArchive.Role;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives that libtorch itself writes, as a user's would be: constants, debug information, its own order and opcodes. */
class EngineWrittenArchiveTest {
    private static final String FORWARD = """
              def forward(self: $SELF,
                x: Tensor) -> Tensor:
                c = torch.to(torch.arange(3), 6)
                h = torch.batch_norm(torch.linear(x, self.weight, None), None, None, None, None, True, 0.1, 1e-05, True)
                return torch.add(torch.add(h, c), (getattr(self, "0")).forward(x, ))
            """;
    private static final String CHILD = """
              def forward(self: $SELF,
                x: Tensor) -> Tensor:
                return torch.mul(torch.linear(x, self.weight), 1e-3)
            """;

    @TempDir
    Path folder;

    @Test
    void readsAndRewritesWhatTheEngineSaves() throws IOException {
        TorchScriptArchive made = module();
        Path saved = folder.resolve("saved.pt");
        try (NDManager manager = TorchEngine.newScope();
                PtSymbolBlock block = JniUtils.loadModule((PtNDManager) manager, new ByteArrayInputStream(made.toBytes()), true, false);
                OutputStream out = Files.newOutputStream(saved)) {
            JniUtils.writeModule(block, out, false);
        }
        assertThat(StoredZip.read(saved).keySet()).anyMatch(name -> name.endsWith(".debug_pkl"));

        TorchScriptArchive read = TorchScriptArchive.read(saved);
        assertThat(read.tensors(Role.PARAMETER).keySet()).containsExactly("weight", "0.weight");
        assertThat(read.tensors(Role.BUFFER).keySet()).containsExactly("running_mean");
        assertThat(read.tensors().get("0.weight").data()).isEqualTo(made.tensors().get("0.weight").data());
        assertThat(output(read)).isEqualTo(output(made));

        Path rewritten = folder.resolve("rewritten.pt");
        try (OutputStream out = Files.newOutputStream(rewritten)) {
            read.write(out);
        }
        assertThat(StoredZip.read(rewritten).keySet()).noneMatch(name -> name.endsWith(".debug_pkl"));
        assertThat(output(TorchScriptArchive.read(rewritten))).isEqualTo(output(made));
        assertThat(output(ScriptWrapper.wrap(read, new LinkedHashMap<>(),
                "  def forward(self: $SELF,\n    x: Tensor) -> Tensor:\n    return (self.model).forward(x, )\n"))).isEqualTo(output(made));
    }

    private static float[] output(TorchScriptArchive archive) throws IOException {
        try (TorchModule module = TorchModule.load(archive); NDManager scope = module.newScope()) {
            NDArray x = scope.arange(0, 8, 1).toType(DataType.FLOAT32, false).reshape(new Shape(4, 2));
            return TorchModule.tensor(module.run(scope, "forward", x)).toFloatArray();
        }
    }

    private static TorchScriptArchive module() {
        SequencedMap<String, Tensor> buffers = new LinkedHashMap<>();
        buffers.put("running_mean", floats(new long[] {3}, 0, 0, 0));
        SequencedMap<String, ScriptModule> children = new LinkedHashMap<>();
        children.put("0", new ScriptModule("Child", weight(1, 2, 3, 4, 5, 6), new LinkedHashMap<>(), new LinkedHashMap<>(), CHILD));
        return new ScriptModule("Outer", weight(0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f), buffers, children,
                FORWARD).toArchive();
    }

    private static SequencedMap<String, Tensor> weight(float... values) {
        SequencedMap<String, Tensor> parameters = new LinkedHashMap<>();
        parameters.put("weight", floats(new long[] {3, 2}, values));
        return parameters;
    }

    private static Tensor floats(long[] shape, float... values) {
        ByteBuffer data = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(values);
        return new Tensor(ElementType.F32, shape, data);
    }
}
