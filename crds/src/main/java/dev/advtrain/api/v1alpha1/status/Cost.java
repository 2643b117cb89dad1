package dev.advtrain.api.v1alpha1.status;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.advtrain.api.v1alpha1.ApiObject;
import io.fabric8.generator.annotation.Nullable;
import io.fabric8.generator.annotation.Size;

/** What hardening a model and measuring it took. */
public record Cost(
        @JsonPropertyDescription("Seconds that a device was at work, over all devices and attempts: training with its validations, and attacks. "
                + "A device is a GPU, or without one the CPUs of one pod.")
        Long deviceSeconds,

        @JsonPropertyDescription("Training examples a second, without validation. Absent where the run trained nothing.")
        @Size(max = 32)
        @Nullable String imagesPerSecond,

        @JsonPropertyDescription("Time of a training step, crafting included, over that of a step of standard training on the same batch "
                + "with the same optimizer, which is timed at the start of each attempt. Absent where the run trained nothing.")
        @Size(max = 32)
        @Nullable String timesStandardTraining) implements ApiObject {
}
