package dev.advtrain.operator.model;

import dev.advtrain.contract.Command;
import dev.advtrain.resolve.Resolution.RetryLimits;
import dev.advtrain.resolve.Sha256;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import java.util.SortedSet;

/**
 * A resolved run of one AdversarialTrainingJob: everything its Jobs are made from.
 *
 * @param owner the job that owns every child
 * @param labels the job's own labels, copied to its Jobs (a queue is chosen this way)
 * @param trainJson canonical run spec without the test data
 * @param evaluateJson canonical run spec, whole
 * @param runId told to every pod and found in everything it writes
 * @param trainInputs where what training reads lies
 * @param testInputs where what the evaluation reads lies
 * @param output where the output goes
 * @param limits failures of each stage (evaluation: of each shard) and disruptions of all stages together that are
 *         followed by another attempt
 */
public record Run(
        Owner owner,
        Map<String, String> labels,
        String configMapName,
        String trainJson,
        String evaluateJson,
        String runId,
        Mounts trainInputs,
        Mounts testInputs,
        Mounts output,
        int shards,
        RetryLimits limits,
        Map<String, Quantity> requestedResources,
        Map<String, Quantity> resourceLimits) {

    /** The job's identity. */
    public record Owner(String apiVersion, String kind, String namespace, String name, String uid) {
        OwnerReference reference() {
            return new OwnerReferenceBuilder()
                    .withApiVersion(apiVersion)
                    .withKind(kind)
                    .withName(name)
                    .withUid(uid)
                    .withController(true)
                    .withBlockOwnerDeletion(true)
                    .build();
        }
    }

    /** SHA-256 of the whole run spec, in hexadecimal. */
    public String hash() {
        return Sha256.hex(evaluateJson);
    }

    String json(Command stage) {
        return stage == Command.TRAIN ? trainJson : evaluateJson;
    }

    Mounts inputs(Command stage) {
        return switch (stage) {
            case TRAIN -> trainInputs;
            case EVALUATE -> testInputs;
            case REPORT -> Mounts.none();
        };
    }

    /** The Secrets that its pods mount. */
    public SortedSet<String> secrets() {
        return trainInputs.and(testInputs).and(output).secrets();
    }
}
