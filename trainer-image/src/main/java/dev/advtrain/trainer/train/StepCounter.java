package dev.advtrain.trainer.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.evaluate.TrainingCost;
import dev.advtrain.trainer.storage.Location;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Counts the steps of every attempt, and what they took, in a small file written after each step, so that those of a process that was
 * killed are known to the next one. Survives the process, not the machine: nothing is computed from it. Where writing is
 * not cheap it is written every few seconds only, and such a count may be short by the steps of those.
 */
final class StepCounter {
    private static final Duration PAUSE = Duration.ofSeconds(10);
    private static final String FILE = "attempts.json";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Location file;
    private final String runId;
    private final Supplier<TrainingCost> cost;
    private final List<AttemptRecord> earlier;
    private TrainingCost earlierCost = TrainingCost.NONE;
    private final int attempt;
    private final long resumedFromStep;
    private long stepsDone;
    private long writtenAt;
    private boolean refused;

    StepCounter(Location folder, String runId, int attempt, long resumedFromStep) {
        this(folder, runId, attempt, resumedFromStep, () -> TrainingCost.NONE);
    }

    /**
     * @param folder of the checkpoints; a file of another run that lies there is replaced
     * @param cost of this attempt so far
     */
    StepCounter(Location folder, String runId, int attempt, long resumedFromStep, Supplier<TrainingCost> cost) {
        this.cost = cost;
        this.file = folder.child(FILE);
        this.runId = runId;
        this.attempt = attempt;
        this.resumedFromStep = resumedFromStep;
        this.earlier = read();
    }

    /** Whether an attempt of this run has been counted in the folder. */
    static boolean knows(Location folder, String runId) {
        return !new StepCounter(folder, runId, 0, 0).earlier.isEmpty();
    }

    /** Writes the file for the first time: storage that refuses to be written is found before any work is done. */
    void begin() {
        write();
    }

    void stepDone() {
        stepsDone++;
        if (file.storage().writesAreCheap() && !refused || System.nanoTime() - writtenAt >= PAUSE.toNanos()) {
            note();
        }
    }

    /** Writes what has been done. A count is not worth an attempt: what storage refuses now is written later or never. */
    void note() {
        try {
            write();
            refused = false;
        } catch (TrainerException e) {
            if (e.exitCode() != ExitCode.STORAGE) {
                throw e;
            }
            refused = true;
            writtenAt = System.nanoTime();
        }
    }

    /** All attempts so far, this one last. */
    List<AttemptRecord> attempts() {
        List<AttemptRecord> all = new ArrayList<>(earlier);
        all.add(new AttemptRecord(attempt, resumedFromStep, stepsDone));
        return all;
    }

    /** Of all attempts so far. */
    TrainingCost cost() {
        return earlierCost.plus(cost.get());
    }

    /** Removes what attempts of this run counted. */
    static void delete(Location folder, String runId) {
        if (knows(folder, runId)) {
            folder.child(FILE).delete();
        }
    }

    private void write() {
        ObjectNode root = JSON.createObjectNode().put("schemaVersion", 1).put("runId", runId);
        ArrayNode list = root.putArray("attempts");
        attempts().forEach(list::addPOJO);
        root.putPOJO("cost", cost());
        try {
            file.writeUnflushed(JSON.writeValueAsBytes(root));
            writtenAt = System.nanoTime();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<AttemptRecord> read() {
        if (!file.exists()) {
            return List.of();
        }
        List<AttemptRecord> found = new ArrayList<>();
        try {
            JsonNode root = JSON.readTree(file.readAll());
            if (root.path("runId").asText().equals(runId)) {
                for (JsonNode one : root.path("attempts")) {
                    found.add(JSON.treeToValue(one, AttemptRecord.class));
                }
                if (root.has("cost")) {
                    earlierCost = JSON.treeToValue(root.get("cost"), TrainingCost.class);
                }
            }
        } catch (IOException e) {
            // Torn by a machine that went down: the counts are lost, the checkpoints are not.
            return List.of();
        }
        return found;
    }
}
