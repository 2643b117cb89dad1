package dev.advtrain.operator.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.advtrain.api.v1alpha1.status.AdversarialTrainingJobStatus;
import dev.advtrain.api.v1alpha1.status.AdversarialTrainingJobStatus.Attempts;
import dev.advtrain.api.v1alpha1.status.ConditionStatus;
import dev.advtrain.api.v1alpha1.status.ConditionType;
import dev.advtrain.api.v1alpha1.status.Phase;
import dev.advtrain.api.v1alpha1.threatmodel.ClusterThreatModel;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModel;
import dev.advtrain.api.v1alpha1.training.AdversarialTrainingJob;
import dev.advtrain.contract.Command;
import dev.advtrain.contract.Labels;
import dev.advtrain.operator.Messages;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The operator as installed by the chart, with a real API server and Job controller; pods end as the test says. */
class ReconcilerIT {
    private static final String THREAT_MODEL = """
            apiVersion: advtrain.dev/v1alpha1
            kind: ThreatModel
            metadata: {name: NAME}
            spec:
              inputRange: {min: "0", max: "1"}
              perturbation: {lp: {norm: Linf, epsilon: "0.1"}}
            """;
    private static final String JOB = """
            apiVersion: advtrain.dev/v1alpha1
            kind: AdversarialTrainingJob
            metadata: {name: NAME}
            spec:
              threatModels: [{name: linf}]
              model: {builtin: {architecture: SmallCnn, classes: 10, inputShape: [1, 28, 28]}}
              data:
                train: {builtinDigits: {count: 100, seed: 1}}
                test: {builtinDigits: {count: 100, seed: 2}}
              evaluation: {suite: Quick, samples: 100, shards: 2}
              output: {uri: "pvc://nowhere/NAME"}
              backoffLimit: 1
              maxDisruptions: 2
            """;

    private static Cluster cluster;
    private static FakePods pods;

    @BeforeAll
    static void start() {
        cluster = new Cluster("advtrain-reconcile-" + UUID.randomUUID().toString().substring(0, 8));
        pods = new FakePods(cluster);
        cluster.startOperator();
        cluster.create(THREAT_MODEL.replace("NAME", "linf"), ThreatModel.class);
    }

    @AfterAll
    static void stop() {
        cluster.startOperator();
        cluster.client.namespaces().withName(cluster.namespace).delete();
        cluster.close();
    }

    private static void create(String name) {
        cluster.create(JOB.replace("NAME", name), AdversarialTrainingJob.class);
    }

    private static String runId(String name) {
        return cluster.await(name, Cluster.SOON, job -> job.getStatus().resolved() != null).getStatus().resolved().runId();
    }

    private static AdversarialTrainingJobStatus finished(String name) {
        return cluster.awaitFinished(name, Cluster.SOON).getStatus();
    }

    private static void train(String name) {
        pods.end(name + "-atj-train-1", 0, null);
    }

    private static void evaluate(String name) {
        pods.succeedShards(name + "-atj-eval-1", 2);
    }

    private static void report(String name) {
        pods.report(name + "-atj-report-1", runId(name));
    }

    @Test
    void anUndisturbedRunSucceedsWithItsNumbers() {
        create("plain");
        train("plain");
        evaluate("plain");
        report("plain");
        AdversarialTrainingJobStatus status = finished("plain");
        assertThat(status.phase()).isEqualTo(Phase.SUCCEEDED);
        assertThat(status.cleanAccuracy()).isEqualTo("0.8000");
        assertThat(status.robustAccuracy()).isEqualTo("0.6580");
        assertThat(status.attempts()).isEqualTo(new Attempts(0, 0));
        assertThat(status.jobs()).isEqualTo(new AdversarialTrainingJobStatus.Jobs(
                "plain-atj-train-1", "plain-atj-eval-1", "plain-atj-report-1"));
        assertThat(cluster.eventReasons("plain"))
                .containsExactlyInAnyOrder("Accepted", "Training", "Trained", "Evaluating", "Reporting", "Evaluated", "Succeeded");
    }

