package dev.advtrain.operator.model;

import dev.advtrain.api.v1alpha1.training.AdversarialTrainingJob;
import dev.advtrain.api.v1alpha1.training.ResourcesSpec;
import dev.advtrain.resolve.Inputs;
import dev.advtrain.resolve.Resolution.RetryLimits;
import dev.advtrain.resolve.RunSpec;
import dev.advtrain.resolve.Sha256;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;

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
                Mounts.of(Inputs.train(spec)),
                Mounts.of(Inputs.evaluate(spec)),
                Mounts.of(spec.output().uri(), spec.output().secretRef()),
                spec.evaluation().shards(),
                limits,
                given(resources == null ? null : resources.requests()),
                given(resources == null ? null : resources.limits()));
    }

    private static Map<String, Quantity> given(Map<String, Quantity> quantities) {
        return quantities == null ? Map.of() : Map.copyOf(quantities);
    }
}
