package dev.advtrain.api.v1alpha1.status;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.advtrain.api.v1alpha1.ApiObject;
import io.fabric8.generator.annotation.Size;

/** Clopper-Pearson interval of a robust accuracy, rounded outwards. */
public record ConfidenceInterval(
        @JsonPropertyDescription("Confidence level, such as \"0.95\".")
        @Size(max = 32)
        String level,

        @JsonPropertyDescription("Lower bound.")
        @Size(max = 32)
        String lower,

        @JsonPropertyDescription("Upper bound.")
        @Size(max = 32)
        String upper) implements ApiObject {
}
