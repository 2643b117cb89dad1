package dev.advtrain.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.advtrain.trainer.tensor.Environment;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.storage.Location;
import dev.advtrain.trainer.storage.Locations;
import dev.advtrain.trainer.tensor.SafeTensors.ElementType;
import dev.advtrain.trainer.tensor.SafeTensors.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointStoreTest {
    @TempDir
    Path folder;

    private final List<String> warnings = new ArrayList<>();
    private Location location;
    private CheckpointStore store;

    @BeforeEach
    void open() {
        location = new Locations(Map.of(), Map.of("models", folder), false).output("output.uri", "pvc://models/checkpoints");
        store = open("run-a");
    }

    private CheckpointStore open(String runId) {
        return new CheckpointStore(location, runId, warnings::add);
    }

    @Test
    void returnsTheNewestAndKeepsTwo() {
        assertThat(store.latest()).isEmpty();
        for (int step = 1; step <= 4; step++) {
            store.save(checkpoint("run-a", step));
        }
        Checkpoint latest = open("run-a").latest().orElseThrow();
        assertThat(latest.state()).isEqualTo(checkpoint("run-a", 4).state());
        assertThat(latest.tensors().get("model/l1.weight").data().get(0)).isEqualTo((byte) 4);
        assertThat(location.list()).containsExactly("checkpoint-3.json", "checkpoint-3.safetensors", "checkpoint-4.json",
                "checkpoint-4.safetensors");
        assertThat(warnings).isEmpty();
    }

    @Test
    void usesTheOneBeforeWhereTheNewestIsTorn() throws IOException {
        for (String torn : List.of("safetensors", "json")) {
            store.deleteAll();
            warnings.clear();
            store.save(checkpoint("run-a", 1));
            store.save(checkpoint("run-a", 2));
            Path file = folder.resolve("checkpoints/checkpoint-2." + torn);
            byte[] content = Files.readAllBytes(file);
            Files.write(file, Arrays.copyOf(content, content.length / 2));
            assertThat(open("run-a").latest().orElseThrow().state().step()).isEqualTo(1);
            assertThat(warnings).singleElement().asString().contains("checkpoint-2.json").contains("torn");
        }
    }

    @Test
    void seesOneChangedByte() throws IOException {
        store.save(checkpoint("run-a", 1));
        Path file = folder.resolve("checkpoints/checkpoint-1.safetensors");
        byte[] content = Files.readAllBytes(file);
        content[content.length - 1] ^= 1;
        Files.write(file, content);
        assertThat(open("run-a").latest()).isEmpty();
    }

    @Test
    void aTornCheckpointDoesNotPushOutTheWholeOne() throws IOException {
        store.save(checkpoint("run-a", 1));
        store.save(checkpoint("run-a", 2));
        Files.write(folder.resolve("checkpoints/checkpoint-2.safetensors"), new byte[3]);
        CheckpointStore next = open("run-a");
        assertThat(next.latest().orElseThrow().state().step()).isEqualTo(1);
        next.save(checkpoint("run-a", 3));
        assertThat(location.list()).containsExactly("checkpoint-1.json", "checkpoint-1.safetensors", "checkpoint-3.json",
                "checkpoint-3.safetensors");
    }

    @Test
    void ignoresAndLeavesThoseOfAnotherRun() {
        open("run-b").save(checkpoint("run-b", 9));
        assertThat(store.latest()).isEmpty();
        store.save(checkpoint("run-a", 1));
        store.deleteAll();
        assertThat(open("run-b").latest().map(found -> found.state().step())).isEqualTo(Optional.of(9L));
        assertThat(warnings).isEmpty();
    }

    @Test
    void aFullDiskLeavesTheOneBefore() {
        store.save(checkpoint("run-a", 1));
        for (String refused : List.of(".safetensors", ".json")) {
            Location full = new Location(new FullStorage(location.storage(), path -> path.endsWith(refused)), location.path());
            CheckpointStore failing = new CheckpointStore(full, "run-a", warnings::add);
            assertThatExceptionOfType(TrainerException.class).isThrownBy(() -> failing.save(checkpoint("run-a", 2)))
                    .satisfies(e -> assertThat(e.exitCode()).isEqualTo(ExitCode.STORAGE))
                    .withMessageContaining("No space left on device");
            assertThat(open("run-a").latest().orElseThrow().state().step()).isEqualTo(1);
        }
    }

    private static Checkpoint checkpoint(String runId, long step) {
        SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
        ByteBuffer data = ByteBuffer.allocate(4000).put(0, (byte) step);
        tensors.put("model/l1.weight", new Tensor(ElementType.F32, new long[] {1000}, data));
        return new Checkpoint(new TrainingState(runId, 2, step, List.of(new EpochRecord(1, 2.25, 0.5, null, 0.1, 0.05, 100)),
                0.1 + 0.2, 128, new Candidate(1, 0.5, 0.25), new Environment(2, "AVX2"), List.of("a warning")), tensors);
    }
}