    @Test
    void itsStatusBelongsToOneFieldOwner() {
        create("owner");
        runId("owner");
        assertThat(cluster.job("owner").get().getMetadata().getManagedFields())
                .filteredOn(f -> "status".equals(f.getSubresource()))
                .extracting(f -> f.getManager() + " " + f.getOperation())
                .containsExactly("advtrain-operator Apply");
    }

    @Test
    void aJobWaitsForItsThreatModel() {
        cluster.create(JOB.replace("NAME", "waiting").replace("name: linf", "name: later"), AdversarialTrainingJob.class);
        AdversarialTrainingJob job = cluster.awaitReason("waiting", ConditionType.ACCEPTED, "ThreatModelNotFound");
        assertThat(Cluster.condition(job, ConditionType.ACCEPTED).orElseThrow().message()).contains("later");
        assertThat(job.getStatus().phase()).isEqualTo(Phase.PENDING);
        cluster.create(THREAT_MODEL.replace("NAME", "later"), ThreatModel.class);
        cluster.awaitReason("waiting", ConditionType.ACCEPTED, "Accepted");
        cluster.awaitJob("waiting-atj-train-1");
    }

    @Test
    void aJobWaitsForItsClusterThreatModel() {
        String name = cluster.namespace;
        cluster.create(JOB.replace("NAME", "global").replace("{name: linf}", "{kind: ClusterThreatModel, name: " + name + "}"),
                AdversarialTrainingJob.class);
        cluster.awaitReason("global", ConditionType.ACCEPTED, "ThreatModelNotFound");
        ClusterThreatModel model = Serialization.unmarshal(THREAT_MODEL.replace("NAME", name)
                .replace("kind: ThreatModel", "kind: ClusterThreatModel"), ClusterThreatModel.class);
        cluster.client.resource(model).create();
        try {
            cluster.awaitReason("global", ConditionType.ACCEPTED, "Accepted");
        } finally {
            cluster.client.resource(model).delete();
        }
    }

    @Test
    void aJobWaitsForItsSecretAndForTheLabelOnIt() {
        cluster.create(JOB.replace("NAME", "stored").replace("uri: \"pvc://nowhere/stored\"", "uri: \"s3://nowhere/stored\", secretRef: {name: keys}")
                .replace("{builtinDigits: {count: 100, seed: 1}}",
                        "{idx: {images: {uri: \"pvc://nowhere/images\"}, labels: {uri: \"pvc://nowhere/labels\"}}}"), AdversarialTrainingJob.class);
        cluster.awaitReason("stored", ConditionType.ACCEPTED, "SecretNotFound");
        Resource<Secret> secret = cluster.client.resource(cluster.create("apiVersion: v1\nkind: Secret\nmetadata: {name: keys}\n", Secret.class));
        cluster.awaitReason("stored", ConditionType.ACCEPTED, "SecretNotLabelled");
        secret.edit(s -> new SecretBuilder(s).editMetadata().addToLabels(Labels.STORAGE, Labels.STORAGE_VALUE).endMetadata().build());
        cluster.awaitReason("stored", ConditionType.ACCEPTED, "Accepted");
        assertThat(cluster.awaitJob("stored-atj-train-1").getSpec().getTemplate().getSpec().getVolumes())
                .anyMatch(volume -> volume.getSecret() != null && volume.getSecret().getSecretName().equals("keys"));
    }

    @Test
    void aJobRecoversWhenItsThreatModelIsMadeToFit() {
        cluster.create(THREAT_MODEL.replace("NAME", "too-wide").replace("norm: Linf, epsilon: \"0.1\"", "norm: L2, epsilon: \"1000\""),
                ThreatModel.class);
        cluster.create(JOB.replace("NAME", "refused").replace("name: linf", "name: too-wide"), AdversarialTrainingJob.class);
        AdversarialTrainingJob job = cluster.awaitReason("refused", ConditionType.ACCEPTED, "InvalidThreatModel");
        assertThat(Cluster.condition(job, ConditionType.ACCEPTED).orElseThrow().status()).isEqualTo(ConditionStatus.FALSE);
        assertThat(Cluster.condition(job, ConditionType.ACCEPTED).orElseThrow().message())
                .contains("ThreatModel too-wide: spec.perturbation.lp.epsilon", "\"1000\"", "at most 28 ");
        assertThat(job.getStatus().phase()).isEqualTo(Phase.PENDING);
        assertThat(job.getStatus().resolved()).isNull();
        edit("too-wide");
        job = cluster.awaitReason("refused", ConditionType.ACCEPTED, "Accepted");
        assertThat(job.getStatus().threatSummary()).isEqualTo("L2 0.2");
        cluster.awaitJob("refused-atj-train-1");
    }

