package dev.advtrain.trainer.evaluate;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelKind;
import dev.advtrain.trainer.tensor.Environment;
import java.util.List;
import java.util.SortedMap;

/**
 * {@code shards/I.json}: the verdicts of one slice; {@code shards/I.partial.json}: those of a slice that is not done yet.
 *
 * @param modelSha256 of the model that was attacked
 * @param samples of all shards together
 * @param indices of the examples in the test data, in the order of the verdicts
 * @param clean without an attack
 * @param unsound why the incoming model has no verdicts, which it then has not; else null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ShardResult(int schemaVersion, String runId, String modelSha256, int shard, int shards, int samples, Range range,
        long[] indices, SortedMap<String, String> testData, CleanVerdicts clean, List<ThreatModelVerdicts> threatModels,
        Environment environment, String unsound) {

    /**
     * @param attacks in the order they were run, each on what those before had left
     * @param predicted the class each example is given in the end, by the model under attack
     * @param pictures of some examples that were broken
     * @param probes each alone, for the masking checks and over other budgets
     */
    record ThreatModelVerdicts(ThreatModelKind kind, String name, List<AttackVerdicts> attacks, int[] predicted, List<Picture> pictures,
            List<AttackVerdicts> probes) {}

    /**
     * @param done examples it has been run on, of those it is to be run on, in order
     * @param survivors right under this attack and those before; a probe has none before it. Examples not done yet are among them
     * @param unstable candidates that counted as found once, but that a fresh forward pass classified right
     * @param forwards examples that went forward only
     * @param gradients examples that went forward and backward
     */
    record AttackVerdicts(String name, int done, Verdicts survivors, int unstable, long forwards, long gradients, double seconds) {}
}
