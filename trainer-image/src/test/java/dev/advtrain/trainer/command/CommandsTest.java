package dev.advtrain.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.advtrain.contract.Command;
import dev.advtrain.contract.ComputeDevice;
import dev.advtrain.contract.TerminationMessage;
import dev.advtrain.contract.TerminationMessages;
import dev.advtrain.resolve.RunSpec;
import dev.advtrain.resolve.Sha256;
import dev.advtrain.trainer.TestRuns;
import dev.advtrain.trainer.tensor.TorchEngine;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What users and pods see when a command cannot even start. */
class CommandsTest {
    private static final String MANIFESTS = """
            apiVersion: advtrain.dev/v1alpha1
            kind: ThreatModel
            metadata: {name: linf}
            spec:
              inputRange: {min: "0", max: "1"}
              perturbation: {lp: {norm: Linf, epsilon: "0.1"}}
            ---
            apiVersion: advtrain.dev/v1alpha1
            kind: AdversarialTrainingJob
            metadata: {name: digits}
            spec:
              threatModels: [{name: linf}]
              model: {builtin: {architecture: SmallCnn, classes: 10, inputShape: [1, 28, 28]}}
              data:
                train: {builtinDigits: {count: 100, seed: 1}}
                test: {builtinDigits: {count: 100, seed: 2}}
              evaluation: {suite: Quick}
              output: {uri: "pvc://out/model"}
            """;

    @TempDir
    Path folder;
    private Path manifests;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void writeManifests() throws IOException {
        manifests = Files.writeString(folder.resolve("manifests.yaml"), MANIFESTS);
    }

    @Test
    void versionAndHelp() {
        assertThat(run("--version")).isZero();
        assertThat(out.toString()).isEqualTo("advtrain 1.2.3\n");
        assertThat(run("train", "--version")).isZero();
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("train", "evaluate", "report", "validate");
    }

    @Test
    void wrongArgumentsAre64() {
        assertThat(run()).isEqualTo(64);
        assertThat(err.toString()).startsWith("error: no command is given; expected one of train, evaluate, report, validate\n");
        assertThat(run("train", "--epochs", "3")).isEqualTo(64);
        assertThat(err.toString()).contains("--epochs").doesNotContain("\tat ");
        assertThat(message("train").error().message()).isEqualTo("expected either -f or --run-spec");
        assertThat(message("train", "--run-spec", manifests.toString()).error().message())
                .isEqualTo("--run-spec: expected --sha256 and --run-id with it");
    }

    @Test
    void aDeviceThatIsNotThereIs78BeforeAnythingIsDone() {
        for (String command : List.of("train", "evaluate")) {
            assertThat(message(command, "-f", manifests.toString(), "--claim", "out=" + folder, "--device", "tpu").error())
                    .isEqualTo(new TerminationMessage.Error(64, "--device: tpu; expected cpu or cuda"));
            TerminationMessage.Error missing = message(command, "-f", manifests.toString(), "--claim", "out=" + folder, "--device", "cuda").error();
            assertThat(missing.code()).isEqualTo(78);
            assertThat(missing.message()).startsWith("no CUDA device was found, and one was asked for: ")
                    .endsWith("; this libtorch is built for the CPU alone");
        }
        assertThat(run("report", "--device", "cpu")).as("a report computes nothing").isEqualTo(64);
        assertThat(folder.resolve("model")).doesNotExist();
        assertThat(TorchEngine.device()).isEqualTo(ComputeDevice.CPU);
    }

    @Test
    void validateNamesWhatItChecked() {
        assertThat(run("validate", "-f", manifests.toString())).isZero();
        assertThat(out.toString()).isEqualTo("ThreatModel linf: valid\nAdversarialTrainingJob digits: valid\n");
    }

    @Test
    void validateNamesEachFieldThatIsWrong() throws IOException {
        Files.writeString(manifests, MANIFESTS.replace("name: linf}]", "name: other}]").replace("Linf, epsilon", "L3, epsilon"));
        assertThat(run("validate", "-f", manifests.toString())).isEqualTo(64);
        assertThat(err.toString()).startsWith("error: ").contains("spec.perturbation.lp.norm", "L3", "Linf");

        Files.writeString(manifests, MANIFESTS.replace("name: linf}]", "name: other}]"));
        assertThat(run("validate", "-f", manifests.toString())).isEqualTo(64);
        assertThat(err.toString()).contains("AdversarialTrainingJob digits: spec.threatModels[0]", "other");

        Files.writeString(manifests, MANIFESTS.replace("pvc://out", "file:///out"));
        assertThat(run("validate", "-f", manifests.toString())).isEqualTo(64);
        assertThat(run("validate", "--local", "-f", manifests.toString())).isZero();
    }

    @Test
    void unknownFieldsOfARunSpecAreRefusedByName() throws IOException {
        ObjectNode spec = (ObjectNode) new ObjectMapper().readTree(TestRuns.digits(100, 1, TestRuns.quick(10, 1, 5)).evaluateJson());
        spec.withObject("/training").put("momentum", "0.9");
        TerminationMessage message = message(runSpec("train", spec.toString()));
        assertThat(message.error().code()).isEqualTo(64);
        assertThat(message.error().message()).startsWith("training.momentum: unknown field; expected one of method, ");
        assertThat(message.runId()).isEqualTo("digits-1");
    }

