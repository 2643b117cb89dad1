package dev.advtrain.trainer.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.advtrain.contract.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Kills the real trainer process at random moments, by SIGKILL and SIGTERM in turn, and starts it again: it must end with
 * the bytes of an undisturbed run, and do no step again that a checkpoint holds. {@code -Dadvtrain.prove.kills=N} says how
 * often for each method of {@code -Dadvtrain.prove.methods=METHOD,...} ({@code dev/prove resume}).
 */
class KilledTrainingIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SIGKILL_EXIT = 137;
    private static final long POLL_MILLIS = 5;
    /** An attempt is killed after this part of all steps at the latest. */
    private static final int KILLS_A_RUN = 3;
    /** The training of each method, of about the same length: together with every optimizer, every schedule and all else that has state. */
    private static final Map<String, String> TRAININGS = Map.of(
            "standard", "epochs: 20, method: {standard: {}}, optimizer: {adamW: {}}, labelSmoothing: '0.1'",
            "pgd", "epochs: 4, method: {pgd: {}}, innerMaximization: {steps: 4, stepSize: '0.04', epsilonWarmupEpochs: 1}",
            "trades", "epochs: 3, method: {trades: {}}, innerMaximization: {steps: 4, stepSize: '0.04'}, weightAveraging: {emaDecay: '0.99'}",
            "mart", "epochs: 3, method: {mart: {}}, innerMaximization: {steps: 4, stepSize: '0.04'}, adversarialWeightPerturbation: {gamma: '0.005'}, "
                    + "schedule: {multiStep: {milestones: [1, 2]}}",
            "fgsmRs", "epochs: 6, method: {fgsmRs: {gradAlign: '0.2'}}, innerMaximization: {epsilonWarmupEpochs: 2}, schedule: {cyclic: {}}",
            "free", "epochs: 20, method: {free: {replays: 4}}, gradientClipNorm: '1', schedule: {constant: {}}");

    @TempDir
    private Path folder;
    private Path manifest;

    /** How an attempt ended, with the step of the newest checkpoint that it left. */
    private record Killed(boolean gently, long checkpointStep) {
    }

    static List<String> methods() {
        return List.of(System.getProperty("advtrain.prove.methods", "pgd").split(","));
    }

    @ParameterizedTest
    @MethodSource("methods")
    void aKilledRunEndsWithTheSameBytesAndRepeatsNoSavedStep(String method) throws Exception {
        assertThat(TRAININGS).containsKey(method);
        int kills = Integer.getInteger("advtrain.prove.kills", 2);
        manifest = Files.writeString(folder.resolve("job.yaml"),
                Files.readString(Path.of("src/test/resources/proof/killed.yaml")).replace("@TRAINING@", TRAININGS.get(method)));
        long seed = Long.getLong("advtrain.prove.seed", System.nanoTime());
        Random random = new Random(seed);
        System.out.println(method + ", seed of the moments: " + seed);
        Path undisturbed = output("undisturbed");
        assertThat(start(undisturbed).waitFor()).isZero();
        int steps = JSON.readTree(undisturbed.resolve("training.json").toFile()).path("steps").asInt();

        for (int run = 1, killed = 0; killed < kills; run++) {
            Path output = output("run-" + run);
            List<Killed> attempts = new ArrayList<>();
            Process process = start(output);
            while (killed < kills && reaches(1 + random.nextInt(steps / KILLS_A_RUN), process, output, attempts.size())) {
                kill(process, killed % 2 == 1, output, attempts);
                killed++;
                process = start(output);
            }
            assertThat(process.waitFor()).isZero();
            compare(output, undisturbed, attempts);
        }
    }

    private void kill(Process process, boolean gently, Path output, List<Killed> attempts) throws Exception {
        if (gently) {
            process.destroy();
        } else {
            process.destroyForcibly();
        }
        int exit = process.waitFor();
        if (exit == 0) {
            return; // It was done before the signal came.
        }
        assertThat(exit).isEqualTo(gently ? ExitCode.STOPPED.code() : SIGKILL_EXIT);
        attempts.add(new Killed(gently, newestCheckpoint(output)));
    }

    /** Waits until an attempt has done so many steps; false if it ends before. */
    private static boolean reaches(long steps, Process process, Path output, int earlier) throws IOException, InterruptedException {
        while (attempts(output).path(earlier).path("stepsDone").asLong() < steps) {
            if (process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                return false;
            }
        }
        return true;
    }

    private static void compare(Path output, Path undisturbed, List<Killed> killed) throws IOException {
        for (String file : List.of("model.pt", "model.safetensors")) {
            assertThat(Files.mismatch(output.resolve(file), undisturbed.resolve(file))).as(file).isEqualTo(-1);
        }
        JsonNode report = JSON.readTree(output.resolve("training.json").toFile());
        JsonNode attempts = report.path("attempts");
        assertThat(attempts).hasSizeGreaterThan(killed.size());
        long done = 0;
        long repeated = 0;
        for (int i = 0; i < attempts.size(); i++) {
            done += attempts.get(i).path("stepsDone").asLong();
            if (i < killed.size()) {
                long reached = attempts.get(i).path("resumedFromStep").asLong() + attempts.get(i).path("stepsDone").asLong();
                long next = attempts.get(i + 1).path("resumedFromStep").asLong();
                assertThat(next).isGreaterThanOrEqualTo(killed.get(i).checkpointStep());
                if (killed.get(i).gently()) {
                    assertThat(reached - next).as("steps lost by SIGTERM").isBetween(0L, 1L);
                }
                repeated += reached - next;
            }
        }
        long steps = report.path("steps").asLong();
        System.out.printf("%s: %d kills while training, %d steps, %d of them done again%n", output.getParent().getFileName(), killed.size(), done, repeated);
        assertThat(done).isEqualTo(steps + repeated);
    }

    /** What is counted so far; the file comes with the first step and is gone once a run is done. */
    private static JsonNode attempts(Path output) throws IOException {
        try {
            return JSON.readTree(Files.readAllBytes(output.resolve("checkpoints/attempts.json"))).path("attempts");
        } catch (NoSuchFileException e) {
            return JSON.createArrayNode();
        }
    }

    private static long newestCheckpoint(Path output) throws IOException {
        long newest = 0;
        try (Stream<Path> files = Files.list(output.resolve("checkpoints"))) {
            for (Path file : files.filter(f -> f.getFileName().toString().matches("checkpoint-\\d+\\.json")).toList()) {
                newest = Math.max(newest, JSON.readTree(file.toFile()).path("step").asLong());
            }
        }
        return newest;
    }

    private Path output(String name) throws IOException {
        return Files.createDirectories(folder.resolve(name).resolve("model"));
    }

    private Process start(Path output) throws IOException {
        List<String> command = new ArrayList<>(Arrays.asList(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-jar", System.getProperty("advtrain.jar"), "train", "-f", manifest.toString(),
                "--claim", "models=" + output.getParent()));
        Path log = output.resolveSibling("log");
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())).start();
    }
}
