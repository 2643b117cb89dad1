package dev.advtrain.api.v1alpha1.training;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.advtrain.api.v1alpha1.ApiObject;
import dev.advtrain.api.v1alpha1.evaluation.AcceptanceSpec;
import dev.advtrain.api.v1alpha1.evaluation.EvaluationSpec;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** What is wanted. Optional fields take the built-in defaults of {@code dev.advtrain.resolve}. */
public record AdversarialTrainingJobSpec(
        @JsonPropertyDescription("The threat model to harden against.")
        @Required @Size(min = 1, max = 1)
        List<ThreatModelReference> threatModels,

        @JsonPropertyDescription("The model to harden.")
        @Required
        ModelSpec model,

        @JsonPropertyDescription("What to train and to test on.")
        @Required
        DataSpec data,

        @JsonPropertyDescription("How to train.")
        TrainingSpec training,

        @JsonPropertyDescription("How to measure the hardened model.")
        EvaluationSpec evaluation,

        @JsonPropertyDescription("Gates. A model that misses one is Rejected; without gates every finished job succeeds.")
        AcceptanceSpec acceptance,

        @JsonPropertyDescription("Where the hardened model and its reports go.")
        @Required
        OutputSpec output,

        @JsonPropertyDescription("Compute resources of each pod. The number of threads follows limits.cpu.")
        ResourcesSpec resources,

        @JsonPropertyDescription("When training saves its state.")
        CheckpointSpec checkpoint,

        @JsonPropertyDescription("Failed attempts that are retried before the job fails. Default: 3.")
        @Min(0) @Max(100)
        Integer backoffLimit,

        @JsonPropertyDescription("Disruptions (evictions, preemptions, drained nodes) after which the job fails. Default: 100.")
        @Min(0) @Max(10_000)
        Integer maxDisruptions) implements ApiObject {
}
