package dev.advtrain.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.advtrain.contract.TerminationMessage;
import dev.advtrain.contract.TerminationMessages;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The packaged trainer as a process, as people and pods start it; signals, exit codes, what it prints. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ProcessIT {
    private static final String MANIFESTS = """
            apiVersion: advtrain.dev/v1alpha1
            kind: ThreatModel
            metadata: {name: linf}
            spec:
              inputRange: {min: "0", max: "1"}
              perturbation: {lp: {norm: Linf, epsilon: "0.05"}}
            ---
            apiVersion: advtrain.dev/v1alpha1
            kind: AdversarialTrainingJob
            metadata: {name: digits}
            spec:
              threatModels: [{name: linf}]
              model: {builtin: {architecture: SmallCnn, width: 4, classes: 10, inputShape: [1, 28, 28]}}
              data:
                train: {builtinDigits: {count: 1500, seed: 1}}
                test: {builtinDigits: {count: 300, seed: 2}}
              training:
                innerMaximization: {steps: 3}
                epochs: 6
              evaluation: {suite: Quick, samples: 300, shards: 2}
              acceptance: {minRobustAccuracy: "0.99"}
              output: {uri: "pvc://out/model"}
            """;

    @TempDir
    Path folder;

    /** A finished process: its exit code and the lines of its output. */
    private record Ended(int exitCode, List<String> lines) {}

    @BeforeEach
    void writeManifests() throws IOException {
        Files.writeString(folder.resolve("manifests.yaml"), MANIFESTS);
    }

    @Test
    void printsTheVersionAndNothingElse() throws Exception {
        Ended ended = run(null, "--version");
        assertThat(ended.exitCode).isZero();
        assertThat(ended.lines).hasSize(1).first().asString().startsWith("advtrain 0.");
    }

    @Test
    void wrongArgumentsEndWith64() throws Exception {
        Ended ended = run(null, "train", "--epochs=3");
        assertThat(ended.exitCode).isEqualTo(64);
        assertThat(ended.lines).first().isEqualTo("error: Unknown option: '--epochs=3'");
    }

    @Test
    void aRunThatIsStoppedInEveryStepGoesOnToItsEnd() throws Exception {
        Ended stopped = runStep("train", "\"event\":\"epoch\"");
        assertThat(stopped.exitCode).isEqualTo(75);
        assertThat(message().error().code()).isEqualTo(75);
        assertThat(message().error().message()).matches("stopped after step \\d+ of \\d+; a checkpoint is saved");
        assertThat(folder.resolve("out/model/model.pt")).doesNotExist();
        Ended trained = runStep("train", null);
        assertThat(trained.exitCode).isZero();
        assertThat(trained.lines).anyMatch(line -> line.contains("going on from the checkpoint after step"));
        assertThat(message().artifact().sha256()).hasSize(64);
        assertThat(message().training().stepsDone()).isBetween(message().training().steps(), message().training().steps() + 1);

        stopped = runStep("evaluate", "\"shard\":1,");
        assertThat(stopped.exitCode).isEqualTo(75);
        assertThat(message().error().message()).isEqualTo("stopped in shard 1; what is done is kept");
        assertThat(folder.resolve("out/model/shards")).isDirectoryContaining("glob:**/0.json").isDirectoryNotContaining("glob:**/1.json");
        Ended evaluated = runStep("evaluate", null);
        assertThat(evaluated.exitCode).isZero();
        assertThat(evaluated.lines).anyMatch(line -> line.contains("shard 0 is done already"));

        Ended reported = runStep("report", null);
        assertThat(reported.exitCode).isZero();
        assertThat(reported.lines).anyMatch(line -> line.startsWith("robust  ")).anyMatch(line -> line.startsWith("gates   missed: "));
        assertThat(message().evaluation().samples()).isEqualTo(300);
        assertThat(message().artifact().reportUri()).isEqualTo("pvc://out/model/report.json");
    }

    private TerminationMessage message() throws IOException {
        return TerminationMessages.read(Files.readString(folder.resolve("message"))).orElseThrow();
    }

    private Ended runStep(String command, String stopAt) throws Exception {
        Path out = Files.createDirectories(folder.resolve("out"));
        return run(stopAt, command, "-f", folder.resolve("manifests.yaml").toString(), "--claim", "out=" + out,
                "--termination-log", folder.resolve("message").toString());
    }

    /** Runs to the end; sends SIGTERM at the first line of output that has {@code stopAt} in it. */
    private static Ended run(String stopAt, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString(), "-jar",
                System.getProperty("advtrain.jar")));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        // Several tests on few processors: threads that wait must not spin.
        builder.environment().putAll(Map.of("OMP_WAIT_POLICY", "PASSIVE"));
        Process process = builder.start();
        List<String> lines = new ArrayList<>();
        try (BufferedReader reader = process.inputReader()) {
            boolean told = stopAt == null;
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line);
                if (!told && line.contains(stopAt)) {
                    process.toHandle().destroy();
                    told = true;
                }
            }
            assertThat(told).as("output: %s", lines).isTrue();
            return new Ended(process.waitFor(), lines);
        } finally {
            process.destroyForcibly();
        }
    }
}
