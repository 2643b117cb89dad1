package dev.advtrain.resolve;

import dev.advtrain.api.v1alpha1.ApiObject;
import dev.advtrain.api.v1alpha1.evaluation.AcceptanceSpec;
import dev.advtrain.api.v1alpha1.evaluation.EvaluationSpec;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelKind;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelSpec;
import dev.advtrain.api.v1alpha1.training.AdversarialTrainingJobSpec;
import dev.advtrain.api.v1alpha1.training.CheckpointSpec;
import dev.advtrain.api.v1alpha1.training.DataSpec;
import dev.advtrain.api.v1alpha1.training.ModelSpec;
import dev.advtrain.api.v1alpha1.training.OutputSpec;
import dev.advtrain.api.v1alpha1.training.TrainingSpec;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/**
 * Everything a run needs, with every default filled in: the types are those of the API, but no field that has a default
 * is null, except what follows the budget of each threat model or the number of test examples: step sizes, the number of samples. {@code data.test}
 * and {@code acceptance} are null in the part that training sees; so is {@code evaluation}, but for {@code baseline} where that is true.
 */
public record RunSpec(
        @Required Job job,
        @Required @Size(min = 1, max = AdversarialTrainingJobSpec.MAX_THREAT_MODELS) List<ResolvedThreatModel> threatModels,
        @Required ModelSpec model,
        @Required DataSpec data,
        TrainingSpec training,
        EvaluationSpec evaluation,
        AcceptanceSpec acceptance,
        @Required OutputSpec output,
        CheckpointSpec checkpoint) implements ApiObject {

    private static final EvaluationSpec BASELINE_ALONE = new EvaluationSpec(null, null, null, null, null, null, true);

    /** Whether it is what {@link #forTraining()} gives: nothing can be evaluated by it. */
    public boolean onlyForTraining() {
        return data.test() == null;
    }

    /** Whose run it is. */
    public record Job(@Size(max = 253) String namespace, @Required @Size(max = 253) String name) implements ApiObject {
    }

    /** A threat model as it was when the job was resolved. */
    public record ResolvedThreatModel(
            @Required ThreatModelKind kind,
            @Required @Size(max = 253) String name,
            @Required ThreatModelSpec spec) implements ApiObject {
    }

    /** The part training sees: no test location, no gates, of evaluation only that the incoming model is to be kept for it. */
    public RunSpec forTraining() {
        return new RunSpec(job, threatModels, model, new DataSpec(data.train(), null, data.validationFraction(), data.augmentation()), training,
                evaluation != null && evaluation.measuresBaseline() ? BASELINE_ALONE : null, null, output, checkpoint);
    }

    /** The text of {@code train.json}. */
    public String trainJson() {
        return CanonicalJson.write(forTraining());
    }

    /** The text of {@code evaluate.json}: the whole run spec. */
    public String evaluateJson() {
        return CanonicalJson.write(this);
    }

    /** SHA-256 of {@code evaluate.json}, in hexadecimal. */
    public String hash() {
        return Sha256.hex(evaluateJson());
    }

    /** What every file and message of the run carries. {@code job}: the UID of the job; its name without a cluster. */
    public String runId(String job) {
        return runId(job, hash());
    }

    /** The same of a run spec of which only the hash is at hand. */
    public static String runId(String job, String hash) {
        return job + "-" + hash;
    }
}
