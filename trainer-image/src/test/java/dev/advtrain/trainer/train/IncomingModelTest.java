package dev.advtrain.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.advtrain.contract.ExitCode;
import dev.advtrain.resolve.Sha256;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.attack.Cancellation;
import dev.advtrain.trainer.storage.Locations;
import dev.advtrain.trainer.tensor.SafeTensors;
import dev.advtrain.trainer.tensor.SafeTensors.ElementType;
import dev.advtrain.trainer.tensor.SafeTensors.Tensor;
import dev.advtrain.trainer.tensor.ScriptModule;
import dev.advtrain.trainer.tensor.TorchScriptArchive;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model of one's own, in the form that tracing in eval mode gives it, from its file to the artifact. */
class IncomingModelTest {
    private static final String TRACED = """
              def forward(self: $SELF,
                x: Tensor) -> Tensor:
                weight = self.weight
                norm = self.norm
                input = torch.linear(torch.flatten(x, 1), weight)
                input0 = torch.dropout(torch.relu((norm).forward(input, )), 0.20000000000000001, False)
                return (getattr(self, "0")).forward(input0, )
            """;
    private static final String NORM = """
              def forward(self: $SELF,
                argument_1: Tensor) -> Tensor:
                running_var = self.running_var
                running_mean = self.running_mean
                return torch.batch_norm(argument_1, self.weight, self.bias, running_mean, running_var, False, 0.10000000000000001, 1.0000000000000001e-05, True)
            """;
    private static final String HEAD = """
              def forward(self: $SELF,
                x: Tensor) -> Tensor:
                return torch.linear(x, self.weight)
            """;

    @TempDir
    Path folder;
    private final List<String> messages = new ArrayList<>();
    private byte[] given;

    @BeforeEach
    void save() throws IOException {
        given = traced(TRACED).toBytes();
        Files.write(folder.resolve("mine.pt"), given);
    }

    @Test
    void itTrainsAndLeavesWithItsInterface() throws IOException {
        train("run-a", model(""));
        TorchScriptArchive before = TorchScriptArchive.read(folder.resolve("mine.pt"));
        TorchScriptArchive after = TorchScriptArchive.read(folder.resolve("out/model.pt"));
        assertThat(after.forward()).isEqualTo(before.forward());
        assertThat(after.tensors().keySet()).isEqualTo(before.tensors().keySet());
        after.tensors().forEach((name, tensor) ->
                assertThat(tensor.data()).as(name + " was trained").isNotEqualTo(before.tensors().get(name).data()));
        assertThat(entries("out/model.pt")).as("without kernels").isEqualTo(entries("mine.pt"));
        String code = code("mine.pt");
        assertThat(code("out/model.pt")).isEqualTo(code.replace(", False)", ", self.training)").replace("running_var, False,", "running_var, self.training,"))
                .isNotEqualTo(code);
        try (InputStream in = Files.newInputStream(folder.resolve("out/model.safetensors"))) {
            SafeTensors weights = SafeTensors.read(in);
            assertThat(weights.tensors().keySet()).containsExactlyInAnyOrderElementsOf(after.tensors().keySet());
            weights.tensors().forEach((name, tensor) -> assertThat(tensor.data()).isEqualTo(after.tensors().get(name).data()));
        }
    }

    @Test
    void dropoutDrawsTheSameInEveryRun() throws IOException {
        train("run-a", model(""));
        byte[] first = Files.readAllBytes(folder.resolve("out/model.pt"));
        Map<String, String> again = model("");
        again.put("/output/overwrite", "true");
        train("run-b", again);
        assertThat(folder.resolve("out/model.pt")).hasBinaryContent(first);
    }

    @Test
    void theDigestIsHeldAgainstTheFile() {
        train("run-a", model(", \"sha256\": \"" + Sha256.hex(given) + '"'));
        refused("run-b", model(", \"sha256\": \"" + "0".repeat(64) + '"'), ExitCode.DATA, "pvc://models/mine.pt: sha256 is " + Sha256.hex(given)
                + "; expected " + "0".repeat(64) + " as in model.torchScript.sha256");
    }

