package dev.advtrain.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.advtrain.api.v1alpha1.status.GradientMasking;
import dev.advtrain.api.v1alpha1.status.GradientMasking.CheckVerdict;
import dev.advtrain.contract.TerminationMessage;
import dev.advtrain.contract.TerminationMessages;
import dev.advtrain.resolve.Sha256;
import dev.advtrain.trainer.model.Reference;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.tensor.ScriptWrapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code evaluate --model}: a model file, without a job. */
class ModelEvaluationTest {
    private static final Reference DIGITS = Reference.digits();
    private static final String THREAT_MODEL = """
            apiVersion: advtrain.dev/v1alpha1
            kind: ThreatModel
            metadata: {name: linf}
            spec:
              inputRange: {min: "0", max: "1"}
              perturbation: {lp: {norm: Linf, epsilon: "0.1"}}
            """;
    private static final String CLUSTER_THREAT_MODEL = """
            ---
            apiVersion: advtrain.dev/v1alpha1
            kind: ClusterThreatModel
            metadata: {name: l2}
            spec:
              inputRange: {min: "0", max: "1"}
              perturbation: {lp: {norm: L2, epsilon: "1"}}
            """;

    @TempDir
    private Path folder;
    private List<String> arguments;

    @BeforeEach
    void files() throws IOException {
        try (WrappedModel model = DIGITS.model(); OutputStream out = Files.newOutputStream(folder.resolve("model.pt"))) {
            model.export(false).write(out);
        }
        int features = Reference.SHAPE.features();
        ByteArrayOutputStream images = new ByteArrayOutputStream();
        images.writeBytes(ByteBuffer.allocate(16).putInt(0x803).putInt(DIGITS.size()).putInt(28).putInt(28).array());
        ByteArrayOutputStream labels = new ByteArrayOutputStream();
        labels.writeBytes(ByteBuffer.allocate(8).putInt(0x801).putInt(DIGITS.size()).array());
        for (int i = 0; i < DIGITS.size(); i++) {
            for (int j = 0; j < features; j++) {
                images.write(Math.round(DIGITS.x()[i * features + j] * 255));
            }
            labels.write((int) DIGITS.y()[i]);
        }
        Files.write(folder.resolve("images"), images.toByteArray());
        Files.write(folder.resolve("labels"), labels.toByteArray());
        Files.writeString(folder.resolve("threatmodel.yaml"), THREAT_MODEL + CLUSTER_THREAT_MODEL);
        arguments = new ArrayList<>(List.of("evaluate", "--model", file("model.pt"), "--classes", "10", "--images", file("images"),
                "--labels", file("labels"), "-f", file("threatmodel.yaml"), "--suite", "Quick", "--samples", "40"));
    }

    @Test
    void measuresAnyModelAndWritesItsReport() throws IOException {
        TerminationMessage message = run(0);
        assertThat(message.evaluation().samples()).isEqualTo(40);
        assertThat(message.evaluation().cleanCorrect()).isGreaterThan(35);
        assertThat(message.evaluation().results()).extracting(TerminationMessage.Result::name).containsExactly("linf", "l2");
        assertThat(message.artifact().sha256()).isEqualTo(Sha256.hex(Files.readAllBytes(folder.resolve("model.pt"))));
        JsonNode report = new ObjectMapper().readTree(folder.resolve("model-robustness/report.json").toFile());
        assertThat(report.path("name").asText()).isEqualTo("model");
        assertThat(report.at("/results/0/attacks")).hasSize(3);
        assertThat(report.at("/gradientMasking/checks").size()).isGreaterThan(5);
        assertThat(report.path("data").has("train")).isFalse();
        assertThat(folder.resolve("model-robustness/report.html")).content().contains("Robust accuracy", report.path("runId").asText(), "l2");
        // Done already: made again at once, with the same numbers.
        assertThat(run(0).evaluation()).isEqualTo(message.evaluation());
    }

    @Test
    void whatIsWrongIsNamed() throws IOException {
        refused("--classes", null, 64, "--classes: expected the number of the model's classes with --model");
        refused("--classes", "7", 65, folderUri("labels") + ": label 8 at index 0; expected 0 to 6, the model's classes");
        refused("--classes", "11", 64, "the model's output for 2 examples has the shape [2, 10], expected [2, 11]: one logit for each of model.classes");
        refused("--images", null, 64, "--images: expected an IDX file, or --csv, with --model");
        refused("--images", file("labels"), 65, folderUri("labels") + ": has 1 dimensions; expected images");
        refused("--suite", "Best", 64, "--suite: Best; expected Quick, AutoAttack, AutoAttackPlus or AutoAttackRandomized with --model");
        refused("--samples", "61", 65, "evaluation.samples: 61; expected at most 60, the examples of data.test");
        refused("--samples", "0", 64, "--samples: expected at least 1 with --model");
        arguments.addAll(List.of("--batch-size", "250"));
        refused("--batch-size", "0", 64, "--batch-size: expected 1 to 65536 with --model");
        refused("--model", file("absent.pt"), 65, folderUri("absent.pt") + ": no such file");
        refused("--model", file("images"), 65, folderUri("images"));
        Files.writeString(folder.resolve("other.yaml"), THREAT_MODEL.replace("\"0.1\"", "\"1.5\""));
        refused("-f", file("other.yaml"), 64, "ThreatModel linf: spec.perturbation.lp.epsilon");
        Files.writeString(folder.resolve("other.yaml"), THREAT_MODEL.replace("{name: linf}", "{name: linf, namespace: a}") + "---\n" + THREAT_MODEL);
        refused("-f", file("other.yaml"), 64, "ThreatModel linf: metadata.name: Invalid value: \"linf\": Duplicate value");
        refused("-f", file("labels"), 64, folder.resolve("labels").toString());
    }

