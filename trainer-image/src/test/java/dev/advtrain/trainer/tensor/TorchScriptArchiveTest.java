package dev.advtrain.trainer.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.advtrain.trainer.tensor.SafeTensors.ElementType;
import dev.advtrain.trainer.tensor.SafeTensors.Tensor;
import dev.advtrain.trainer.tensor.TorchScriptArchive.Role;
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
import java.util.SequencedMap;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TorchScriptArchiveTest {
    private static final String SCALE = """
              def forward(self: $SELF,
                x: Tensor) -> Tensor:
                return torch.add(torch.mul(x, self.weight), self.offset)
            """;
    private static final String TWICE = """
              def forward(self: $SELF,
                x: Tensor) -> Tensor:
                return (getattr(self, "1")).forward((getattr(self, "0")).forward(x, ), )
            """;

    @TempDir
    Path folder;

    @Test
    void writesWhatItReadsAndEqualBytesForEqualContent() throws IOException {
        TorchScriptArchive archive = twoScales();
        Path file = write(archive);
        TorchScriptArchive read = TorchScriptArchive.read(file);
        assertThat(read.tensors(Role.PARAMETER).keySet()).containsExactly("0.weight", "1.weight");
        assertThat(read.tensors(Role.BUFFER).keySet()).containsExactly("0.offset", "1.offset");
        assertThat(read.tensors().keySet()).containsExactly("0.weight", "0.offset", "1.weight", "1.offset");
        assertThat(read.tensors().get("1.weight").data()).isEqualTo(archive.tensors().get("1.weight").data());
        assertThat(read.toBytes()).isEqualTo(Files.readAllBytes(file)).isEqualTo(twoScales().toBytes());
    }

    @Test
    void entriesAreUncompressedAndAligned() throws IOException {
        Path file = write(twoScales());
        byte[] bytes = Files.readAllBytes(file);
        try (ZipFile zip = new ZipFile(file.toFile())) {
            zip.stream().forEach(entry -> assertThat(entry.getCompressedSize()).isEqualTo(entry.getSize()));
        }
        ByteBuffer local = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int entries = 0;
        for (int at = 0; local.getInt(at) == 0x04034b50; entries++) {
            int content = at + 30 + local.getShort(at + 26) + local.getShort(at + 28);
            assertThat(content % 64).isZero();
            at = content + local.getInt(at + 18);
        }
        assertThat(entries).isGreaterThan(6);
    }

    @Test
    void picklesComeBackAsTheyWere() throws IOException {
        Map<Object, Object> dict = new LinkedHashMap<>();
        dict.put("number", -3L);
        dict.put("large", 1L << 40);
        dict.put("fraction", 0.1);
        dict.put("flags", Arrays.asList(true, false, null));
        List<Object> shared = List.of("ü", 300L);
        dict.put("tuple", Pickle.Tuple.of(shared, shared, 1L, 2L));
        dict.put("call", new Pickle.Call(new Pickle.Global("torch.jit._pickle", "build_intlist"), Pickle.Tuple.of(shared)));
        Object read = PickleReader.read(PickleWriter.write(dict));
        assertThat(read).isEqualTo(dict);
        List<Object> items = ((Pickle.Tuple) ((Map<?, ?>) read).get("tuple")).items();
        assertThat(items.get(0)).isSameAs(items.get(1));
    }

    @Test
    void readsEveryIntegerAndTextOpcode() throws IOException {
        byte[] pickle = {(byte) 0x80, 2, ']', '(', 'K', (byte) 200, 'M', 1, 2, 'J', -1, -1, -1, -1, (byte) 0x8A, 0, (byte) 0x8A, 2, 0, (byte) 0x80,
            'X', 1, 0, 0, 0, 'a', (byte) 0x8D, 1, 0, 0, 0, 0, 0, 0, 0, 'b', 'N', '0', ')', (byte) 0x88, (byte) 0x85, (byte) 0x88, (byte) 0x89, (byte) 0x86, 'e', '.'};
        assertThat(PickleReader.read(pickle)).isEqualTo(List.of(200L, 513L, -1L, 0L, -32768L, "a", "b",
                new Pickle.Tuple(List.of()), Pickle.Tuple.of(true), Pickle.Tuple.of(true, false)));
    }

    @Test
    void replacesTensorsThroughTheirStrides() throws IOException {
        SequencedMap<String, Tensor> parameters = new LinkedHashMap<>();
        parameters.put("weight", floats(new long[] {2, 3}, 1, 2, 3, 4, 5, 6));
        TorchScriptArchive plain = new ScriptModule("Holder", parameters, new LinkedHashMap<>(), new LinkedHashMap<>(), "").toArchive();
        Pickle.TensorRef whole = plain.entries().get("weight").tensor();
        Pickle.TensorRef transposed = new Pickle.TensorRef(whole.storage(), 0, new long[] {3, 2}, new long[] {1, 3}, true, Pickle.NO_HOOKS);
        Map<String, Object> state = new LinkedHashMap<>(Map.of("weight", transposed));
        TorchScriptArchive archive = new TorchScriptArchive(new Pickle.Instance(plain.root().type(), state), plain.storages(), plain.files());
        assertThat(values(archive.tensors().get("weight"))).containsExactly(1, 4, 2, 5, 3, 6);
        TorchScriptArchive replaced = archive.withTensors(Map.of("weight", floats(new long[] {3, 2}, 1, 2, 3, 4, 5, 6)));
        assertThat(values(replaced.tensors().get("weight"))).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(values(archive.tensors().get("weight"))).as("the first archive").containsExactly(1, 4, 2, 5, 3, 6);
        assertThatThrownBy(() -> archive.withTensors(Map.of("weight", floats(new long[] {2}, 1, 2)))).hasMessageContaining("weight").hasMessageContaining("[3, 2]");
        assertThatThrownBy(() -> archive.withTensors(Map.of("bias", floats(new long[] {2}, 1, 2)))).hasMessageContaining("no tensor bias");
    }

    @Test
    void refusesCutAndGarbledFiles() throws IOException {
        byte[] whole = twoScales().toBytes();
        for (int length : new int[] {0, 10, whole.length / 2, whole.length - 30}) {
            Path file = Files.write(folder.resolve("cut.pt"), Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> TorchScriptArchive.read(file)).isInstanceOf(IOException.class).hasMessageContaining("zip");
        }
        assertThatThrownBy(() -> rewritten("data.pkl", content -> Arrays.copyOf(content, content.length - 20))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> rewritten("data.pkl", content -> new byte[] {(byte) 0x80, 2, '\'', '.'})).hasMessageContaining("opcode 0x27 at byte 2");
        assertThatThrownBy(() -> rewritten("data.pkl", content -> new byte[] {(byte) 0x80, 2, 'N', '.'})).hasMessageContaining("holds no module");
        assertThatThrownBy(() -> rewritten("data.pkl", content -> null)).hasMessageContaining("no data.pkl");
        byte[] holdsItself = "\u0080\2c__torch__\nTwice\n)\u0081q\0}(X\4\0\0\0selfh\0ub.".getBytes(StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> rewritten("data.pkl", content -> holdsItself)).hasMessageContaining("does a module hold itself?");
        assertThatThrownBy(() -> rewritten("version", content -> null)).hasMessageContaining("no version");
        assertThatThrownBy(() -> rewritten("byteorder", content -> "big".getBytes(StandardCharsets.UTF_8))).hasMessageContaining("byte order is big");
        assertThatThrownBy(() -> rewritten("data/0", content -> Arrays.copyOf(content, 3))).hasMessageContaining("0.weight").hasMessageContaining("does not fit");
        assertThatThrownBy(() -> rewritten("data/0", content -> null)).hasMessageContaining("no data/0 for tensor 0.weight");
        assertThatThrownBy(() -> rewritten("code/__torch__.py", content -> null)).hasMessageContaining("it holds no code");
        assertThatThrownBy(() -> rewritten("code/__torch__.py", content -> new byte[0])).hasMessageContaining("does not define class Twice");
    }

    @Test
    void everyPrefixOfAPickleIsRefusedOrRead() {
        byte[] pickle = PickleWriter.write(twoScales().root());
        for (int length = 0; length < pickle.length; length++) {
            byte[] cut = Arrays.copyOf(pickle, length);
            assertThatThrownBy(() -> PickleReader.read(cut)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aWrappedModelKeepsItsTensorsAndMayBeWrappedAgain() throws IOException {
        SequencedMap<String, Tensor> buffers = new LinkedHashMap<>();
        buffers.put("mean", floats(new long[] {1}, 0.5f));
        String forward = "  def forward(self: $SELF,\n    x: Tensor) -> Tensor:\n    return (self.model).forward(torch.sub(x, self.mean), )\n";
        TorchScriptArchive once = ScriptWrapper.wrap(twoScales(), buffers, forward);
        TorchScriptArchive twice = TorchScriptArchive.read(write(ScriptWrapper.wrap(TorchScriptArchive.read(write(once)), buffers, forward)));
        assertThat(once.tensors().keySet()).containsExactly("mean", "model.0.weight", "model.0.offset", "model.1.weight", "model.1.offset");
        assertThat(twice.tensors().keySet()).contains("mean", "model.mean", "model.model.0.weight");
        try (TorchModule module = TorchModule.load(twice); var scope = module.newScope()) {
            float found = TorchModule.tensor(module.run(scope, "forward", scope.create(3f))).toFloatArray()[0];
            assertThat(found).isEqualTo(((3 - 1) * 2 + 1) * 3 + 2);
        }
    }

    @Test
    void theEngineSaysWhatIsWrongWithAMethod() throws IOException {
        TorchScriptArchive broken = ScriptWrapper.wrap(twoScales(), new LinkedHashMap<>(),
                "  def forward(self: $SELF,\n    x: Tensor) -> Tensor:\n    return torch.no_such_operator(x)\n");
        assertThatThrownBy(() -> TorchModule.load(broken)).isInstanceOf(IOException.class).hasMessageContaining("no_such_operator");
    }

    private interface Change {
        byte[] of(byte[] content);
    }

    private void rewritten(String name, Change change) throws IOException {
        SequencedMap<String, byte[]> entries = StoredZip.read(write(twoScales()));
        byte[] content = change.of(entries.get("archive/" + name));
        if (content == null) {
            entries.remove("archive/" + name);
        } else {
            entries.put("archive/" + name, content);
        }
        Path file = folder.resolve("changed.pt");
        try (OutputStream out = Files.newOutputStream(file)) {
            StoredZip.write(entries, out);
        }
        TorchScriptArchive.read(file);
    }

    private Path write(TorchScriptArchive archive) throws IOException {
        Path file = folder.resolve("model.pt");
        try (OutputStream out = Files.newOutputStream(file)) {
            archive.write(out);
        }
        return file;
    }

    private static TorchScriptArchive twoScales() {
        SequencedMap<String, ScriptModule> children = new LinkedHashMap<>();
        children.put("0", scale(2, 1));
        children.put("1", scale(3, 2));
        return new ScriptModule("Twice", new LinkedHashMap<>(), new LinkedHashMap<>(), children, TWICE).toArchive();
    }

    private static ScriptModule scale(float weight, float offset) {
        SequencedMap<String, Tensor> parameters = new LinkedHashMap<>();
        parameters.put("weight", floats(new long[] {1}, weight));
        SequencedMap<String, Tensor> buffers = new LinkedHashMap<>();
        buffers.put("offset", floats(new long[] {1}, offset));
        return new ScriptModule("Scale", parameters, buffers, new LinkedHashMap<>(), SCALE);
    }

    private static Tensor floats(long[] shape, float... values) {
        ByteBuffer data = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(values);
        return new Tensor(ElementType.F32, shape, data);
    }

    private static float[] values(Tensor tensor) {
        float[] values = new float[tensor.data().remaining() / Float.BYTES];
        tensor.data().asFloatBuffer().get(values);
        return values;
    }

    /** What cuDNN does not differentiate in eval mode. */
    @Test
    void knowsRecurrentLayersByTheirOperators() {
        assertThat(calling("torch.gru(x, [x], True, 1, 0., self.training, False, True)").recurrent()).isTrue();
        assertThat(calling("torch.rnn_tanh(x, [x], True, 1, 0., self.training, False, True)").recurrent()).isTrue();
        assertThat(calling("torch.relu(x)").recurrent()).isFalse();
        assertThat(calling("annotate(str, \"torch.lstm(x)\")").recurrent()).isFalse();
    }

    private static TorchScriptArchive calling(String operator) {
        return new ScriptModule("Net", new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>(),
                "  def forward(self: $SELF,\n    x: Tensor) -> Tensor:\n    found = " + operator + "\n    return x\n").toArchive();
    }
}
