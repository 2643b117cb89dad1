package dev.advtrain.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.advtrain.api.v1alpha1.training.ModelSpec;
import dev.advtrain.resolve.RunSpec;
import dev.advtrain.resolve.Sha256;
import dev.advtrain.trainer.attack.Cancellation;
import dev.advtrain.trainer.model.ModelShape;
import dev.advtrain.trainer.model.builtin.BuiltinModel;
import dev.advtrain.trainer.storage.Locations;
import dev.advtrain.trainer.tensor.SafeTensors;
import dev.advtrain.trainer.tensor.SafeTensors.Tensor;
import dev.advtrain.trainer.tensor.TorchScriptArchive;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The incoming model in the output: whatever happens, the one that the first step began with. */
class BaselineTest {
    private static final String MODEL = """
            {"builtin": {"architecture": "SmallCnn", "width": 4, "activation": "ReLU", "batchNorm": true, "classes": 10, "inputShape": [1, 28, 28]},
             "initialWeights": {"uri": "pvc://models/start.safetensors"}}""";

    @TempDir
    Path folder;

    /** The process is gone, as after SIGKILL. */
    private static final class Killed extends RuntimeException {}

    @BeforeEach
    void start() {
        weights(7);
    }

    @Test
    void isTheModelBeforeItsFirstStep() throws IOException {
        train("run-a", Map.of(), 0);
        assertThat(baseline()).isEqualTo(archive(7).toBytes());
        JsonNode training = new ObjectMapper().readTree(folder.resolve("out/training.json").toFile());
        assertThat(training.at("/baseline/file").asText()).isEqualTo("baseline.pt");
        assertThat(training.at("/baseline/sha256").asText()).isEqualTo(Sha256.hex(baseline()));
        assertThat(TorchScriptArchive.read(folder.resolve("out/model.pt")).forward()).isEqualTo(archive(7).forward());
        assertThat(kept()).isEmpty();
    }

    @Test
    void whereItIsNotMeasuredThereIsNone() throws IOException {
        train("run-a", Map.of("/evaluation", "null"), 0);
        assertThat(folder.resolve("out/baseline.pt")).doesNotExist();
        assertThat(Files.readString(folder.resolve("out/training.json"))).doesNotContain("baseline");
    }

    @Test
    void leavesAsTheTrainedModelDoes() throws IOException {
        train("run-a", Map.of("/model", MODEL.replaceFirst("}$", ", \"normalization\": {\"mean\": [\"0.1\"], \"std\": [\"0.5\"]}}"),
                "/output/includeNormalization", "true"), 0);
        assertThat(TorchScriptArchive.read(folder.resolve("out/baseline.pt")).tensors().keySet()).contains("mean", "model.c1.weight")
                .isEqualTo(TorchScriptArchive.read(folder.resolve("out/model.pt")).tensors().keySet());
    }

    /** Four steps are an epoch, after which there is a checkpoint. */
    @Test
    void anAttemptThatGoesOnKeepsThatOfTheFirst() throws IOException {
        killed("run-a", Map.of(), 5);
        weights(8);
        train("run-a", Map.of(), 0);
        assertThat(baseline()).isEqualTo(archive(7).toBytes());
    }

    @Test
    void anAttemptThatBeginsAnewHasItsOwn() throws IOException {
        killed("run-a", Map.of(), 1);
        assertThat(kept()).hasSize(1);
        weights(8);
        train("run-a", Map.of(), 0);
        assertThat(baseline()).isEqualTo(archive(8).toBytes());
    }

    @Test
    void anotherRunsIsLeftAlone() throws IOException {
        killed("run-a", Map.of(), 5);
        weights(8);
        killed("run-b", Map.of(), 5);
        train("run-a", Map.of(), 0);
        assertThat(baseline()).isEqualTo(archive(7).toBytes());
        assertThat(kept()).as("of run-b").hasSize(1);
    }

    @Test
    void anOutputThatIsToBeOverwrittenStaysWholeUntilThen() throws IOException {
        train("run-a", Map.of(), 0);
        weights(8);
        killed("run-b", Map.of("/output/overwrite", "true"), 11);
        Artifact artifact = new Artifact(locations().output("output.uri", "pvc://models/out"), "run-a");
        assertThat(artifact.finished(true, false)).isPresent();
        train("run-b", Map.of("/output/overwrite", "true"), 0);
        assertThat(baseline()).isEqualTo(archive(8).toBytes());
        // Without it the artifact is not whole.
        Files.write(folder.resolve("out/baseline.pt"), new byte[1]);
        assertThat(new Artifact(locations().output("output.uri", "pvc://models/out"), "run-b").finished(true, false)).isEmpty();
    }

    private void killed(String runId, Map<String, String> changes, int step) {
        assertThatExceptionOfType(Killed.class).isThrownBy(() -> train(runId, changes, step));
    }

    /** @param killedAfter step after which the process vanishes, 0 for never */
    private void train(String runId, Map<String, String> changes, int killedAfter) {
        Map<String, String> all = new HashMap<>(Map.of("/model", MODEL, "/evaluation", "{\"baseline\": true}"));
        all.putAll(changes);
        Trainer.train(RunSpecs.digits(all), new TrainingContext(runId, 1, locations(), Cancellation.NEVER, new TrainingListener() {
            @Override
            public void step(Progress progress) {
                if (progress.step() == killedAfter) {
                    throw new Killed();
                }
            }
        }));
    }

    private Locations locations() {
        return new Locations(Map.of("models", folder), Map.of("models", folder), false);
    }

    private byte[] baseline() throws IOException {
        return Files.readAllBytes(folder.resolve("out/baseline.pt"));
    }

    private List<Path> kept() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("out/checkpoints"))) {
            return files.filter(file -> file.getFileName().toString().startsWith("baseline")).toList();
        }
    }

    private void weights(long seed) {
        try (OutputStream out = Files.newOutputStream(folder.resolve("start.safetensors"))) {
            Map<String, Tensor> tensors = archive(seed).tensors();
            new SafeTensors(Map.of(), new LinkedHashMap<>(tensors)).write(out);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static TorchScriptArchive archive(long seed) {
        RunSpec spec = RunSpecs.digits(Map.of());
        ModelSpec model = spec.model();
        return BuiltinModel.create(model.builtin(), ModelShape.of(model), seed);
    }
}
