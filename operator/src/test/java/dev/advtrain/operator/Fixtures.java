package dev.advtrain.operator;

import dev.advtrain.api.v1alpha1.threatmodel.ClusterThreatModel;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModel;
import dev.advtrain.api.v1alpha1.training.AdversarialTrainingJob;
import dev.advtrain.operator.model.Run;
import dev.advtrain.operator.model.Runs;
import dev.advtrain.resolve.Place;
import dev.advtrain.resolve.Resolution;
import dev.advtrain.resolve.Resolver;
import dev.advtrain.resolve.RunSpec;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Two threat models and a job that every test starts from. */
public final class Fixtures {
    public static final String IMAGE = "registry.example/advtrain-trainer:1";
    public static final String JOB_UID = "0b9d2f0e-0000-4000-8000-000000000001";

    public static final String THREAT_MODEL = """
            apiVersion: advtrain.dev/v1alpha1
            kind: ThreatModel
            metadata: {name: linf-0.1}
            spec:
              inputRange: {min: "0", max: "1"}
              perturbation: {lp: {norm: Linf, epsilon: "0.1"}}
            """;

    public static final String CLUSTER_THREAT_MODEL = """
            apiVersion: advtrain.dev/v1alpha1
            kind: ClusterThreatModel
            metadata: {name: l2-1.5}
            spec:
              knowledge: ScoreBlackBox
              inputRange: {min: "0", max: "1"}
              perturbation: {lp: {norm: L2, epsilon: "1.5"}}
            """;

    public static final String JOB = """
            apiVersion: advtrain.dev/v1alpha1
            kind: AdversarialTrainingJob
            metadata:
              name: digits
              namespace: team-a
              labels: {kueue.x-k8s.io/queue-name: gpu-queue, app.kubernetes.io/name: mine}
            spec:
              threatModels: [{name: linf-0.1}]
              model: {builtin: {architecture: SmallCnn, classes: 10, inputShape: [1, 28, 28]}}
              data:
                train: {idx: {images: {uri: "pvc://datasets/train-images.gz"}, labels: {uri: "pvc://labels/train-labels.gz"}}}
                test: {idx: {images: {uri: "pvc://held-out/test-images.gz"}, labels: {uri: "pvc://held-out/test-labels.gz"}}}
              evaluation: {suite: Quick, samples: 1000, shards: 2}
              output: {uri: "pvc://models/digits"}
              backoffLimit: 2
              maxDisruptions: 3
            """;

    private Fixtures() {
    }

    public static AdversarialTrainingJob job() {
        return job(UnaryOperator.identity());
    }

    /** @param edit of the manifest's text */
    public static AdversarialTrainingJob job(UnaryOperator<String> edit) {
        AdversarialTrainingJob job = Serialization.unmarshal(edit.apply(JOB), AdversarialTrainingJob.class);
        job.getMetadata().setUid(JOB_UID);
        job.getMetadata().setGeneration(1L);
        return job;
    }

    public static RunSpec runSpec(AdversarialTrainingJob job) {
        return resolved(job).runSpec();
    }

    public static Run run(AdversarialTrainingJob job) {
        Resolution.Resolved resolved = resolved(job);
        return Runs.of(job, resolved.runSpec(), resolved.limits());
    }

    public static Run run() {
        return run(job());
    }

    private static Resolution.Resolved resolved(AdversarialTrainingJob job) {
        ThreatModel threatModel = Serialization.unmarshal(THREAT_MODEL, ThreatModel.class);
        ClusterThreatModel other = Serialization.unmarshal(CLUSTER_THREAT_MODEL, ClusterThreatModel.class);
        Resolution resolution = new Resolver((kind, name) -> Optional.of(switch (kind) {
            case THREAT_MODEL -> threatModel.getSpec();
            case CLUSTER_THREAT_MODEL -> other.getSpec();
        }), Place.CLUSTER).resolve(job);
        if (resolution instanceof Resolution.Resolved resolved) {
            return resolved;
        }
        throw new AssertionError(resolution);
    }
}
