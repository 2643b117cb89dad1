package dev.advtrain.operator.model;

import dev.advtrain.api.v1alpha1.Location;
import dev.advtrain.api.v1alpha1.training.AdversarialTrainingJob;
import dev.advtrain.api.v1alpha1.training.DataSource;
import dev.advtrain.api.v1alpha1.training.ResourcesSpec;
import dev.advtrain.resolve.DataLocations;
import dev.advtrain.resolve.Resolution.RetryLimits;
import dev.advtrain.resolve.RunSpec;
import dev.advtrain.resolve.Sha256;
import dev.advtrain.resolve.StorageUri;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Makes the run of a job from its run spec. What the run spec leaves out (resources, limits) cannot change any more. */
public final class Runs {
    private Runs() {
    }

    /** A new run. */
    public static Run of(AdversarialTrainingJob job, RunSpec spec, RetryLimits limits) {
        return of(job, spec, spec.trainJson(), spec.evaluateJson(), limits);
    }

    /** A run that was started: its run spec stays the text that its pods were given, whatever this version would write. */
    public static Run of(AdversarialTrainingJob job, RunSpec spec, String trainJson, String evaluateJson, RetryLimits limits) {
        ObjectMeta meta = job.getMetadata();
        String hash = Sha256.hex(evaluateJson);
        ResourcesSpec resources = job.getSpec().resources();
        return new Run(
                new Run.Owner(job.getApiVersion(), job.getKind(), meta.getNamespace(), meta.getName(), meta.getUid()),
                meta.getLabels() == null ? Map.of() : Map.copyOf(meta.getLabels()),
                Names.configMap(meta.getName(), hash),
                trainJson,
                evaluateJson,
                RunSpec.runId(meta.getUid(), hash),
                trainClaims(spec),
                claims(spec.data().test()),
                claim(spec.output().uri()),
                spec.evaluation().shards(),
                limits,
                given(resources == null ? null : resources.requests()),
                given(resources == null ? null : resources.limits()));
    }

    /** Evaluation reads the model that training wrote: it needs none of the incoming one. */
    private static SortedSet<String> trainClaims(RunSpec spec) {
        SortedSet<String> claims = claims(spec.data().train());
        if (spec.model().torchScript() != null) {
            claims.add(claim(spec.model().torchScript().uri()));
        }
        return claims;
    }

    private static SortedSet<String> claims(DataSource source) {
        return DataLocations.of(source).values().stream().map(Location::uri).map(Runs::claim).collect(Collectors.toCollection(TreeSet::new));
    }

    private static String claim(String uri) {
        return switch (StorageUri.parse(uri)) {
            case StorageUri.Pvc(String claim, String path) -> claim;
            case StorageUri.File(String path) -> throw new IllegalStateException("a resolved run has no " + uri);
        };
    }

    private static Map<String, Quantity> given(Map<String, Quantity> quantities) {
        return quantities == null ? Map.of() : Map.copyOf(quantities);
    }
}
