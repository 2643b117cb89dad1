package dev.advtrain.api.v1alpha1.status;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.advtrain.api.v1alpha1.ApiObject;
import dev.advtrain.api.v1alpha1.evaluation.Suite;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** What became of a job. No number is shown for a run that is not whole. */
public record AdversarialTrainingJobStatus(
        @JsonPropertyDescription("metadata.generation this status was made from.")
        Long observedGeneration,

        @JsonPropertyDescription("Pending, Training, Evaluating, Reporting, Succeeded, Rejected or Failed.")
        Phase phase,

        @JsonPropertyDescription("The threat models in short, such as \"Linf 0.1, L2 1.5\".")
        @Size(max = 1024)
        String threatSummary,

        @JsonPropertyDescription("Attacks the accuracies come from.")
        Suite suite,

        @JsonPropertyDescription("Number of test examples attacked.")
        Integer samples,

        @JsonPropertyDescription("Share of samples right on unchanged inputs, from 0 to 1.")
        @Size(max = 32)
        String cleanAccuracy,

        @JsonPropertyDescription("Share of samples right under every attack of every threat model, from 0 to 1; an upper bound.")
        @Size(max = 32)
        String robustAccuracy,

        @JsonPropertyDescription("Interval of robustAccuracy (Clopper-Pearson, rounded outwards).")
        ConfidenceInterval confidenceInterval,

        @JsonPropertyDescription("One result a threat model.")
        @Size(max = 8)
        List<ThreatModelResult> results,

        @JsonPropertyDescription("The incoming model, before it was hardened, on the same samples. Absent where it was not measured.")
        Baseline baseline,

        @JsonPropertyDescription("Whether attacks may have failed for misleading gradients only, so that robustAccuracy says too much.")
        GradientMasking gradientMasking,

        @JsonPropertyDescription("The hardened model.")
        Artifact artifact,

        @JsonPropertyDescription("What it took.")
        Cost cost,

        @JsonPropertyDescription("The run spec that was made of this job. Once set, spec is immutable.")
        Resolved resolved,

        @JsonPropertyDescription("The latest Job of each step.")
        Jobs jobs,

        @JsonPropertyDescription("Attempts that did not finish.")
        Attempts attempts,

        @JsonPropertyDescription("What a person should know although nothing failed.")
        @Size(max = 64)
        List<String> warnings,

        @JsonPropertyDescription("When the first Job was created, RFC 3339.")
        @Size(max = 64)
        String startTime,

        @JsonPropertyDescription("When the job ended, RFC 3339.")
        @Size(max = 64)
        String completionTime,

        @JsonPropertyDescription("Accepted, Trained, Evaluated, Succeeded, Finished (True whatever the outcome). True is good.")
        @Size(max = 16)
        List<Condition> conditions) implements ApiObject {

    public record Baseline(
            @JsonPropertyDescription("Number of test examples attacked.")
            Integer samples,

            @JsonPropertyDescription("Share of samples right on unchanged inputs.")
            @Size(max = 32)
            String cleanAccuracy,

            @JsonPropertyDescription("Share of samples right under every attack of every threat model; an upper bound.")
            @Size(max = 32)
            String robustAccuracy,

            @JsonPropertyDescription("Interval of robustAccuracy (Clopper-Pearson, rounded outwards).")
            ConfidenceInterval confidenceInterval) implements ApiObject {
    }

    public record Artifact(
            @JsonPropertyDescription("Where the TorchScript model is.")
            @Size(max = 1024)
            String uri,

            @JsonPropertyDescription("SHA-256 of the TorchScript model.")
            @Size(max = 64)
            String sha256,

            @JsonPropertyDescription("Where report.json is.")
            @Size(max = 1024)
            String reportUri,

            @JsonPropertyDescription("The epoch the model was taken from, counted from 1.")
            Integer selectedEpoch) implements ApiObject {
    }

    public record Resolved(
            @JsonPropertyDescription("SHA-256 of the whole run spec.")
            @Size(max = 64)
            String hash,

            @JsonPropertyDescription("The ConfigMap that holds it.")
            @Size(max = 253)
            String configMapName,

            @JsonPropertyDescription("What every file and message of this run carries.")
            @Size(max = 256)
            String runId) implements ApiObject {
    }

    public record Jobs(
            @Size(max = 63) String train,
            @Size(max = 63) String evaluate,
            @Size(max = 63) String report) implements ApiObject {
    }

    public record Attempts(
            @JsonPropertyDescription("Attempts that failed and counted against backoffLimit.")
            Integer failures,

            @JsonPropertyDescription("Attempts that were disrupted and counted against maxDisruptions.")
            Integer disruptions) implements ApiObject {
    }
}
