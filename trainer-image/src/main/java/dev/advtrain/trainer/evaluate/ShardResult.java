package dev.advtrain.trainer.evaluate;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelKind;
import java.util.List;
import java.util.SortedMap;

/**
 * {@code shards/I.json}: the verdicts of one slice.
 *
 * @param modelSha256 of the model that was attacked
 * @param samples of all shards together
 * @param indices of the examples in the test data, in the order of the verdicts
 * @param clean right without an attack
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ShardResult(int schemaVersion, String runId, String modelSha256, int shard, int shards, int samples, Range range,
        long[] indices, SortedMap<String, String> testData, Verdicts clean, List<ThreatModelVerdicts> threatModels,
        int threads) {

    /** @param attacks in the order they were run, each on what those before had left */
    record ThreatModelVerdicts(ThreatModelKind kind, String name, List<AttackVerdicts> attacks) {}

    /**
     * @param survivors right under this attack and those before
     * @param unstable candidates that counted as found once, but that a fresh forward pass classified right
     * @param forwards examples that went forward only
     * @param gradients examples that went forward and backward
     */
    record AttackVerdicts(String name, Verdicts survivors, int unstable, long forwards, long gradients, double seconds) {}
}
