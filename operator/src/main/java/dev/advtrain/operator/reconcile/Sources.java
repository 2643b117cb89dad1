package dev.advtrain.operator.reconcile;

import dev.advtrain.api.v1alpha1.threatmodel.ClusterThreatModel;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModel;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelKind;
import dev.advtrain.api.v1alpha1.training.AdversarialTrainingJob;
import dev.advtrain.contract.Labels;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What is watched, and which job a change concerns. */
final class Sources {
    private static final String BY_THREAT_MODEL = "threat-model";

    private InformerEventSource<ThreatModel, AdversarialTrainingJob> threatModels;
    private InformerEventSource<ClusterThreatModel, AdversarialTrainingJob> clusterThreatModels;
    private InformerEventSource<ConfigMap, AdversarialTrainingJob> configMaps;

    List<EventSource<?, AdversarialTrainingJob>> prepare(EventSourceContext<AdversarialTrainingJob> context) {
        context.getPrimaryCache().addIndexer(BY_THREAT_MODEL, Sources::threatModelsOf);
        threatModels = new InformerEventSource<>(InformerEventSourceConfiguration
                .from(ThreatModel.class, AdversarialTrainingJob.class)
                .withSecondaryToPrimaryMapper(model -> jobsOf(context, ThreatModelKind.THREAT_MODEL, model))
                .build(), context);
        clusterThreatModels = new InformerEventSource<>(InformerEventSourceConfiguration
                .from(ClusterThreatModel.class, AdversarialTrainingJob.class)
                .withSecondaryToPrimaryMapper(model -> jobsOf(context, ThreatModelKind.CLUSTER_THREAT_MODEL, model))
                .withWatchAllNamespaces()
                .build(), context);
        configMaps = children(ConfigMap.class, context);
        return List.of(children(Job.class, context), children(Pod.class, context), configMaps, threatModels,
                clusterThreatModels);
    }

    Optional<ThreatModel> threatModel(String namespace, String name) {
        return threatModels.get(new ResourceID(name, namespace));
    }

    Optional<ClusterThreatModel> clusterThreatModel(String name) {
        return clusterThreatModels.get(new ResourceID(name));
    }

    Optional<ConfigMap> configMap(String namespace, String name) {
        return configMaps.get(new ResourceID(name, namespace));
    }

    /** The pods of a job as the API server has them now, for the moments where the cache may be behind. */
    List<Pod> livePods(KubernetesClient client, AdversarialTrainingJob job) {
        return client.pods()
                .inNamespace(job.getMetadata().getNamespace())
                .withLabel(Labels.JOB, job.getMetadata().getName())
                .list()
                .getItems();
    }

    private static <T extends HasMetadata> InformerEventSource<T, AdversarialTrainingJob> children(Class<T> type,
            EventSourceContext<AdversarialTrainingJob> context) {
        return new InformerEventSource<>(InformerEventSourceConfiguration
                .from(type, AdversarialTrainingJob.class)
                .withLabelSelector(Labels.JOB)
                .withSecondaryToPrimaryMapper(child -> Set.of(
                        new ResourceID(child.getMetadata().getLabels().get(Labels.JOB), child.getMetadata().getNamespace())))
                .build(), context);
    }

    private static Set<ResourceID> jobsOf(EventSourceContext<AdversarialTrainingJob> context, ThreatModelKind kind,
            HasMetadata model) {
        return context.getPrimaryCache()
                .byIndex(BY_THREAT_MODEL, key(kind, model.getMetadata().getNamespace(), model.getMetadata().getName()))
                .stream()
                // A job that is resolved has its own copy.
                .filter(job -> job.getStatus() == null || job.getStatus().resolved() == null)
                .map(ResourceID::fromResource)
                .collect(Collectors.toSet());
    }

    private static List<String> threatModelsOf(AdversarialTrainingJob job) {
        String namespace = job.getMetadata().getNamespace();
        return job.getSpec().threatModels().stream()
                .map(ref -> ref.kind() == ThreatModelKind.CLUSTER_THREAT_MODEL
                        ? key(ref.kind(), null, ref.name())
                        : key(ThreatModelKind.THREAT_MODEL, namespace, ref.name()))
                .toList();
    }

    private static String key(ThreatModelKind kind, String namespace, String name) {
        return kind + "/" + (namespace == null ? "" : namespace) + "/" + name;
    }
}