    @Test
    void aStartedRunDoesNotChangeWithItsThreatModelAndOutlivesItsConfigMap() {
        cluster.create(THREAT_MODEL.replace("NAME", "edited"), ThreatModel.class);
        cluster.create(JOB.replace("NAME", "kept").replace("name: linf", "name: edited"), AdversarialTrainingJob.class);
        String runId = runId("kept");
        String configMap = cluster.job("kept").get().getStatus().resolved().configMapName();
        ConfigMap first = configMap(configMap).get();
        configMap(configMap).delete();
        ConfigMap second = configMap(configMap).waitUntilCondition(
                c -> c != null && !c.getMetadata().getUid().equals(first.getMetadata().getUid()),
                Cluster.SOON.toSeconds(), TimeUnit.SECONDS);
        assertThat(second.getData()).isEqualTo(first.getData());
        assertThat(second.getImmutable()).isTrue();
        edit("edited");
        train("kept");
        cluster.awaitJob("kept-atj-eval-1");
        assertThat(runId("kept")).isEqualTo(runId);
        configMap(configMap).delete();
        AdversarialTrainingJobStatus status = finished("kept");
        assertThat(status.phase()).isEqualTo(Phase.FAILED);
        AdversarialTrainingJob job = cluster.awaitReason("kept", ConditionType.FINISHED, "RunSpecLost");
        assertThat(Cluster.condition(job, ConditionType.FINISHED).orElseThrow().message()).contains(configMap, "threat model has changed");
        // Nothing of a job that has ended goes on.
        cluster.awaitGone(cluster.client.batch().v1().jobs().inNamespace(cluster.namespace).withName("kept-atj-eval-1"));
    }

    private static Resource<ConfigMap> configMap(String name) {
        return cluster.client.configMaps().inNamespace(cluster.namespace).withName(name);
    }

