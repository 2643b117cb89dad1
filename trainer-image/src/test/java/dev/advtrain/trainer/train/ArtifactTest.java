package dev.advtrain.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.advtrain.trainer.tensor.Environment;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.evaluate.TrainingCost;
import dev.advtrain.trainer.storage.Location;
import dev.advtrain.trainer.storage.Locations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactTest {
    @TempDir
    Path folder;

    private Location output;

    @BeforeEach
    void open() {
        output = new Locations(Map.of(), Map.of("models", folder), false).output("output.uri", "pvc://models/out");
    }

    @Test
    void aFinishedRunIsFoundAgain() {
        write("run-a");
        Artifact artifact = new Artifact(output, "run-a");
        TrainingReport report = artifact.finished(false, false).orElseThrow();
        TrainingResult result = artifact.result(report);
        assertThat(result.modelUri()).isEqualTo("pvc://models/out/model.pt");
        assertThat(result.stepsDone()).isEqualTo(12);
        assertThat(result.steps()).isEqualTo(10);
        assertThat(result.attempt()).isEqualTo(2);
    }

    @Test
    void aModelThatIsNotWholeIsMadeAgain() throws IOException {
        write("run-a");
        Files.write(folder.resolve("out/model.pt"), new byte[2]);
        assertThat(new Artifact(output, "run-a").finished(true, false)).isEmpty();
        Files.delete(folder.resolve("out/model.pt"));
        assertThat(new Artifact(output, "run-a").finished(true, false)).isEmpty();
    }

    @Test
    void anotherRunsArtifactIsOnlyReplacedWhenAsked() {
        write("run-a");
        Artifact other = new Artifact(output, "run-b");
        assertThatExceptionOfType(TrainerException.class).isThrownBy(() -> other.finished(false, false))
                .satisfies(e -> assertThat(e.exitCode()).isEqualTo(ExitCode.OUTPUT_TAKEN))
                .withMessageContaining("output.uri: pvc://models/out holds the artifact of run run-a")
                .withMessageContaining("output.overwrite");
        assertThat(other.finished(false, true)).isEmpty();
    }

    @Test
    void anotherRunsArtifactIsNotReplacedThatCameInTheMeantime() {
        Artifact late = new Artifact(output, "run-b");
        assertThat(late.finished(false, false)).isEmpty();
        write("run-a");
        assertThatExceptionOfType(TrainerException.class).isThrownBy(() -> late.begin(false))
                .satisfies(e -> assertThat(e.exitCode()).isEqualTo(ExitCode.OUTPUT_TAKEN));
        assertThat(new Artifact(output, "run-a").finished(false, false)).isPresent();
        late.begin(true);
        assertThat(output.child("training.json").exists()).isFalse();
    }

    @Test
    void nothingOfTheRunThatIsReplacedStays() {
        write("run-a");
        for (String name : List.of("model.safetensors", "baseline.pt", "report.json", "shards/0.json", "shards/12.json", "shards/0.baseline.json",
                "shards/1.baseline.partial.json", "shards/notes.txt", "notes.txt")) {
            output.child(name).write(new byte[1]);
        }
        new Artifact(output, "run-b").begin(true);
        assertThat(output.list()).containsExactly("notes.txt");
        assertThat(output.child("shards").list()).containsExactly("notes.txt");
    }

    @Test
    void aCrashWhileReplacingLeavesNothingThatLooksWhole() {
        write("run-a");
        Location stuck = output.child("report.json/x");
        stuck.write(new byte[1]);
        assertThatExceptionOfType(TrainerException.class).isThrownBy(() -> new Artifact(output, "run-b").begin(true))
                .withMessageContaining("report.json: deleting failed");
        assertThat(output.list()).containsExactly("model.pt");
        assertThat(new Artifact(output, "run-a").finished(true, false)).isEmpty();
        stuck.delete();
        new Artifact(output, "run-b").begin(true);
        assertThat(output.list()).isEmpty();
    }

    @Test
    void aModelWithoutReportIsOursOnlyIfWeBegan() {
        write("run-a");
        output.child("training.json").delete();
        Artifact artifact = new Artifact(output, "run-a");
        assertThat(artifact.finished(true, false)).isEmpty();
        assertThatExceptionOfType(TrainerException.class).isThrownBy(() -> artifact.finished(false, false))
                .withMessageContaining("a model.pt without training.json");
    }

    private void write(String runId) {
        Artifact artifact = new Artifact(output, runId);
        artifact.begin(false);
        TrainingReport.OutputFile model = artifact.write("model.pt", out -> out.write(new byte[100]));
        artifact.finish(new TrainingReport(runId, model, null, null, 1, List.of(new EpochRecord(1, 2.25, 0.5, 0.25, 0.1, 0.05, 100)), null, 10,
                List.of(new AttemptRecord(1, 0, 5), new AttemptRecord(2, 3, 7)), TrainingCost.NONE, new TreeMap<>(Map.of("images", "00")),
                new Environment(2, "AVX2"), 0, List.of()));
    }
}
