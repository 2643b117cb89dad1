package dev.advtrain.trainer.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.advtrain.trainer.model.ModelShape;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.tensor.Pickle.Instance;
import dev.advtrain.trainer.tensor.SafeTensors.ElementType;
import dev.advtrain.trainer.tensor.SafeTensors.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What archives of users have and those made here have not: shared weights, numbers as names, tensors that may be None. */
class UsersArchiveTest {
    private static final ModelShape SHAPE = new ModelShape(new long[] {2}, 2);
    private static final String LINEAR = """
              def forward(self: $SELF,
                x: Tensor) -> Tensor:
                return torch.linear(x, self.weight, self.bias)
            """;
    private static final String TWICE = """
              def forward(self: $SELF,
                x: Tensor) -> Tensor:
                return (getattr(self.layers, "1")).forward((getattr(self.layers, "0")).forward(x, ), )
            """;

    @TempDir
    Path folder;

    @Test
    void sharedWeightsAreOneParameterAndLeaveUnderEachName() throws IOException {
        try (WrappedModel model = WrappedModel.load(TorchScriptArchive.read(write(tied())), SHAPE, Optional.empty());
                NDManager scope = model.newScope()) {
            assertThat(model.parameters().keySet()).containsExactly("layers.0.weight", "layers.0.bias", "layers.1.bias");
            assertThat(model.names()).containsExactly("layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias");
            SequencedMap<String, Tensor> values = model.snapshot();
            assertThat(values.get("layers.1.weight").data()).isEqualTo(values.get("layers.0.weight").data());
            NDArray zeros = model.parameters().get("layers.0.weight").zerosLike();
            zeros.attach(scope);
            model.run(scope, "assign", List.of(model.parameters().get("layers.0.weight")), List.of(zeros));
            SequencedMap<String, Tensor> exported = model.export(false).tensors();
            assertThat(floats(exported.get("layers.0.weight"))).containsOnly(0);
            assertThat(floats(exported.get("layers.1.weight"))).containsOnly(0);
            model.restore(values);
            assertThat(model.snapshot().get("layers.1.weight").data()).isEqualTo(values.get("layers.0.weight").data());
        }
    }

    @Test
    void theVersionMayLieWhereLaterFormatsHaveIt() throws IOException {
        SequencedMap<String, byte[]> entries = StoredZip.read(write(tied()));
        entries.put("archive/.data/version", entries.remove("archive/version"));
        Path file = folder.resolve("later.pt");
        try (OutputStream out = Files.newOutputStream(file)) {
            StoredZip.write(entries, out);
        }
        assertThat(TorchScriptArchive.read(file).files()).containsOnlyKeys(tied().files().keySet()).containsKey("version");
    }

    @Test
    void theSignatureIsThatOfTheRoot() {
        assertThat(tied().forward()).hasToString("ForwardSignature[parameters=[x: Tensor], result=Tensor]");
        assertThat(ForwardSignature.of("class A(Module):\n  training : bool\n")).isNull();
        ForwardSignature wide = ForwardSignature.of("  def forward(self: A,\n    x: Tensor,\n    sizes: Dict[str, List[int]],\n"
                + "    mode: str=\"a, b)\") -> Tuple[Tensor, Tensor]:\n    return (x, x)\n");
        assertThat(wide.parameters()).hasToString("[x: Tensor, sizes: Dict[str, List[int]], mode: str]");
        assertThat(wide.takesOneTensor()).isFalse();
        assertThat(wide.givesOneTensor()).isFalse();
    }

    /** Both layers have the weights of the first; biases may be None, as in scripted modules of PyTorch. */
    @SuppressWarnings("unchecked")
    private static TorchScriptArchive tied() {
        SequencedMap<String, ScriptModule> layers = new LinkedHashMap<>();
        layers.put("0", linear());
        layers.put("1", linear());
        SequencedMap<String, ScriptModule> children = new LinkedHashMap<>();
        children.put("layers", new ScriptModule("Sequential", new LinkedHashMap<>(), new LinkedHashMap<>(), layers, ""));
        TorchScriptArchive made = new ScriptModule("Net", new LinkedHashMap<>(), new LinkedHashMap<>(), children, TWICE).toArchive();
        Map<String, Object> sequential = (Map<String, Object>) ((Instance) state(made.root()).get("layers")).state();
        state((Instance) sequential.get("1")).put("weight", state((Instance) sequential.get("0")).get("weight"));
        String file = TorchScriptArchive.codeFile("__torch__");
        SequencedMap<String, byte[]> files = new LinkedHashMap<>(made.files());
        files.put(file, new String(files.get(file), StandardCharsets.UTF_8).replace("  bias : Tensor\n", "  bias : Optional[Tensor]\n")
                .getBytes(StandardCharsets.UTF_8));
        try {
            return new TorchScriptArchive(made.root(), made.storages(), files);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ScriptModule linear() {
        SequencedMap<String, Tensor> parameters = new LinkedHashMap<>();
        parameters.put("weight", tensor(new long[] {2, 2}, 1, 2, 3, 4));
        parameters.put("bias", tensor(new long[] {2}, 0.5f, -0.5f));
        return new ScriptModule("Linear", parameters, new LinkedHashMap<>(), new LinkedHashMap<>(), LINEAR);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> state(Instance module) {
        return (Map<String, Object>) module.state();
    }

    private Path write(TorchScriptArchive archive) throws IOException {
        Path file = folder.resolve("model.pt");
        try (OutputStream out = Files.newOutputStream(file)) {
            archive.write(out);
        }
        return file;
    }

    private static Tensor tensor(long[] shape, float... values) {
        ByteBuffer data = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(values);
        return new Tensor(ElementType.F32, shape, data);
    }

    private static double[] floats(Tensor tensor) {
        float[] values = new float[tensor.data().remaining() / Float.BYTES];
        tensor.data().asFloatBuffer().get(values);
        double[] wide = new double[values.length];
        Arrays.setAll(wide, i -> values[i]);
        return wide;
    }
}
