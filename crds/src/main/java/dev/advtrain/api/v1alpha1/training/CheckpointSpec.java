package dev.advtrain.api.v1alpha1.training;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.advtrain.api.v1alpha1.ApiObject;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;

/** When training saves its state. It does so after every epoch and on SIGTERM in any case. */
public record CheckpointSpec(
        @JsonPropertyDescription("Seconds between two checkpoints. Default: 600.")
        @Min(1) @Max(86_400)
        Integer intervalSeconds,

        @JsonPropertyDescription("Keep the checkpoints of a job that is done. Default: false.")
        Boolean keep) implements ApiObject {
}
