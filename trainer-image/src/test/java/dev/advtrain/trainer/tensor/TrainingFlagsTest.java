package dev.advtrain.trainer.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.advtrain.trainer.tensor.Pickle.Instance;
import dev.advtrain.trainer.tensor.SafeTensors.ElementType;
import dev.advtrain.trainer.tensor.SafeTensors.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingFlagsTest {
    private static final String FORWARD = "  def forward(self: $SELF,\n    x: Tensor) -> Tensor:\n    return ";

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "torch.batch_norm(x, w, b, running_mean, running_var, False, 0.1, 1e-05, True) | torch.batch_norm(x, w, b, running_mean, running_var, self.training, 0.1, 1e-05, True)",
        "torch.native_batch_norm(x, w, b, m, v, False, 0.1, 1e-05) | torch.native_batch_norm(x, w, b, m, v, self.training, 0.1, 1e-05)",
        "torch.instance_norm(x, w, b, m, v, False, 0.1, 1e-05, True) | torch.instance_norm(x, w, b, m, v, self.training, 0.1, 1e-05, True)",
        "torch.dropout(x, 0.5, False) | torch.dropout(x, 0.5, self.training)",
        "torch.dropout_(x, 0.5, False) | torch.dropout_(x, 0.5, self.training)",
        "torch.feature_dropout(torch.alpha_dropout(x, 0.5, False), 0.1, False) | torch.feature_dropout(torch.alpha_dropout(x, 0.5, self.training), 0.1, self.training)",
        "torch.rrelu(x) | torch.rrelu(x, 0.125, 0.33333333333333331, self.training)",
        "torch.rrelu(x, 0.1, 0.2) | torch.rrelu(x, 0.1, 0.2, self.training)",
        "torch.rrelu(x, 0.1, 0.2, False) | torch.rrelu(x, 0.1, 0.2, self.training)",
        "torch.gru(x, hx, [a, b], True, 2, 0.2, False, True, True) | torch.gru(x, hx, [a, b], True, 2, 0.2, self.training, True, True)",
        "torch.lstm(x, [h, c], [a, b], True, 2, 0.2, False, True, True) | torch.lstm(x, [h, c], [a, b], True, 2, 0.2, self.training, True, True)",
        "torch.lstm(x, sizes, [h, c], [a, b], True, 2, 0.2, False, True) | torch.lstm(x, sizes, [h, c], [a, b], True, 2, 0.2, self.training, True)",
        "torch.rnn_relu(x, hx, [a], False, 1, 0., False, False, True) | torch.rnn_relu(x, hx, [a], False, 1, 0., self.training, False, True)"})
    void literalsOfEvalModeBecomeTheAttribute(String baked, String live) {
        TrainingFlags.Result result = TrainingFlags.makeLive(module(baked, false));
        assertThat(code(result.archive())).isEqualTo(FORWARD.replace("$SELF", "__torch__.Net") + live);
        assertThat(result.live()).isEqualTo(live.split("self.training", -1).length - 1);
        assertThat(result.keepsEvaluation()).isTrue();
        assertThat(result.left()).isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "torch.batch_norm(x, w, b, None, None, True, 0.1, 1e-05, True)",
        "torch.instance_norm(x, None, None, None, None, True, 0.1, 1e-05, True)",
        "torch.dropout(x, 0.5, self.training)",
        "torch.dropout(x, 0.5, training)",
        "torch.scaled_dot_product_attention(q, k, v)",
        "torch.scaled_dot_product_attention(q, k, v, None, 0., True)",
        "__torch__.torch.nn.functional.dropout(x, 0.5, False, False)",
        "torch.format(\"torch.dropout(x, 0.5, False)\", x)"})
    void whatFollowsNoModeStays(String text) {
        TorchScriptArchive archive = module(text, true);
        TrainingFlags.Result result = TrainingFlags.makeLive(archive);
        assertThat(code(result.archive())).isEqualTo(code(archive));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "torch.batch_norm(torch.dropout(x, 0.5, True), w, b, m, v, True, 0.1, 1e-05, True) | false | torch.batch_norm(torch.dropout(x, 0.5, self.training), w, b, m, v, self.training, 0.1, 1e-05, True)",
        "torch.dropout(x, 0.5, True) | true | torch.dropout(x, 0.5, self.training)",
        "torch.scaled_dot_product_attention(q, k, v, None, 0.1) | true | torch.scaled_dot_product_attention(q, k, v, None, torch.mul(0.1, float(self.training)))",
        "torch.add_(num_batches_tracked, CONSTANTS.c0) | true | torch.add_(num_batches_tracked, int(self.training))"})
    void literalsOfTrainModeTooAndThenEvalModeIsAnother(String baked, boolean savedInTrainMode, String live) {
        TrainingFlags.Result result = TrainingFlags.makeLive(module(baked, savedInTrainMode));
        assertThat(code(result.archive())).isEqualTo(FORWARD.replace("$SELF", "__torch__.Net") + live);
        assertThat(result.keepsEvaluation()).isFalse();
    }

    @Test
    void noiseThatWasOnInEvalModeIsMeant() {
        String text = "torch.dropout(torch.dropout(x, 0.5, True), 0.1, False)";
        TrainingFlags.Result result = TrainingFlags.makeLive(module(text, false));
        assertThat(code(result.archive())).endsWith("torch.dropout(torch.dropout(x, 0.5, True), 0.1, self.training)");
        assertThat(result.left()).isOne();
        assertThat(TrainingFlags.makeLive(module("torch.dropout(x, 0.5, True)", false)).live()).isZero();
    }

    @Test
    void codeThatWasInEvalModeIsSavedSo() {
        TorchScriptArchive archive = module("torch.dropout(x, 0.5, False)", true);
        assertThat(state(TrainingFlags.makeLive(archive).archive())).containsEntry("training", false);
        assertThat(state(archive)).as("the archive given is not changed").containsEntry("training", true);
    }

    @Test
    void aFrozenModuleGetsItsAttributeBack() throws IOException {
        String text = FORWARD + "torch.dropout(x, 0.5, False)";
        ScriptModule module = new ScriptModule("Net", new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>(), text + "\n");
        TorchScriptArchive made = module.toArchive();
        state(made).remove("training");
        String file = TorchScriptArchive.codeFile("__torch__");
        made.files().put(file, new String(made.files().get(file), StandardCharsets.UTF_8).replace("  training : bool\n", "")
                .getBytes(StandardCharsets.UTF_8));
        TorchScriptArchive live = TrainingFlags.makeLive(made).archive();
        assertThat(state(live)).containsEntry("training", false);
        try (TorchModule loaded = TorchModule.load(live); NDManager scope = loaded.newScope()) {
            NDArray x = scope.ones(new Shape(64), DataType.FLOAT32);
            assertThat(TorchModule.tensor(loaded.run(scope, "forward", x)).toFloatArray()).containsOnly(1f);
            loaded.train(true);
            assertThat(TorchModule.tensor(loaded.run(scope, "forward", x)).toFloatArray()).containsOnly(0f, 2f);
        }
    }

    @Test
    void theEngineFollowsTheMode() throws IOException {
        String text = "torch.batch_norm(x, self.weight, None, self.mean, self.var, False, 0.1, 1e-05, True)";
        SequencedMap<String, Tensor> parameters = new LinkedHashMap<>(Map.of("weight", floats(1, 2)));
        SequencedMap<String, Tensor> buffers = new LinkedHashMap<>();
        buffers.put("mean", floats(0, 0));
        buffers.put("var", floats(1, 1));
        TorchScriptArchive baked = new ScriptModule("Net", parameters, buffers, new LinkedHashMap<>(), FORWARD + text + "\n").toArchive();
        TorchScriptArchive live = TrainingFlags.makeLive(baked).archive();
        try (TorchModule before = TorchModule.load(baked); TorchModule after = TorchModule.load(live); NDManager scope = after.newScope()) {
            NDArray x = scope.arange(0, 8, 1).toType(DataType.FLOAT32, false).reshape(new Shape(4, 2));
            float[] expected = TorchModule.tensor(before.run(scope, "forward", x)).toFloatArray();
            after.train(false);
            assertThat(TorchModule.tensor(after.run(scope, "forward", x)).toFloatArray()).isEqualTo(expected);
            before.train(true);
            assertThat(TorchModule.tensor(before.run(scope, "forward", x)).toFloatArray()).isEqualTo(expected);
            after.train(true);
            assertThat(TorchModule.tensor(after.run(scope, "forward", x)).toFloatArray()).isNotEqualTo(expected);
        }
    }

    private static TorchScriptArchive module(String expression, boolean savedInTrainMode) {
        TorchScriptArchive archive = new ScriptModule("Net", new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>(),
                FORWARD + expression + "\n").toArchive();
        state(archive).put("training", savedInTrainMode);
        return archive;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> state(TorchScriptArchive archive) {
        Instance root = archive.root();
        return (Map<String, Object>) root.state();
    }

    private static String code(TorchScriptArchive archive) {
        String text = new String(archive.files().get(TorchScriptArchive.codeFile("__torch__")), StandardCharsets.UTF_8);
        return text.substring(text.indexOf("  def forward")).stripTrailing();
    }

    private static Tensor floats(float... values) {
        ByteBuffer data = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(values);
        return new Tensor(ElementType.F32, new long[] {values.length}, data);
    }
}
