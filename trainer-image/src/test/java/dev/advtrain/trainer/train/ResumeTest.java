package dev.advtrain.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.advtrain.trainer.tensor.Environment;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.resolve.RunSpec;
import dev.advtrain.resolve.Sha256;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.attack.Cancellation;
import dev.advtrain.trainer.storage.Location;
import dev.advtrain.trainer.storage.Locations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever ends an attempt, the last one leaves the bytes of a run that nothing disturbed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ResumeTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int STEPS = 12;
    /** Two steps at the clock of {@link #attempt}. */
    private static final String EVERY_TWO_STEPS = "2";
    private static final Predicate<String> NEVER = path -> false;

    /** A process that vanished. */
    private static final class Killed extends Error {}

    /** What is the same in every whole run. */
    private record Outcome(String model, String safetensors, JsonNode epochs, int selectedEpoch) {}

    private Outcome undisturbed;
    /** How often the undisturbed run had looked at the flag that stops it, after each step. */
    private final int[] looksAfter = new int[STEPS];

    @BeforeAll
    void trainUndisturbed(@TempDir Path folder) throws IOException {
        AtomicInteger looks = new AtomicInteger();
        Cancellation counted = () -> {
            looks.incrementAndGet();
            return false;
        };
        attempt(folder, 1, Map.of(), 0, counted, NEVER, progress -> looksAfter[Math.toIntExact(progress.step()) - 1] = looks.get());
        undisturbed = outcome(folder);
        assertThat(looksAfter[4] - looksAfter[3]).as("looks of validation and a step").isGreaterThan(looksAfter[0]).isGreaterThan(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 8, 9, 12})
    void killedAfterAStep(int step, @TempDir Path folder) throws IOException {
        assertThatExceptionOfType(Killed.class).isThrownBy(() -> attempt(folder, 1, step, 0, NEVER));
        attempt(folder, 2, 0, 0, NEVER);
        assertThat(outcome(folder)).isEqualTo(undisturbed);
        // Checkpoints follow every second step and every fourth, and a step is counted before its checkpoint is saved.
        int saved = (step - 1) / 2 * 2;
        assertThat(attempts(folder)).containsExactly(new AttemptRecord(1, 0, step), new AttemptRecord(2, saved, STEPS - saved));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 5, 8, 12})
    void stoppedAfterAStep(int step, @TempDir Path folder) throws IOException {
        assertThatExceptionOfType(TrainerException.class).isThrownBy(() -> attempt(folder, 1, 0, step, NEVER))
                .satisfies(e -> assertThat(e.exitCode()).isEqualTo(ExitCode.STOPPED))
                .withMessageContaining("stopped after step " + step + " of 12");
        attempt(folder, 2, 0, 0, NEVER);
        assertThat(outcome(folder)).isEqualTo(undisturbed);
        assertThat(attempts(folder)).containsExactly(new AttemptRecord(1, 0, step), new AttemptRecord(2, step, STEPS - step));
    }

    /** Before a step, between the steps of its attack on each of the threads, and in the validation that follows the fourth. */
    Stream<Integer> looks() {
        int perStep = looksAfter[0];
        return Stream.of(1, 2, perStep, looksAfter[3], looksAfter[3] + 1, looksAfter[4] - perStep, looksAfter[4] - perStep + 1, looksAfter[4] + 1);
    }

    @ParameterizedTest
    @MethodSource("looks")
    void stoppedWhileCraftingAndValidating(int look, @TempDir Path folder) throws IOException {
        int stepsDone = (int) Arrays.stream(looksAfter).filter(looks -> looks < look).count();
        AtomicInteger looks = new AtomicInteger();
        assertThatExceptionOfType(TrainerException.class)
                .isThrownBy(() -> attempt(folder, 1, 0, () -> looks.incrementAndGet() >= look, NEVER))
                .withMessageContaining("stopped after step " + stepsDone + " of 12");
        attempt(folder, 2, 0, 0, NEVER);
        assertThat(outcome(folder)).isEqualTo(undisturbed);
        assertThat(attempts(folder).getLast()).isEqualTo(new AttemptRecord(2, stepsDone, STEPS - stepsDone));
    }

    @Test
    void manyTimes(@TempDir Path folder) throws IOException {
        assertThatExceptionOfType(Killed.class).isThrownBy(() -> attempt(folder, 1, 3, 0, NEVER));
        assertThatExceptionOfType(TrainerException.class).isThrownBy(() -> attempt(folder, 2, 0, 5, NEVER));
        assertThatExceptionOfType(Killed.class).isThrownBy(() -> attempt(folder, 3, 6, 0, NEVER));
        assertThatExceptionOfType(TrainerException.class).isThrownBy(() -> attempt(folder, 4, 0, 8, NEVER));
        attempt(folder, 5, 0, 0, NEVER);
        assertThat(outcome(folder)).isEqualTo(undisturbed);
        assertThat(attempts(folder)).containsExactly(new AttemptRecord(1, 0, 3), new AttemptRecord(2, 2, 3), new AttemptRecord(3, 5, 1),
                new AttemptRecord(4, 5, 3), new AttemptRecord(5, 8, 4));
    }

    /** Each file that a run needs; checkpoint 1 follows step 2. */
    @ParameterizedTest
    @ValueSource(strings = {"checkpoint-1.safetensors", "checkpoint-3.safetensors", "checkpoint-3.json", "model.pt", "model.safetensors", "training.json"})
    void theDiskWasFull(String file, @TempDir Path folder) throws IOException {
        Predicate<String> full = path -> path.endsWith("/" + file);
        assertThatExceptionOfType(TrainerException.class).isThrownBy(() -> attempt(folder, 1, 0, 0, full))
                .satisfies(e -> assertThat(e.exitCode()).isEqualTo(ExitCode.STORAGE))
                .withMessageContaining(file).withMessageContaining("No space left on device");
        assertThat(folder.resolve("out/training.json")).doesNotExist();
        attempt(folder, 2, 0, 0, NEVER);
        assertThat(outcome(folder)).isEqualTo(undisturbed);
    }

    @Test
    void anOutputThatCannotBeWrittenIsFoundBeforeTheFirstStep(@TempDir Path folder) {
        AtomicInteger steps = new AtomicInteger();
        assertThatExceptionOfType(TrainerException.class)
                .isThrownBy(() -> attempt(folder, 1, Map.of(), 0, Cancellation.NEVER, path -> true, _ -> steps.incrementAndGet()))
                .satisfies(e -> assertThat(e.exitCode()).isEqualTo(ExitCode.STORAGE));
        assertThat(steps).hasValue(0);
    }

    @Test
    void theNewestCheckpointIsTorn(@TempDir Path folder) throws IOException {
        assertThatExceptionOfType(Killed.class).isThrownBy(() -> attempt(folder, 1, 7, 0, NEVER));
        Path newest = folder.resolve("out/checkpoints/checkpoint-3.safetensors");
        byte[] content = Files.readAllBytes(newest);
        Files.write(newest, Arrays.copyOf(content, content.length - 1));
        attempt(folder, 2, 0, 0, NEVER);
        assertThat(outcome(folder)).isEqualTo(undisturbed);
        assertThat(attempts(folder).getLast().resumedFromStep()).isEqualTo(4);
        assertThat(warnings(folder)).singleElement().asString().contains("checkpoint-3.json");
    }

    @Test
    void anotherRunsCheckpointIsIgnored(@TempDir Path folder) throws IOException {
        assertThatExceptionOfType(Killed.class).isThrownBy(() -> attempt(folder, 1, 7, 0, NEVER));
        for (Path file : List.of(folder.resolve("out/checkpoints/checkpoint-2.json"), folder.resolve("out/checkpoints/checkpoint-3.json"))) {
            Files.writeString(file, Files.readString(file).replace("run-a", "run-b"));
        }
        attempt(folder, 2, 0, 0, NEVER);
        assertThat(outcome(folder)).isEqualTo(undisturbed);
        assertThat(attempts(folder).getLast().resumedFromStep()).isZero();
    }

    @Test
    void anotherMachineIsWarnedOf(@TempDir Path folder) throws IOException {
        assertThatExceptionOfType(Killed.class).isThrownBy(() -> attempt(folder, 1, 7, 0, NEVER));
        CheckpointStore store = new CheckpointStore(output(folder).child("checkpoints"), "run-a", _ -> { });
        Checkpoint found = store.latest().orElseThrow();
        TrainingState state = found.state();
        store.save(new Checkpoint(new TrainingState(state.runId(), 1, state.step(), state.epochs(), state.lossSum(), state.lossCount(),
                state.best(), new Environment(64, "riscv64 DEFAULT"), state.warnings()), found.tensors()));
        attempt(folder, 2, 0, 0, NEVER);
        assertThat(warnings(folder)).singleElement().asString().contains("64 threads and riscv64 DEFAULT");
    }

    /** Everything that keeps state from step to step, killed in the second epoch and stopped in the third. */
    @ParameterizedTest
    @ValueSource(strings = {
        "/training/optimizer={\"sgd\": {\"learningRate\": \"0.1\", \"momentum\": \"0\", \"nesterov\": false, \"weightDecay\": \"0\"}}",
        "/training/optimizer={\"adamW\": {\"learningRate\": \"1e-2\", \"beta1\": \"0.9\", \"beta2\": \"0.99\", \"epsilon\": \"1e-8\", \"weightDecay\": \"1e-2\"}}",
        "/training/schedule={\"constant\": {}}",
        "/training/schedule={\"cyclic\": {\"peakFraction\": \"0.4\"}}",
        "/training/schedule={\"multiStep\": {\"milestones\": [1, 2], \"gamma\": \"0.1\"}}",
        "/training/gradientClipNorm=\"0.5\"",
        "/training/labelSmoothing=\"0.1\"",
        "/training/precision=\"BFloat16\"",
        "/training/weightAveraging={\"emaDecay\": \"0.9\"}",
        "/training/adversarialWeightPerturbation={\"gamma\": \"0.05\"}"})
    void whateverTheRecipe(String change, @TempDir Path folder) throws IOException {
        String[] parts = change.split("=", 2);
        resumes(Map.of(parts[0], parts[1]), folder);
    }

    static Stream<Arguments> methods() {
        String inner = "/training/innerMaximization";
        String l2 = "{\"kind\": \"ThreatModel\", \"name\": \"%s\", \"spec\": {\"modality\": \"Image\", \"goal\": \"Untargeted\", "
                + "\"knowledge\": \"WhiteBox\", \"inputRange\": {\"min\": \"0\", \"max\": \"1\"}, "
                + "\"perturbation\": {\"lp\": {\"norm\": \"%s\", \"epsilon\": \"%s\"}}}}";
        String both = "[" + l2.formatted("linf", "Linf", "0.1") + ", " + l2.formatted("l2", "L2", "1.5") + "]";
        String steps = "{\"attack\": \"Pgd\", \"steps\": 2, \"randomStart\": true, \"epsilonWarmupEpochs\": 1}";
        String oneStep = steps.replace("2", "1");
        return Stream.of(
                row("standard", "{\"standard\": {}}", Map.of(inner, "null")),
                row("TRADES", "{\"trades\": {\"beta\": \"6\"}}", Map.of(inner, steps)),
                row("MART", "{\"mart\": {\"beta\": \"5\"}}", Map.of(inner, steps)),
                row("FGSM-RS", "{\"fgsmRs\": {}}", Map.of(inner, oneStep, "/training/cleanFraction", "\"0.3\"")),
                row("FGSM-RS with GradAlign", "{\"fgsmRs\": {\"gradAlign\": \"0.2\"}}", Map.of(inner, oneStep)),
                row("Free", "{\"free\": {\"replays\": 3}}", Map.of(inner, "{\"epsilonWarmupEpochs\": 1}")),
                row("clean share", "{\"pgd\": {}}", Map.of("/training/cleanFraction", "\"0.5\"")),
                row("DeepFool", "{\"pgd\": {}}", Map.of(inner, "{\"attack\": \"DeepFool\", \"steps\": 2, \"epsilonWarmupEpochs\": 0}")),
                row("Max", "{\"pgd\": {}}", Map.of("/threatModels", both, "/training/multiThreat", "\"Max\"")),
                row("Average", "{\"trades\": {\"beta\": \"6\"}}", Map.of("/threatModels", both, "/training/multiThreat", "\"Average\"", inner, steps)),
                row("RandomOne", "{\"mart\": {\"beta\": \"5\"}}", Map.of("/threatModels", both, "/training/multiThreat", "\"RandomOne\"", inner, steps)));
    }

    private static Arguments row(String name, String method, Map<String, String> others) {
        Map<String, String> changes = new HashMap<>(others);
        changes.put("/training/method", method);
        return Arguments.of(name, changes);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("methods")
    void whateverTheMethod(String name, Map<String, String> changes, @TempDir Path folder) throws IOException {
        resumes(changes, folder);
    }

    private void resumes(Map<String, String> changes, Path folder) throws IOException {
        Path whole = Files.createDirectory(folder.resolve("whole"));
        attempt(whole, 1, changes, 0, 0, NEVER);
        Path resumed = Files.createDirectory(folder.resolve("resumed"));
        assertThatExceptionOfType(Killed.class).isThrownBy(() -> attempt(resumed, 1, changes, 7, 0, NEVER));
        assertThatExceptionOfType(TrainerException.class).isThrownBy(() -> attempt(resumed, 2, changes, 0, 9, NEVER));
        attempt(resumed, 3, changes, 0, 0, NEVER);
        assertThat(outcome(resumed)).isEqualTo(outcome(whole)).isNotEqualTo(undisturbed);
        assertThat(attempts(resumed)).containsExactly(new AttemptRecord(1, 0, 7), new AttemptRecord(2, 6, 3), new AttemptRecord(3, 9, 3));
    }

    /** The checkpoint has the model's own weights, not the averages that were in their place. */
    @Test
    void stoppedWhileAveragedWeightsAreMeasured(@TempDir Path folder) throws IOException {
        Map<String, String> changes = Map.of("/training/weightAveraging", "{\"emaDecay\": \"0.9\"}");
        Path whole = Files.createDirectory(folder.resolve("whole"));
        attempt(whole, 1, changes, 0, 0, NEVER);
        Path resumed = Files.createDirectory(folder.resolve("resumed"));
        AtomicInteger looks = new AtomicInteger();
        assertThatExceptionOfType(TrainerException.class)
                .isThrownBy(() -> attempt(resumed, 1, changes, 0, () -> looks.incrementAndGet() > looksAfter[3] + 2, NEVER, _ -> { }))
                .withMessageContaining("stopped after step 4 of 12");
        attempt(resumed, 2, changes, 0, 0, NEVER);
        assertThat(outcome(resumed)).isEqualTo(outcome(whole));
    }

    @Test
    void anEarlyStopIsStillOneAfterTheDiskWasFull(@TempDir Path folder) throws IOException {
        Map<String, String> changes = Map.of("/training/optimizer/sgd/learningRate", "\"1e-30\"", "/model/builtin/batchNorm", "false",
                "/training/selection", "{\"everyEpochs\": 1, \"patience\": 1}");
        assertThatExceptionOfType(TrainerException.class)
                .isThrownBy(() -> attempt(folder, 1, changes, 0, 0, path -> path.endsWith("/model.pt")))
                .satisfies(e -> assertThat(e.exitCode()).isEqualTo(ExitCode.STORAGE));
        attempt(folder, 2, changes, 0, 0, NEVER);
        assertThat(report(folder).get("stoppedEarly").asBoolean()).isTrue();
        assertThat(attempts(folder)).containsExactly(new AttemptRecord(1, 0, 8), new AttemptRecord(2, 8, 0));
    }

    private static void attempt(Path folder, int attempt, int killedAfter, int stoppedAfter, Predicate<String> full) {
        attempt(folder, attempt, Map.of(), killedAfter, stoppedAfter, full);
    }

    private static void attempt(Path folder, int attempt, Map<String, String> changes, int killedAfter, int stoppedAfter, Predicate<String> full) {
        AtomicLong steps = new AtomicLong();
        attempt(folder, attempt, changes, killedAfter, () -> stoppedAfter > 0 && steps.get() >= stoppedAfter, full,
                progress -> steps.set(progress.step()));
    }

    private static void attempt(Path folder, int attempt, int killedAfter, Cancellation cancellation, Predicate<String> full) {
        attempt(folder, attempt, Map.of(), killedAfter, cancellation, full, _ -> { });
    }

    /** @param killedAfter step after which the process vanishes, 0 for never */
    private static void attempt(Path folder, int attempt, Map<String, String> changes, int killedAfter, Cancellation cancellation,
            Predicate<String> full, Consumer<Progress> after) {
        Map<String, String> all = new HashMap<>(changes);
        all.put("/checkpoint/intervalSeconds", EVERY_TWO_STEPS);
        all.put("/data/augmentation", "[{\"randomCrop\": {\"padding\": 2}}, {\"horizontalFlip\": {}}, {\"cutout\": {\"size\": 6}}]");
        RunSpec spec = RunSpecs.digits(all);
        AtomicLong nanos = new AtomicLong();
        TrainingListener listener = new TrainingListener() {
            @Override
            public void step(Progress progress) {
                nanos.addAndGet(1_000_000_000);
                after.accept(progress);
                if (progress.step() == killedAfter) {
                    throw new Killed();
                }
            }
        };
        TrainingContext context = new TrainingContext("run-a", attempt, locations(folder), cancellation, listener, nanos::get);
        Location output = output(folder);
        Trainer.train(spec, context, new Location(new FullStorage(output.storage(), full), output.path()), Optional::empty);
    }

    private static Locations locations(Path folder) {
        return new Locations(Map.of(), Map.of("models", folder), false);
    }

    private static Location output(Path folder) {
        return locations(folder).output("output.uri", "pvc://models/out");
    }

    private static Outcome outcome(Path folder) throws IOException {
        JsonNode report = report(folder);
        for (JsonNode epoch : report.get("epochs")) {
            ((ObjectNode) epoch).remove("imagesPerSecond");
        }
        return new Outcome(Sha256.hex(Files.readAllBytes(folder.resolve("out/model.pt"))),
                Sha256.hex(Files.readAllBytes(folder.resolve("out/model.safetensors"))), report.get("epochs"),
                report.get("selectedEpoch").asInt());
    }

    private static List<AttemptRecord> attempts(Path folder) throws IOException {
        return Arrays.asList(JSON.treeToValue(report(folder).get("attempts"), AttemptRecord[].class));
    }

    private static List<String> warnings(Path folder) throws IOException {
        return Arrays.asList(JSON.treeToValue(report(folder).get("warnings"), String[].class));
    }

    private static JsonNode report(Path folder) throws IOException {
        return JSON.readTree(folder.resolve("out/training.json").toFile());
    }
}
