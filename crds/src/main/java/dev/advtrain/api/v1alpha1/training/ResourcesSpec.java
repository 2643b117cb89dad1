package dev.advtrain.api.v1alpha1.training;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.advtrain.api.v1alpha1.ApiObject;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;

/** Compute resources of each pod, as in a container of a pod. */
public record ResourcesSpec(
        @JsonPropertyDescription("What is reserved, such as {cpu: 2, memory: 2Gi}.")
        @Size(max = 16)
        Map<String, Quantity> requests,

        @JsonPropertyDescription("What must not be exceeded, such as {cpu: 2, memory: 2Gi}.")
        @Size(max = 16)
        Map<String, Quantity> limits) implements ApiObject {
}
