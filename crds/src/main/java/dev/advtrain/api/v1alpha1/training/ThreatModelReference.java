package dev.advtrain.api.v1alpha1.training;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.advtrain.api.v1alpha1.ApiGroup;
import dev.advtrain.api.v1alpha1.ApiObject;
import dev.advtrain.api.v1alpha1.Patterns;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelKind;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** A ThreatModel of the job's namespace, or a ClusterThreatModel. */
public record ThreatModelReference(
        @JsonPropertyDescription("ThreatModel (the default, of the job's namespace) or ClusterThreatModel.")
        ThreatModelKind kind,

        @JsonPropertyDescription("Its metadata.name.")
        @Required @Pattern(Patterns.OBJECT_NAME) @Size(min = 1, max = ApiGroup.MAX_NAME_LENGTH)
        String name) implements ApiObject {
}