    @Test
    void aRunSpecOfAnotherDigestIsRefused() {
        String text = TestRuns.digits(100, 1, TestRuns.quick(10, 1, 5)).evaluateJson();
        List<String> arguments = runSpec("train", text);
        arguments.set(arguments.indexOf("--sha256") + 1, "0".repeat(64));
        assertThat(message(arguments).error().message()).startsWith("--run-spec: sha256 of ")
                .endsWith(" is " + Sha256.hex(text) + "; expected " + "0".repeat(64));
    }

    @Test
    void theTrainingPartCannotBeEvaluated() {
        RunSpec run = TestRuns.digits(100, 1, TestRuns.quick(10, 1, 5));
        for (String command : new String[] {"evaluate", "report"}) {
            assertThat(message(runSpec(command, run.trainJson())).error()).isEqualTo(new TerminationMessage.Error(64,
                    "data.test: missing; expected the whole run spec, not the part for training"));
        }
    }

    @Test
    void aClaimWithoutAFolderIsRefused() {
        TerminationMessage message = message("report", "-f", manifests.toString());
        assertThat(message.error()).isEqualTo(new TerminationMessage.Error(64, "output.uri: pvc://out/model: no folder is given for "
                + "claim 'out'; expected the option --claim out=DIR"));
    }

    @Test
    void aShardThatIsNotThereIsRefused() {
        assertThat(message("evaluate", "-f", manifests.toString(), "--claim", "out=" + folder, "--shard", "1").error())
                .isEqualTo(new TerminationMessage.Error(64, "--shard: 1; expected 0 to 0, as evaluation.shards says"));
    }

    @Test
    void evaluatingBeforeTrainingSaysWhatIsMissing() {
        assertThat(message("evaluate", "-f", manifests.toString(), "--claim", "out=" + folder).error())
                .isEqualTo(new TerminationMessage.Error(65, "pvc://out/model/training.json: no such file"));
    }

    @Test
    void anOutputThatCannotBeWrittenEndsWith74BeforeAnyWork() throws IOException {
        Files.writeString(folder.resolve("model"), "a file where the folder should be");
        TerminationMessage.Error error = message("train", "-f", manifests.toString(), "--claim", "out=" + folder).error();
        assertThat(error.code()).isEqualTo(74);
        assertThat(error.message()).startsWith("pvc://out/model/").contains("failed: ").doesNotContain(folder.toString());
    }

    @Test
    void anotherRunsOutputEndsWith73() throws IOException {
        Files.createDirectories(folder.resolve("model"));
        Files.writeString(folder.resolve("model/model.pt"), "weights");
        Files.writeString(folder.resolve("model/training.json"), """
                {"schemaVersion": 1, "runId": "another", "model": {"file": "model.pt", "sha256": "x"}, "selectedEpoch": 1,
                 "data": {"train": {}}}""");
        for (String command : new String[] {"train", "evaluate", "report"}) {
            TerminationMessage.Error error = message(command, "-f", manifests.toString(), "--claim", "out=" + folder).error();
            assertThat(error.code()).isEqualTo(73);
            assertThat(error.message()).contains("run another");
        }
        assertThat(folder.resolve("model/model.pt")).hasContent("weights");
    }

    @Test
    void aMessageAlwaysFitsAndIsWrittenOnce() throws IOException {
        Path file = Files.createFile(folder.resolve("log"));
        TerminationLog log = new TerminationLog(Optional.of(file));
        log.write(new TerminationMessage(Command.TRAIN, "r", new TerminationMessage.Error(65, "ä".repeat(9000)),
                null, null, null, List.of()));
        log.write(new TerminationMessage(Command.TRAIN, "second", null, null, null, null, List.of()));
        assertThat(Files.size(file)).isBetween(1000L, 4096L);
        assertThat(TerminationMessages.read(Files.readString(file)).orElseThrow().runId()).isEqualTo("r");
    }

    private List<String> runSpec(String command, String text) {
        try {
            Path file = Files.writeString(folder.resolve("run.json"), text);
            return new ArrayList<>(List.of(command, "--run-spec", file.toString(), "--sha256", Sha256.hex(text), "--run-id", "digits-1",
                    "--output-claim", "out=" + folder));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private TerminationMessage message(String... arguments) {
        return message(new ArrayList<>(List.of(arguments)));
    }

    /** The termination message of a command that fails; its code is the exit code. */
    private TerminationMessage message(List<String> arguments) {
        try {
            Path log = folder.resolve("termination-log");
            Files.deleteIfExists(log);
            arguments.addAll(List.of("--termination-log", log.toString()));
            int exitCode = run(arguments.toArray(String[]::new));
            TerminationMessage message = TerminationMessages.read(Files.readString(log)).orElseThrow();
            assertThat(message.error().code()).isEqualTo(exitCode);
            return message;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        CommandLine commandLine = Main.commandLine("1.2.3");
        return commandLine.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true)).execute(arguments);
    }
}