    @Test
    void whatIsNoModelIsRefusedBeforeTraining() throws IOException {
        Files.write(folder.resolve("mine.pt"), new byte[] {1, 2, 3});
        refused("run-a", model(""), ExitCode.DATA, "pvc://models/mine.pt: not a whole zip file (zip END header not found)");
        Files.delete(folder.resolve("mine.pt"));
        refused("run-a", model(""), ExitCode.DATA, "pvc://models/mine.pt: no such file");
        Files.write(folder.resolve("mine.pt"), traced(TRACED.replace("-> Tensor:", "-> Tuple[Tensor, Tensor]:")
                .replace("forward(input0, )\n", "forward(input0, ), x\n")).toBytes());
        refused("run-a", model(""), ExitCode.RUN_SPEC,
                "the model's forward returns Tuple[Tensor, Tensor]; expected one Tensor: a logit for each class");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void gradAlignNeedsASecondDerivative() throws IOException {
        Files.write(folder.resolve("mine.pt"), traced(TRACED, NORM, HEAD.replace("torch.linear(x, self.weight)",
                "torch.neg(torch.cdist(x, self.weight, 2., 2))")).toBytes());
        Map<String, String> changes = model("");
        changes.put("/training/innerMaximization", "{\"steps\": 1, \"epsilonWarmupEpochs\": 0}");
        changes.put("/training/method", "{\"fgsmRs\": {\"gradAlign\": \"0.2\"}}");
        refused("run-a", changes, ExitCode.RUN_SPEC, "training.method.fgsmRs.gradAlign needs a model that can be differentiated twice, and this one "
                + "cannot: the derivative for '_cdist_backward' is not implemented.");
        changes.put("/training/method", "{\"fgsmRs\": {}}");
        train("run-b", changes);
    }

    /** Its batch norm has one value a channel, of which the variance is no number. */
    @Test
    void batchesOfOneAreRefusedWhereTheyBreakTheModel() {
        Map<String, String> changes = model("");
        changes.put("/training/batchSize", "1");
        changes.put("/training/innerMaximization/epsilonWarmupEpochs", "0");
        changes.put("/training/schedule", "{\"constant\": {}}");
        assertThatExceptionOfType(TrainerException.class).isThrownBy(() -> train("run-a", changes))
                .withMessageStartingWith("training.batchSize: a batch of one example; expected at least 2: ")
                .satisfies(e -> assertThat(e.exitCode()).isEqualTo(ExitCode.RUN_SPEC));
    }

    @Test
    void modelsTracedInTrainModeAreMeasuredInEvalMode() throws IOException {
        Files.write(folder.resolve("mine.pt"),
                traced(TRACED.replace(", False)", ", True)"), NORM.replace("running_var, False", "running_var, True"), HEAD).toBytes());
        train("run-a", model(""));
        assertThat(messages).anyMatch(message -> message.startsWith("the model was traced in train mode"));
        assertThat(code("out/model.pt")).contains("0.20000000000000001, self.training)").contains("running_var, self.training, ");
    }

    @Test
    void trainingGoesOnFromGivenWeights() throws IOException {
        train("run-a", model(""));
        Files.move(folder.resolve("out/model.safetensors"), folder.resolve("start.safetensors"));
        byte[] first = Files.readAllBytes(folder.resolve("out/model.pt"));
        Map<String, String> further = model("");
        further.put("/output/overwrite", "true");
        further.put("/model", further.get("/model").replaceFirst("}}$", "}, \"initialWeights\": {\"uri\": \"pvc://models/start.safetensors\"}}"));
        // A step this small changes no float of them.
        further.put("/training/optimizer", "{\"sgd\": {\"learningRate\": \"1e-30\", \"momentum\": \"0\", \"nesterov\": false, \"weightDecay\": \"0\"}}");
        train("run-b", further);
        SequencedMap<String, Tensor> expected = SafeTensors.read(folder.resolve("start.safetensors")).tensors();
        SafeTensors.read(folder.resolve("out/model.safetensors")).tensors().forEach((name, tensor) -> {
            if (!name.contains("running")) {
                assertThat(tensor.data()).as(name).isEqualTo(expected.get(name).data());
            }
        });
        assertThat(folder.resolve("out/model.pt")).as("statistics move").satisfies(file -> assertThat(Files.readAllBytes(file)).isNotEqualTo(first));
        byte[] whole = Files.readAllBytes(folder.resolve("start.safetensors"));
        Files.write(folder.resolve("start.safetensors"), Arrays.copyOf(whole, whole.length - 1));
        refused("run-c", further, ExitCode.DATA, "pvc://models/start.safetensors: tensor 0.weight is cut off");
        expected.remove("norm.bias");
        try (OutputStream out = Files.newOutputStream(folder.resolve("start.safetensors"))) {
            new SafeTensors(Map.of(), expected).write(out);
        }
        refused("run-c", further, ExitCode.DATA, "pvc://models/start.safetensors: lacks the tensor norm.bias of the model");
    }

    private void refused(String runId, Map<String, String> changes, ExitCode code, String message) {
        changes.put("/output/overwrite", "true");
        assertThatExceptionOfType(TrainerException.class).isThrownBy(() -> train(runId, changes)).withMessage(message)
                .satisfies(e -> assertThat(e.exitCode()).isEqualTo(code));
    }

    private static Map<String, String> model(String more) {
        Map<String, String> changes = new HashMap<>();
        changes.put("/model", "{\"torchScript\": {\"uri\": \"pvc://models/mine.pt\", \"classes\": 10, \"inputShape\": [1, 28, 28]" + more + "}}");
        changes.put("/training/epochs", "1");
        return changes;
    }

    private void train(String runId, Map<String, String> changes) {
        Locations locations = new Locations(Map.of("models", folder), Map.of("models", folder), false);
        Trainer.train(RunSpecs.digits(changes), new TrainingContext(runId, 1, locations, Cancellation.NEVER, new TrainingListener() {
            @Override
            public void message(String text) {
                messages.add(text);
            }

            @Override
            public void step(Progress progress) {}

            @Override
            public void epoch(Progress progress) {}
        }));
    }

    private static TorchScriptArchive traced(String forward) {
        return traced(forward, NORM, HEAD);
    }

    private static TorchScriptArchive traced(String forward, String norm, String head) {
        SequencedMap<String, Tensor> scale = new LinkedHashMap<>();
        scale.put("weight", tensor(1, 16));
        scale.put("bias", tensor(0.1f, 16));
        SequencedMap<String, Tensor> statistics = new LinkedHashMap<>();
        statistics.put("running_mean", tensor(0, 16));
        statistics.put("running_var", tensor(1, 16));
        SequencedMap<String, ScriptModule> children = new LinkedHashMap<>();
        children.put("norm", new ScriptModule("BatchNorm1d", scale, statistics, new LinkedHashMap<>(), norm));
        children.put("0", new ScriptModule("Linear", weight(10, 16), new LinkedHashMap<>(), new LinkedHashMap<>(), head));
        return new ScriptModule("Net", weight(16, 784), new LinkedHashMap<>(), children, forward).toArchive();
    }

    private static SequencedMap<String, Tensor> weight(int rows, int columns) {
        ByteBuffer data = ByteBuffer.allocate(rows * columns * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < rows * columns; i++) {
            data.putFloat((i * 7919 % 101 - 50) / 500f);
        }
        SequencedMap<String, Tensor> weights = new LinkedHashMap<>();
        weights.put("weight", new Tensor(ElementType.F32, new long[] {rows, columns}, data.flip()));
        return weights;
    }

    private static Tensor tensor(float value, int n) {
        ByteBuffer data = ByteBuffer.allocate(n * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < n; i++) {
            data.putFloat(value);
        }
        return new Tensor(ElementType.F32, new long[] {n}, data.flip());
    }

    private List<String> entries(String file) throws IOException {
        try (ZipFile zip = new ZipFile(folder.resolve(file).toFile())) {
            return zip.stream().map(ZipEntry::getName).toList();
        }
    }

    private String code(String file) throws IOException {
        try (ZipFile zip = new ZipFile(folder.resolve(file).toFile())) {
            return new String(zip.getInputStream(zip.getEntry("archive/code/__torch__.py")).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
