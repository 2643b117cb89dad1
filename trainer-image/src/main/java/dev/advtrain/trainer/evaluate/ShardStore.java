package dev.advtrain.trainer.evaluate;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.contract.OutputFiles;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.storage.Location;
import java.io.IOException;
import java.util.Optional;


/** The verdicts of the shards in the output location, written by {@code evaluate} and read by {@code report}. */
final class ShardStore {
    private static final JsonMapper JSON = new JsonMapper();

    private final Location output;
    private final EvaluationPlan plan;
    private final String modelSha256;

    ShardStore(Location output, EvaluationPlan plan, String modelSha256) {
        this.output = output;
        this.plan = plan;
        this.modelSha256 = modelSha256;
    }

    void write(ShardResult result) {
        file(result.shard()).write(json(result));
        if (partialFile(result.shard()).exists()) {
            partialFile(result.shard()).delete();
        }
    }

    /** Of a shard that is not done: after every batch, so it waits for no medium. */
    void writePartial(ShardResult result) {
        partialFile(result.shard()).writeUnflushed(json(result));
    }

    private static byte[] json(ShardResult result) {
        try {
            return JSON.writeValueAsBytes(result);
        } catch (IOException e) {
            throw new IllegalStateException("verdicts cannot be written as JSON", e);
        }
    }

    /** What an earlier try left of a shard, by this run on this model; anything else there is ignored. */
    Optional<ShardResult> partial(int shard) {
        return optional(shard, partialFile(shard), false);
    }

    /** A shard that is already done, by this run on this model; anything else there is ignored. */
    Optional<ShardResult> finished(int shard) {
        return optional(shard, file(shard), true);
    }

    private Optional<ShardResult> optional(int shard, Location file, boolean whole) {
        try {
            return file.exists() ? Optional.of(read(shard, file, whole)) : Optional.empty();
        } catch (TrainerException e) {
            if (e.exitCode() == ExitCode.STORAGE) {
                throw e;
            }
            return Optional.empty();
        }
    }

    /**
     * How many samples all shards together have, as the first says.
     *
     * @throws TrainerException 65 where it is missing or not what evaluation writes
     */
    int samples() {
        return parse(0, existing(0)).samples();
    }

    /** @throws TrainerException 65 naming the shard, where it is missing or not what this run's evaluation writes */
    ShardResult read(int shard) {
        return read(shard, existing(shard), true);
    }

    private Location existing(int shard) {
        Location file = file(shard);
        if (!file.exists()) {
            throw new TrainerException(ExitCode.DATA, "shard " + shard + ": " + file.uri() + " is missing; expected "
                    + plan.evaluation().shards() + " shards");
        }
        return file;
    }

    private ShardResult read(int shard, Location file, boolean whole) {
        ShardResult result = parse(shard, file);
        new ShardCheck(plan, modelSha256, shard, file.uri(), whole).check(result);
        return result;
    }

    private static ShardResult parse(int shard, Location file) {
        ShardResult result;
        try {
            result = JSON.readValue(file.readAll(), ShardResult.class);
        } catch (IOException | IllegalArgumentException e) {
            throw new TrainerException(ExitCode.DATA, "shard " + shard + ": " + file.uri() + ": is not what evaluation writes", e);
        }
        if (result == null) {
            throw new TrainerException(ExitCode.DATA, "shard " + shard + ": " + file.uri() + ": is not what evaluation writes");
        }
        return result;
    }

    private Location file(int shard) {
        return output.child(plan.baseline() ? OutputFiles.baselineShard(shard) : OutputFiles.shard(shard));
    }

    private Location partialFile(int shard) {
        return output.child(plan.baseline() ? OutputFiles.partialBaselineShard(shard) : OutputFiles.partialShard(shard));
    }
}
