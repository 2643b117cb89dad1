package dev.advtrain.resolve;

import dev.advtrain.api.v1alpha1.evaluation.EvaluationSpec;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelKind;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelSpec;
import dev.advtrain.resolve.RunSpec.ResolvedThreatModel;
import io.fabric8.kubernetes.client.CustomResource;
import java.util.ArrayList;
import java.util.List;

/** What an evaluation needs of manifests where no job says it: every threat model there is, and settings with their defaults. */
public final class EvaluationResolver {

    private EvaluationResolver() {
    }

    /**
     * Every threat model, with its defaults filled in.
     *
     * @throws InvalidInputException naming threat model and field of what is wrong, or that there is no threat model
     */
    public static List<ResolvedThreatModel> threatModels(Manifests manifests) {
        List<ResolvedThreatModel> found = new ArrayList<>();
        List<FieldError> errors = new ArrayList<>();
        manifests.threatModels().forEach(threatModel -> add(ThreatModelKind.THREAT_MODEL, threatModel, found, errors));
        manifests.clusterThreatModels().forEach(threatModel -> add(ThreatModelKind.CLUSTER_THREAT_MODEL, threatModel, found, errors));
        if (found.isEmpty()) {
            errors.add(new FieldError("manifests", null, "hold no ThreatModel or ClusterThreatModel; expected at least one"));
        } else if (errors.isEmpty()) {
            errors.addAll(ThreatModelRules.oneInputRange(found));
        }
        if (!errors.isEmpty()) {
            throw new InvalidInputException(errors);
        }
        return List.copyOf(found);
    }

    /**
     * Settings with their defaults filled in.
     *
     * @param testSize number of test examples
     */
    public static EvaluationSpec evaluation(EvaluationSpec given, int testSize, List<ResolvedThreatModel> threatModels) {
        return Defaults.evaluation(given, testSize, Defaults.leastQueryBudget(threatModels), false);
    }

    /** The same with a number of samples, where it was left open until the test examples were counted. */
    public static EvaluationSpec sized(EvaluationSpec given, int testSize) {
        return given.samples() != null ? given : new EvaluationSpec(given.suite(), given.attacks(), Defaults.samples(testSize), given.sampling(),
                given.shards(), given.batchSize(), given.baseline());
    }

    private static void add(ThreatModelKind kind, CustomResource<ThreatModelSpec, Void> object, List<ResolvedThreatModel> found,
            List<FieldError> errors) {
        String whole = kind + " " + object.getMetadata().getName() + ": ";
        List<FieldError> wrong = new ArrayList<>(Resolver.check(object.getSpec()));
        if (found.stream().anyMatch(other -> other.kind() == kind && other.name().equals(object.getMetadata().getName()))) {
            wrong.add(new FieldError("metadata.name", '"' + object.getMetadata().getName() + '"', "Duplicate value"));
        }
        wrong.forEach(error -> errors.add(error.within(whole)));
        found.add(new ResolvedThreatModel(kind, object.getMetadata().getName(),
                wrong.isEmpty() ? Defaults.threatModel(object.getSpec()) : object.getSpec()));
    }
}
