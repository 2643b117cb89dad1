package dev.advtrain.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.advtrain.trainer.evaluate.TrainingCost;
import dev.advtrain.trainer.storage.Location;
import dev.advtrain.trainer.storage.Locations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StepCounterTest {
    @TempDir
    Path folder;

    private Location location;

    @BeforeEach
    void open() {
        location = new Locations(Map.of(), Map.of("models", folder), false).output("output.uri", "pvc://models/checkpoints");
    }

    @Test
    void theNextAttemptKnowsTheStepsOfOneThatWasKilled() {
        StepCounter first = new StepCounter(location, "run-a", 1, 0);
        first.stepDone();
        first.stepDone();
        // Nothing is closed: the process is gone.
        StepCounter second = new StepCounter(location, "run-a", 2, 1);
        second.stepDone();
        assertThat(second.attempts()).containsExactly(new AttemptRecord(1, 0, 2), new AttemptRecord(2, 1, 1));
        assertThat(new StepCounter(location, "run-a", 3, 2).attempts()).hasSize(3);
    }

    @Test
    void aCountThatCannotBeWrittenEndsNothing() {
        boolean[] full = new boolean[1];
        Location filling = new Location(new FullStorage(location.storage(), _ -> full[0]), location.path());
        StepCounter counter = new StepCounter(filling, "run-a", 1, 0);
        counter.begin();
        full[0] = true;
        counter.stepDone();
        counter.stepDone();
        full[0] = false;
        counter.note();
        assertThat(new StepCounter(location, "run-a", 2, 2).attempts().getFirst()).isEqualTo(new AttemptRecord(1, 0, 2));
    }

    @Test
    void whatAttemptsTookAddsUp() {
        new StepCounter(location, "run-a", 1, 0, () -> new TrainingCost(10, 8, 100, 1)).stepDone();
        StepCounter second = new StepCounter(location, "run-a", 2, 1, () -> new TrainingCost(5, 4, 50, 0.5));
        second.stepDone();
        assertThat(second.cost()).isEqualTo(new TrainingCost(15, 12, 150, 1.5));
        assertThat(new StepCounter(location, "run-a", 3, 2).cost()).isEqualTo(second.cost());
        assertThat(new StepCounter(location, "run-b", 1, 0).cost()).isEqualTo(TrainingCost.NONE);
    }

    @Test
    void anotherRunsFileAndATornOneCountNothing() throws IOException {
        new StepCounter(location, "run-b", 1, 0).stepDone();
        assertThat(new StepCounter(location, "run-a", 1, 0).attempts()).containsExactly(new AttemptRecord(1, 0, 0));
        Files.writeString(folder.resolve("checkpoints/attempts.json"), "{\"runId\":\"run-a\",\"att");
        assertThat(new StepCounter(location, "run-a", 1, 0).attempts()).containsExactly(new AttemptRecord(1, 0, 0));
    }
}
