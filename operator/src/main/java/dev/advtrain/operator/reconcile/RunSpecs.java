package dev.advtrain.operator.reconcile;

import dev.advtrain.api.v1alpha1.status.AdversarialTrainingJobStatus.Resolved;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelKind;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelSpec;
import dev.advtrain.api.v1alpha1.training.AdversarialTrainingJob;
import dev.advtrain.contract.PodPaths;
import dev.advtrain.operator.model.Run;
import dev.advtrain.operator.model.RunConfigMap;
import dev.advtrain.operator.model.Runs;
import dev.advtrain.resolve.InvalidInputException;
import dev.advtrain.resolve.Place;
import dev.advtrain.resolve.Resolution;
import dev.advtrain.resolve.Resolver;
import dev.advtrain.resolve.RunSpec;
import dev.advtrain.resolve.RunSpecReader;
import dev.advtrain.resolve.Sha256;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the run spec of a job. A new job is resolved from its spec and threat models, and the ConfigMap is made; from
 * then on the ConfigMap is the truth, whatever becomes of the threat models.
 */
final class RunSpecs {
    private final KubernetesClient client;
    private final Children children;
    private final Sources sources;
    private final StorageSecrets secrets;

    RunSpecs(KubernetesClient client, Children children, Sources sources) {
        this.client = client;
        this.secrets = new StorageSecrets(client);
        this.children = children;
        this.sources = sources;
    }

    /** What was found. */
    sealed interface Result {
    }

    record Found(Run run, RunSpec spec) implements Result {
    }

    /** Not resolvable as it is. */
    record Refused(Resolution.Refused why) implements Result {
    }

    /** The job was started with a run spec that is nowhere any more. */
    record Lost(String message) implements Result {
    }

    Result of(AdversarialTrainingJob job) {
        Resolved resolved = job.getStatus() == null ? null : job.getStatus().resolved();
        return resolved == null ? resolve(job) : started(job, resolved);
    }

    private Result resolve(AdversarialTrainingJob job) {
        return switch (resolver(job).resolve(job)) {
            case Resolution.Refused why -> new Refused(why);
            case Resolution.Resolved(RunSpec spec, var limits) -> {
                Run run = Runs.of(job, spec, limits);
                yield secrets.missing(run).<Result>map(Refused::new).orElseGet(() -> create(run, spec));
            }
        };
    }

    private Result started(AdversarialTrainingJob job, Resolved resolved) {
        Optional<ConfigMap> configMap = find(job, resolved);
        if (configMap.isPresent()) {
            return read(job, configMap.get(), resolved);
        }
        String gone = "ConfigMap " + resolved.configMapName() + " with the run spec was deleted";
        return switch (resolver(job).resolve(job)) {
            case Resolution.Refused why -> new Lost(gone + " and cannot be made again: " + why.message());
            case Resolution.Resolved(RunSpec spec, var limits) -> spec.hash().equals(resolved.hash())
                    ? create(Runs.of(job, spec, limits), spec)
                    : new Lost(gone + " and would not be the same again: a threat model has changed since, or the operator has other defaults");
        };
    }

    private Result create(Run run, RunSpec spec) {
        ConfigMap desired = RunConfigMap.of(run);
        ConfigMap actual = children.ensure(desired, run.owner().uid());
        if (!desired.getData().equals(actual.getData())) {
            throw new Children.NameTakenException(desired);
        }
        return new Found(run, spec);
    }

    private Result read(AdversarialTrainingJob job, ConfigMap configMap, Resolved resolved) {
        Map<String, String> data = configMap.getData() == null ? Map.of() : configMap.getData();
        String json = data.getOrDefault(PodPaths.EVALUATE_KEY, "");
        String other = "ConfigMap " + resolved.configMapName() + " does not hold the run spec the job was started with";
        if (!Sha256.hex(json).equals(resolved.hash())) {
            return new Lost(other);
        }
        try {
            RunSpec spec = RunSpecReader.read(json);
            String trainJson = data.getOrDefault(PodPaths.TRAIN_KEY, "");
            if (!RunSpecReader.read(trainJson).equals(spec.forTraining())) {
                return new Lost(other);
            }
            return new Found(Runs.of(job, spec, trainJson, json, Resolver.retryLimits(job.getSpec())), spec);
        } catch (InvalidInputException e) {
            return new Lost("ConfigMap " + resolved.configMapName() + " holds a run spec of another version of the operator: "
                    + e.getMessage());
        }
    }

    /** A cache that does not know a ConfigMap may be behind; only the API server can say that there is none. */
    private Optional<ConfigMap> find(AdversarialTrainingJob job, Resolved resolved) {
        String namespace = job.getMetadata().getNamespace();
        return sources.configMap(namespace, resolved.configMapName()).or(() -> Optional.ofNullable(
                client.configMaps().inNamespace(namespace).withName(resolved.configMapName()).get()));
    }

    private Resolver resolver(AdversarialTrainingJob job) {
        return new Resolver((kind, name) -> threatModel(job.getMetadata().getNamespace(), kind, name), Place.CLUSTER);
    }

    private Optional<ThreatModelSpec> threatModel(String namespace, ThreatModelKind kind, String name) {
        return switch (kind) {
            case THREAT_MODEL -> sources.threatModel(namespace, name).map(CustomResource::getSpec);
            case CLUSTER_THREAT_MODEL -> sources.clusterThreatModel(name).map(CustomResource::getSpec);
        };
    }
}
