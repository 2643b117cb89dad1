package dev.advtrain.api.v1alpha1.evaluation;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.advtrain.api.v1alpha1.ApiObject;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.ValidationRule;

/** How the hardened model is attacked. */
@ValidationRule(value = "!has(self.shards) || !has(self.samples) || self.shards <= self.samples",
        message = EvaluationSpec.SHARDS_MESSAGE, fieldPath = ".shards")
public record EvaluationSpec(
        @JsonPropertyDescription("Attacks to run. Quick (the default): FGSM, PGD-20 and APGD-CE.")
        Suite suite,

        @JsonPropertyDescription("Number of test examples to attack. Default: 1000, or all if there are known to be fewer.")
        @Min(1) @Max(10_000_000)
        Integer samples,

        @JsonPropertyDescription("Random (the default): drawn without replacement, the same for every attack. First: the first ones.")
        Sampling sampling,

        @JsonPropertyDescription("Number of pods the samples are spread over. Default: 1.")
        @Min(1) @Max(1000)
        Integer shards,

        @JsonPropertyDescription("Examples attacked at once. Default: 250. Verdicts do not depend on it but for rounding.")
        @Min(1) @Max(65_536)
        Integer batchSize) implements ApiObject {
    public static final String SHARDS_MESSAGE = "shards must be at most samples";
}