    private static void edit(String threatModel) {
        cluster.client.resources(ThreatModel.class).inNamespace(cluster.namespace).withName(threatModel)
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\": {\"perturbation\": {\"lp\": {\"epsilon\": \"0.2\"}}}}");
    }

    @Test
    void unusableDataFailsWithTheTrainersWords() {
        create("bad-data");
        pods.end("bad-data-atj-train-1", 65, Messages.error(Command.TRAIN, 65, "pvc://x/y: sha256 is 1, expected 2"));
        AdversarialTrainingJobStatus status = finished("bad-data");
        assertThat(status.phase()).isEqualTo(Phase.FAILED);
        AdversarialTrainingJob job = cluster.job("bad-data").get();
        assertThat(Cluster.condition(job, ConditionType.TRAINED).orElseThrow().reason()).isEqualTo("DataUnusable");
        assertThat(Cluster.condition(job, ConditionType.TRAINED).orElseThrow().message()).endsWith("pvc://x/y: sha256 is 1, expected 2");
        assertThat(status.attempts()).isEqualTo(new Attempts(1, 0));
    }

    @Test
    void aFailureIsRetriedAfterAPauseAndADisruptionAtOnce() {
        create("retried");
        pods.end("retried-atj-train-1", 74, null);
        Job first = cluster.awaitJob("retried-atj-train-1");
        Job second = cluster.awaitJob("retried-atj-train-2");
        assertThat(Duration.between(failedAt("retried-atj-train-1"), created(second))).isGreaterThanOrEqualTo(Duration.ofSeconds(10));
        pods.disrupt("retried-atj-train-2");
        Job third = cluster.awaitJob("retried-atj-train-3");
        assertThat(Duration.between(failedAt("retried-atj-train-2"), created(third))).isLessThan(Duration.ofSeconds(10));
        pods.end("retried-atj-train-3", 75, null);
        pods.end("retried-atj-train-4", 137, null);
        AdversarialTrainingJobStatus status = finished("retried");
        assertThat(status.attempts()).isEqualTo(new Attempts(2, 2));
        AdversarialTrainingJob job = cluster.awaitReason("retried", ConditionType.TRAINED, "OutOfMemory");
        assertThat(Cluster.condition(job, ConditionType.TRAINED).orElseThrow().message())
                .contains("no attempt is left (backoffLimit 1)", "exit code 137", "the limit is 2Gi");
        assertThat(first.getMetadata().getUid()).isNotEqualTo(second.getMetadata().getUid());
    }

    private static Instant failedAt(String job) {
        return cluster.client.batch().v1().jobs().inNamespace(cluster.namespace).withName(job).get().getStatus().getConditions().stream()
                .filter(c -> c.getType().equals("Failed")).map(c -> Instant.parse(c.getLastTransitionTime())).findFirst().orElseThrow();
    }

    private static Instant created(Job job) {
        return Instant.parse(job.getMetadata().getCreationTimestamp());
    }

    @Test
    void aPodDeletedWithoutACheckpointIsAFailure() {
        create("deleted");
        Pod pod = pods.pending("deleted-atj-train-1");
        cluster.client.resource(pod).withGracePeriod(0).delete();
        cluster.awaitJob("deleted-atj-train-2");
        assertThat(cluster.job("deleted").get().getStatus().attempts()).isEqualTo(new Attempts(1, 0));
    }

    @Test
    void aShardIsRetriedByItself() {
        create("shards");
        train("shards");
        pods.endShard("shards-atj-eval-1", 0, 75, null);
        pods.endShard("shards-atj-eval-1", 1, 0, null);
        pods.endShard("shards-atj-eval-1", 0, 0, null);
        report("shards");
        assertThat(finished("shards").phase()).isEqualTo(Phase.SUCCEEDED);
        assertThat(finished("shards").attempts()).isEqualTo(new Attempts(0, 1));
    }

    @Test
    void aFailedShardLeavesNoNumber() {
        create("unsound");
        train("unsound");
        pods.endShard("unsound-atj-eval-1", 1, 70, Messages.error(Command.EVALUATE, 70, "logits are not finite"));
        AdversarialTrainingJobStatus status = finished("unsound");
        assertThat(status.phase()).isEqualTo(Phase.FAILED);
        assertThat(status.cleanAccuracy()).isNull();
        cluster.awaitReason("unsound", ConditionType.EVALUATED, "Unsound");
    }

    @Test
    void theOperatorMayBeDownDuringEachStageAndAReportMayGoUnread() {
        create("down");
        String runId = runId("down");
        pods.pending("down-atj-train-1");
        cluster.killOperator();
        train("down");
        pods.pending("down-atj-eval-1");
        cluster.killOperator();
        evaluate("down");
        pods.pending("down-atj-report-1");
        cluster.stopOperator();
        Pod pod = pods.report("down-atj-report-1", runId);
        cluster.client.batch().v1().jobs().inNamespace(cluster.namespace).withName("down-atj-report-1")
                .waitUntilCondition(job -> job.getStatus().getSucceeded() != null && job.getStatus().getSucceeded() == 1,
                        Cluster.SOON.toSeconds(), TimeUnit.SECONDS);
        cluster.client.resource(pod).withGracePeriod(0).delete();
        cluster.awaitGone(cluster.client.pods().resource(pod));
        cluster.startOperator();
        pods.report("down-atj-report-2", runId);
        AdversarialTrainingJobStatus status = finished("down");
        assertThat(status.phase()).isEqualTo(Phase.SUCCEEDED);
        assertThat(status.attempts()).isEqualTo(new Attempts(0, 1));
        assertThat(cluster.eventReasons("down")).containsExactlyInAnyOrder("Accepted", "Training", "Trained", "Evaluating",
                "Reporting", "Disrupted", "Reporting", "Evaluated", "Succeeded");
    }

    @Test
    void aMissedGateRejectsAndShowsTheNumbers() {
        cluster.create(JOB.replace("NAME", "gates") + "  acceptance: {minRobustAccuracy: \"0.7\"}\n", AdversarialTrainingJob.class);
        train("gates");
        evaluate("gates");
        report("gates");
        AdversarialTrainingJobStatus status = finished("gates");
        assertThat(status.phase()).isEqualTo(Phase.REJECTED);
        assertThat(status.robustAccuracy()).isEqualTo("0.6580");
        cluster.awaitReason("gates", ConditionType.SUCCEEDED, "GatesMissed");
    }

    @Test
    void suspectedMaskingRejectsAndIsSaid() {
        cluster.create(JOB.replace("NAME", "masked") + "  acceptance: {gradientMasking: Reject}\n", AdversarialTrainingJob.class);
        train("masked");
        evaluate("masked");
        pods.report("masked-atj-report-1", runId("masked"), Messages.masked(1000, 800, 658));
        AdversarialTrainingJobStatus status = finished("masked");
        assertThat(status.phase()).isEqualTo(Phase.REJECTED);
        assertThat(status.gradientMasking()).isEqualTo(Messages.masked(1000, 800, 658).gradientMasking());
        assertThat(status.warnings().getFirst()).startsWith("gradient masking is suspected: UnboundedAttackSucceeds (");
        cluster.awaitReason("masked", ConditionType.SUCCEEDED, "GradientMaskingSuspected");
        assertThat(cluster.eventReasons("masked")).contains("GradientMaskingSuspected");
    }

    @Test
    void anEndedJobMakesNothingNewAndDeletingItDeletesItsChildren() {
        create("ended");
        train("ended");
        evaluate("ended");
        report("ended");
        String configMap = finished("ended").resolved().configMapName();
        String version = cluster.job("ended").get().getMetadata().getResourceVersion();
        var jobs = cluster.client.batch().v1().jobs().inNamespace(cluster.namespace);
        jobs.withName("ended-atj-train-1").delete();
        jobs.withName("ended-atj-report-1").delete();
        cluster.awaitGone(jobs.withName("ended-atj-report-1"));
        cluster.awaitGone(jobs.withName("ended-atj-train-1"));
        // Long enough for the operator to carry another job to its first pod.
        create("other");
        pods.pending("other-atj-train-1");
        assertThat(jobs.withName("ended-atj-train-1").get()).isNull();
        assertThat(jobs.withName("ended-atj-report-1").get()).isNull();
        assertThat(cluster.job("ended").get().getMetadata().getResourceVersion()).isEqualTo(version);
        cluster.job("ended").delete();
        cluster.awaitGone(jobs.withName("ended-atj-eval-1"));
        cluster.awaitGone(configMap(configMap));
        cluster.job("other").delete();
        cluster.awaitGone(jobs.withName("other-atj-train-1"));
        cluster.podsOf("other-atj-train-1").list().getItems().forEach(pod -> cluster.awaitGone(cluster.client.pods().resource(pod)));
    }

    @Test
    void aNamespaceCanBeDeletedWhileShardsRun() {
        Cluster tests = cluster;
        cluster = new Cluster(tests.namespace + "-b");
        pods = new FakePods(cluster);
        try {
            cluster.create(THREAT_MODEL.replace("NAME", "linf"), ThreatModel.class);
            create("homeless");
            train("homeless");
            pods.pending("homeless-atj-eval-1");
            cluster.deleteNamespace();
        } finally {
            cluster.close();
            cluster = tests;
            pods = new FakePods(tests);
        }
    }

    @Test
    void aTakenNameIsWaitedFor() {
        create("template");
        Job stranger = cluster.awaitJob("template-atj-train-1");
        stranger.setMetadata(new ObjectMetaBuilder()
                .withNamespace(cluster.namespace).withName("taken-atj-train-1").build());
        stranger.getSpec().setSelector(null);
        stranger.getSpec().getTemplate().getMetadata().setLabels(null);
        stranger.setStatus(null);
        cluster.client.resource(stranger).create();
        create("taken");
        cluster.awaitAny(cluster.client.events().v1().events().inNamespace(cluster.namespace), e -> "NameTaken".equals(e.getReason()));
        cluster.client.resource(stranger).delete();
        pods.pending("taken-atj-train-1");
        assertThat(cluster.awaitJob("taken-atj-train-1").getMetadata().getOwnerReferences()).hasSize(1);
    }
}
