package dev.advtrain.api.v1alpha1.status;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.advtrain.api.v1alpha1.ApiObject;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** The shape of metav1.Condition. */
public record Condition(
        @JsonPropertyDescription("Accepted, Trained, Evaluated, Succeeded or Finished.")
        @Required @Pattern(TYPE) @Size(min = 1, max = 316)
        String type,

        @JsonPropertyDescription("True, False or Unknown.")
        @Required
        ConditionStatus status,

        @JsonPropertyDescription("metadata.generation the condition was set from.")
        @Min(0)
        Long observedGeneration,

        @JsonPropertyDescription("When status last changed, RFC 3339.")
        @Required @Size(max = 64)
        String lastTransitionTime,

        @JsonPropertyDescription("Why, as one word for programs.")
        @Required @Pattern(REASON) @Size(min = 1, max = 1024)
        String reason,

        @JsonPropertyDescription("Why, as a sentence for people.")
        @Required @Size(max = 32_768)
        String message) implements ApiObject {
    // Both as in metav1.Condition.
    private static final String TYPE =
            "^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$";
    private static final String REASON = "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$";
}
