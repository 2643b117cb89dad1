package dev.advtrain.crds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.advtrain.api.v1alpha1.status.AdversarialTrainingJobStatus;
import dev.advtrain.api.v1alpha1.status.Phase;
import dev.advtrain.api.v1alpha1.training.AdversarialTrainingJob;
import dev.advtrain.resolve.ManifestReader;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Once a job is resolved its spec stays what it was, whatever else may still change. */
class ImmutabilityIT {
    private static final AdversarialTrainingJobStatus.Resolved RESOLVED =
            new AdversarialTrainingJobStatus.Resolved("0".repeat(64), "job-atj-run-00000000", "uid-" + "0".repeat(64));

    private static ApiServer server;

    @BeforeAll
    static void start() throws IOException {
        server = new ApiServer();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void specMayChangeUntilTheJobIsResolved() {
        Resource<AdversarialTrainingJob> job = create("before");
        patch(job, "{spec: {training: {epochs: 11}}}");
        setStatus(job, status(Phase.PENDING, null));
        patch(job, "{spec: {training: {epochs: 12}}}");
        assertThat(job.get().getSpec().training().epochs()).isEqualTo(12);
    }

    @Test
    void specIsImmutableOnceTheJobIsResolved() {
        Resource<AdversarialTrainingJob> job = create("after");
        setStatus(job, status(Phase.TRAINING, RESOLVED));
        for (String change : new String[] {"{spec: {training: {epochs: 11}}}", "{spec: {evaluation: null}}",
            "{spec: {backoffLimit: 5}}", "{spec: {resources: {limits: {cpu: 4}}}}"}) {
            assertThatThrownBy(() -> patch(job, change)).as(change)
                    .isInstanceOfSatisfying(KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(422))
                    .hasMessageContaining("spec: Invalid value")
                    .hasMessageContaining(AdversarialTrainingJob.IMMUTABLE_MESSAGE);
        }
        assertThat(job.get().getSpec().training().epochs()).isEqualTo(10);
    }

    @Test
    void labelsAndStatusStillChangeAfterwards() {
        Resource<AdversarialTrainingJob> job = create("labels");
        setStatus(job, status(Phase.TRAINING, RESOLVED));
        patch(job, "{metadata: {labels: {team: vision}}}");
        setStatus(job, status(Phase.SUCCEEDED, RESOLVED));
        assertThat(job.get().getStatus().phase()).isEqualTo(Phase.SUCCEEDED);
        assertThat(job.get().getMetadata().getLabels()).containsEntry("team", "vision");
    }

    @Test
    void applyingTheSameManifestAgainChangesNothing() {
        Resource<AdversarialTrainingJob> job = create("again");
        setStatus(job, status(Phase.TRAINING, RESOLVED));
        AdversarialTrainingJob before = job.get();
        server.client.resource(manifest("again")).forceConflicts().serverSideApply();
        assertThat(job.get().getMetadata().getGeneration()).isEqualTo(before.getMetadata().getGeneration());
        assertThat(job.get().getSpec()).isEqualTo(before.getSpec());
    }

    private static AdversarialTrainingJob manifest(String name) {
        String text = Manifest.of("AdversarialTrainingJob", "metadata.name=" + name, "metadata.namespace=" + server.namespace).toString();
        return ManifestReader.parse(name, text).jobs().getFirst();
    }

    private static Resource<AdversarialTrainingJob> create(String name) {
        server.client.resource(manifest(name)).create();
        return server.client.resources(AdversarialTrainingJob.class).inNamespace(server.namespace).withName(name);
    }

    private static void patch(Resource<AdversarialTrainingJob> job, String yaml) {
        job.patch(PatchContext.of(PatchType.JSON_MERGE), Manifest.json(yaml));
    }

    private static void setStatus(Resource<AdversarialTrainingJob> job, AdversarialTrainingJobStatus status) {
        AdversarialTrainingJob current = job.get();
        current.setStatus(status);
        server.client.resource(current).updateStatus();
    }

    private static AdversarialTrainingJobStatus status(Phase phase, AdversarialTrainingJobStatus.Resolved resolved) {
        return new AdversarialTrainingJobStatus(1L, phase, "Linf 0.1", null, null, null, null, null, null, null, null, null, null, resolved,
                null, null, null, null, null, null);
    }
}