    @Test
    void aModelThatCannotBeMeasuredIsNamed() throws IOException {
        model("x", "torch.sqrt(torch.sub(z, 1000000.))");
        assertThat(run(70).error().message()).matches("example \\d+: the model's logits are not finite");
        model("x", "torch.slice(z, 0, 0, 1)");
        assertThat(run(64).error().message()).startsWith("the model's output for 2 examples has the shape [1, 10], expected [2, 10]");
        model("torch.slice(x, 2, 0, 27)", "z");
        assertThat(run(64).error().message()).startsWith("model.inputShape [1, 28, 28] does not fit the model in a batch of 2: ");
        // Some batches only.
        model("x", "torch.squeeze(z)");
        assertThat(run(64).error().message()).startsWith("the model's output for 1 examples has the shape [10], expected [1, 10]");
        model("x", "torch.slice(z, 0, 0, 30)");
        assertThat(run(64).error().message()).startsWith("the model's output for 40 examples is that of 30");
    }

    @Test
    void aModelThatMisleadsAttacksIsSuspected() throws IOException {
        model("x", "torch.softmax(z, 1)");
        assertThat(suspected(run(0))).contains("OutputsAreLogits");
        // Without a gradient only Square is left; clean accuracy must not pass for robust accuracy.
        model("torch.detach(x)", "z");
        Files.writeString(folder.resolve("threatmodel.yaml"), THREAT_MODEL);
        TerminationMessage message = run(0);
        assertThat(suspected(message)).contains("Differentiable");
        assertThat(message.evaluation().results().getFirst().attacks()).extracting(TerminationMessage.Attack::name).containsExactly("Square");
        assertThat(message.warnings()).anyMatch(warning -> warning.startsWith("linf: The model gives no gradient (")
                && warning.endsWith(" FGSM, PGD-20, APGD-CE could not be run; Square alone is a weak evaluation."));
    }

    @Test
    void nothingRightIsRobustZeroAndSaid() throws IOException {
        model("x", "torch.neg(z)");
        TerminationMessage message = run(0);
        assertThat(message.evaluation().cleanCorrect()).isZero();
        assertThat(message.evaluation().robustCorrect()).isZero();
        assertThat(message.warnings()).containsExactly("every sample is misclassified as it is: there was nothing to attack, robust accuracy is 0");
        assertThat(message.evaluation().gradientMasking().verdict()).isNotEqualTo(GradientMasking.Verdict.SUSPECTED);
    }

    private static List<String> suspected(TerminationMessage message) {
        return message.evaluation().gradientMasking().checks().stream().filter(check -> check.verdict() == CheckVerdict.SUSPECTED)
                .map(GradientMasking.Check::name).toList();
    }

    /** TorchScript of what the model gets, from the input {@code x}, and of what it answers, from its logits {@code z}. */
    private void model(String input, String output) throws IOException {
        try (WrappedModel model = DIGITS.model(); OutputStream out = Files.newOutputStream(folder.resolve("model.pt"))) {
            ScriptWrapper.wrap(model.export(false), new LinkedHashMap<>(), "  def forward(self: $SELF,\n    x: Tensor) -> Tensor:\n    z = (self.model).forward("
                    + input + ", )\n    return " + output + "\n").write(out);
        }
    }

    private void refused(String option, String value, int code, String start) throws IOException {
        List<String> before = arguments;
        arguments = new ArrayList<>(before);
        int at = arguments.indexOf(option);
        if (value == null) {
            arguments.subList(at, at + 2).clear();
        } else {
            arguments.set(at + 1, value);
        }
        TerminationMessage message = run(code);
        assertThat(message.error().message()).startsWith(start);
        arguments = before;
    }

    private TerminationMessage run(int code) throws IOException {
        Path log = folder.resolve("termination-log");
        Files.deleteIfExists(log);
        List<String> all = new ArrayList<>(arguments);
        all.addAll(Arrays.asList("--termination-log", log.toString()));
        assertThat(Main.commandLine("1.2.3").execute(all.toArray(String[]::new))).isEqualTo(code);
        return TerminationMessages.read(Files.readString(log)).orElseThrow();
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    private String folderUri(String name) {
        return "file://" + folder.resolve(name);
    }
}
