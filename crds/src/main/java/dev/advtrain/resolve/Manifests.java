package dev.advtrain.resolve;

import dev.advtrain.api.v1alpha1.threatmodel.ClusterThreatModel;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModel;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelKind;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelSpec;
import dev.advtrain.api.v1alpha1.training.AdversarialTrainingJob;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.CustomResource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What was read from manifests.
 *
 * @param ignored objects of other API groups, such as a PersistentVolumeClaim: each as kind and name
 */
public record Manifests(
        List<AdversarialTrainingJob> jobs,
        List<ThreatModel> threatModels,
        List<ClusterThreatModel> clusterThreatModels,
        List<String> ignored) {

    /** Threat models as a job sees them: those of its namespace, or without one those that name none. */
    public ThreatModelLookup lookup(AdversarialTrainingJob job) {
        return (kind, name) -> find(job, kind, name);
    }

    private Optional<ThreatModelSpec> find(AdversarialTrainingJob job, ThreatModelKind kind, String name) {
        Stream<? extends CustomResource<ThreatModelSpec, Void>> candidates = switch (kind) {
            case CLUSTER_THREAT_MODEL -> clusterThreatModels.stream();
            case THREAT_MODEL -> threatModels.stream().filter(threatModel -> namespace(threatModel).equals(namespace(job)));
        };
        return candidates.filter(candidate -> Objects.equals(candidate.getMetadata().getName(), name))
                .findFirst().map(CustomResource::getSpec);
    }

    private static String namespace(HasMetadata object) {
        return Objects.requireNonNullElse(object.getMetadata().getNamespace(), "default");
    }
}
