package dev.advtrain.trainer.evaluate;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.advtrain.api.v1alpha1.evaluation.EvaluationSpec;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.contract.OutputFiles;
import dev.advtrain.resolve.RunSpec;
import dev.advtrain.resolve.RunSpec.ResolvedThreatModel;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.attack.Attack;
import dev.advtrain.trainer.evaluate.ShardResult.AttackVerdicts;
import dev.advtrain.trainer.evaluate.ShardResult.ThreatModelVerdicts;
import dev.advtrain.trainer.storage.Location;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The verdicts of the shards in the output location, written by {@code evaluate} and read by {@code report}. */
final class ShardStore {
    private static final JsonMapper JSON = new JsonMapper();

    private final Location output;
    private final RunSpec run;
    private final String runId;
    private final String modelSha256;

    ShardStore(Location output, RunSpec run, String runId, String modelSha256) {
        this.output = output;
        this.run = run;
        this.runId = runId;
        this.modelSha256 = modelSha256;
    }

    void write(ShardResult result) {
        try {
            file(result.shard()).write(JSON.writeValueAsBytes(result));
        } catch (IOException e) {
            throw new IllegalStateException("verdicts cannot be written as JSON", e);
        }
    }

    /** A shard that is already done, by this run on this model; anything else there is ignored. */
    Optional<ShardResult> finished(int shard) {
        try {
            return file(shard).exists() ? Optional.of(read(shard)) : Optional.empty();
        } catch (TrainerException e) {
            if (e.exitCode() == ExitCode.STORAGE) {
                throw e;
            }
            return Optional.empty();
        }
    }

    /** @throws TrainerException 65 naming the shard, where it is missing or not what this run's evaluation writes */
    ShardResult read(int shard) {
        Location file = file(shard);
        if (!file.exists()) {
            throw new TrainerException(ExitCode.DATA, "shard " + shard + ": " + file.uri() + " is missing; expected "
                    + run.evaluation().shards() + " shards");
        }
        ShardResult result;
        try {
            result = JSON.readValue(file.readAll(), ShardResult.class);
        } catch (IOException | IllegalArgumentException e) {
            throw new TrainerException(ExitCode.DATA, "shard " + shard + ": " + file.uri() + ": is not what evaluation writes", e);
        }
        check(shard, file, result);
        return result;
    }

    private void check(int shard, Location file, ShardResult result) {
        EvaluationSpec evaluation = run.evaluation();
        Range range = Range.of(shard, evaluation.shards(), evaluation.samples());
        if (result == null) {
            throw bad(shard, file, "is not what evaluation writes");
        }
        require(shard, file, "schemaVersion", result.schemaVersion(), OutputFiles.SCHEMA_VERSION);
        require(shard, file, "runId", result.runId(), runId);
        require(shard, file, "modelSha256", result.modelSha256(), modelSha256);
        require(shard, file, "shard", result.shard(), shard);
        require(shard, file, "shards", result.shards(), evaluation.shards());
        require(shard, file, "samples", result.samples(), evaluation.samples());
        require(shard, file, "range", result.range(), range);
        require(shard, file, "number of indices", result.indices() == null ? null : result.indices().length, range.size());
        if (result.testData() == null) {
            throw bad(shard, file, "testData is missing; expected the digests of data.test");
        }
        require(shard, file, "threatModels", names(result.threatModels(), ThreatModelVerdicts::name),
                run.threatModels().stream().map(ResolvedThreatModel::name).toList());
        if (result.clean() == null || result.clean().length() > range.size()) {
            throw bad(shard, file, "clean has no verdicts, or more than the range");
        }
        for (int t = 0; t < run.threatModels().size(); t++) {
            checkAttacks(shard, file, result.clean(), result.threatModels().get(t), run.threatModels().get(t));
        }
    }

    /** An attack that is left out would make the model look more robust than it is. */
    private void checkAttacks(int shard, Location file, Verdicts clean, ThreatModelVerdicts threatModel, ResolvedThreatModel expected) {
        List<String> names = names(threatModel.attacks(), AttackVerdicts::name);
        require(shard, file, "attacks of " + expected.name(), names, Evaluation.suite(run, expected).stream().map(Attack::name).toList());
        Verdicts before = clean;
        for (AttackVerdicts attack : threatModel.attacks()) {
            if (attack.survivors() == null || !attack.survivors().within(before)) {
                throw bad(shard, file, "an example survives " + attack.name() + " of " + names + " that was lost before it");
            }
            before = attack.survivors();
        }
    }

    /** Whatever the file holds: nothing where it holds no list, null for a null in it. */
    private static <T> List<String> names(List<T> list, Function<T, String> name) {
        return list == null ? null : list.stream().map(one -> one == null ? null : name.apply(one)).toList();
    }

    private static void require(int shard, Location file, String field, Object found, Object expected) {
        if (!expected.equals(found)) {
            throw bad(shard, file, field + " is " + found + "; expected " + expected);
        }
    }

    private static TrainerException bad(int shard, Location file, String problem) {
        return new TrainerException(ExitCode.DATA, "shard " + shard + ": " + file.uri() + ": " + problem);
    }

    private Location file(int shard) {
        return output.child(OutputFiles.shard(shard));
    }
}
