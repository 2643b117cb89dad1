package dev.advtrain.api.v1alpha1.status;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.advtrain.api.v1alpha1.ApiObject;
import dev.advtrain.api.v1alpha1.evaluation.Suite;
import dev.advtrain.api.v1alpha1.threatmodel.Knowledge;
import dev.advtrain.api.v1alpha1.threatmodel.Norm;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelKind;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** What was measured against one threat model. */
public record ThreatModelResult(
        @JsonPropertyDescription("ThreatModel or ClusterThreatModel.")
        @Required
        ThreatModelKind kind,

        @JsonPropertyDescription("Its metadata.name.")
        @Required @Size(max = 253)
        String name,

        @JsonPropertyDescription("Norm of the perturbation.")
        Norm norm,

        @JsonPropertyDescription("Budget, as written in the threat model.")
        @Size(max = 32)
        String epsilon,

        @JsonPropertyDescription("What the attacker knew.")
        Knowledge knowledge,

        @JsonPropertyDescription("Attacks that were run.")
        Suite suite,

        @JsonPropertyDescription("Number of examples attacked.")
        Integer samples,

        @JsonPropertyDescription("Share right on unchanged inputs.")
        @Size(max = 32)
        String cleanAccuracy,

        @JsonPropertyDescription("Share right under every attack; an upper bound of the true robustness.")
        @Size(max = 32)
        String robustAccuracy,

        @JsonPropertyDescription("Interval of robustAccuracy.")
        ConfidenceInterval confidenceInterval,

        @JsonPropertyDescription("The attacks in the order they were run, each on what the ones before had left.")
        @Size(max = 64)
        List<AttackResult> attacks) implements ApiObject {

    public record AttackResult(
            @JsonPropertyDescription("Name of the attack, such as APGD-CE.")
            @Required @Size(max = 64)
            String name,

            @JsonPropertyDescription("Share still right after this attack and those before.")
            @Size(max = 32)
            String robustAccuracy,

            @JsonPropertyDescription("Time it took, over all shards.")
            Long seconds) implements ApiObject {
    }
}
