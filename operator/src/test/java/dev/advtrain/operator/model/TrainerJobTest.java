package dev.advtrain.operator.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.advtrain.api.v1alpha1.training.AdversarialTrainingJobSpec;
import dev.advtrain.contract.Command;
import dev.advtrain.operator.Fixtures;
import dev.advtrain.resolve.Sha256;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobSpec;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicyRule;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TrainerJobTest {
    private final Run run = Fixtures.run();

    private Job job(Command stage) {
        return TrainerJob.of(run, stage, 3, Fixtures.IMAGE);
    }

    private PodSpec pod(Command stage) {
        return job(stage).getSpec().getTemplate().getSpec();
    }

    private Container container(Command stage) {
        return pod(stage).getContainers().getFirst();
    }

    @Test
    void theConfigMapIsImmutableAndOwnedAndHoldsBothRunSpecs() {
        ConfigMap configMap = RunConfigMap.of(run);
        assertThat(configMap.getImmutable()).isTrue();
        assertThat(configMap.getData()).containsOnlyKeys("train.json", "evaluate.json");
        assertThat(configMap.getData().get("train.json")).contains("pvc://datasets").doesNotContain("held-out", "evaluation");
        assertThat(configMap.getData().get("evaluate.json")).contains("pvc://held-out/test-images.gz");
        assertThat(configMap.getMetadata().getName()).isEqualTo("digits-atj-run-" + Sha256.hex(run.evaluateJson()).substring(0, 8));
        assertThat(configMap.getMetadata().getOwnerReferences()).singleElement().isEqualTo(ownerReference());
    }

    private static OwnerReference ownerReference() {
        return new OwnerReference("advtrain.dev/v1alpha1", true, true, "AdversarialTrainingJob", "digits", Fixtures.JOB_UID);
    }

    @ParameterizedTest
    @EnumSource
    void everyJobIsOwnedAndLabelledAndTakesTheQueueOfItsOwner(Command stage) {
        assertThat(job(stage).getMetadata().getOwnerReferences()).singleElement().isEqualTo(ownerReference());
        assertThat(job(stage).getMetadata().getLabels())
                .containsEntry("kueue.x-k8s.io/queue-name", "gpu-queue")
                .containsEntry("app.kubernetes.io/name", "advtrain-trainer")
                .containsEntry("app.kubernetes.io/component", stage.toString())
                .containsEntry("app.kubernetes.io/managed-by", "advtrain")
                .containsEntry("advtrain.dev/job", "digits")
                .containsEntry("advtrain.dev/attempt", "3");
        assertThat(job(stage).getSpec().getTemplate().getMetadata().getLabels())
                .doesNotContainKey("kueue.x-k8s.io/queue-name")
                .containsEntry("advtrain.dev/job", "digits");
    }

    @Test
    void trainingSeesNoTestData() {
        assertThat(container(Command.TRAIN).getArgs()).containsExactly("train",
                "--run-spec", "/etc/advtrain/train.json", "--sha256", Sha256.hex(run.trainJson()), "--run-id", run.runId(),
                "--attempt", "3",
                "--claim", "datasets=/var/run/advtrain/inputs/datasets",
                "--claim", "labels=/var/run/advtrain/inputs/labels",
                "--output-claim", "models=/var/run/advtrain/output/models");
        assertThat(keysMounted(Command.TRAIN)).containsExactly("train.json");
        assertThat(claimsMounted(Command.TRAIN)).containsExactly("datasets:ro", "labels:ro", "models:rw");
    }

    @Test
    void aModelOfOnesOwnIsMountedForTraining() {
        Run own = Fixtures.run(Fixtures.job(text -> text.replaceFirst("model: .*",
                "model: {torchScript: {uri: \"pvc://zoo/signs.pt\", classes: 10, inputShape: [1, 28, 28]}}")));
        assertThat(claims(own, Command.TRAIN)).contains("zoo=/var/run/advtrain/inputs/zoo");
        assertThat(claims(own, Command.EVALUATE)).doesNotContain("zoo=/var/run/advtrain/inputs/zoo");
    }

    private static List<String> claims(Run run, Command stage) {
        return TrainerJob.of(run, stage, 1, Fixtures.IMAGE).getSpec().getTemplate().getSpec().getContainers().getFirst().getArgs();
    }

    @Test
    void evaluationSeesNoTrainingData() {
        assertThat(container(Command.EVALUATE).getArgs()).containsExactly("evaluate",
                "--run-spec", "/etc/advtrain/evaluate.json", "--sha256", Sha256.hex(run.evaluateJson()), "--run-id", run.runId(),
                "--claim", "held-out=/var/run/advtrain/inputs/held-out",
                "--output-claim", "models=/var/run/advtrain/output/models");
        assertThat(keysMounted(Command.EVALUATE)).containsExactly("evaluate.json");
        assertThat(claimsMounted(Command.EVALUATE)).containsExactly("held-out:ro", "models:rw");
    }

    @Test
    void theReportSeesTheOutputOnly() {
        assertThat(container(Command.REPORT).getArgs()).containsExactly("report",
                "--run-spec", "/etc/advtrain/evaluate.json", "--sha256", Sha256.hex(run.evaluateJson()), "--run-id", run.runId(),
                "--output-claim", "models=/var/run/advtrain/output/models");
        assertThat(claimsMounted(Command.REPORT)).containsExactly("models:rw");
    }

    @Test
    void oneClaimMayBeInputAndOutput() {
        Run same = Fixtures.run(Fixtures.job(text -> text.replace("pvc://models/", "pvc://datasets/")));
        PodSpec pod = TrainerJob.of(same, Command.TRAIN, 1, Fixtures.IMAGE).getSpec().getTemplate().getSpec();
        List<VolumeMount> mounts = pod.getContainers().getFirst().getVolumeMounts();
        assertThat(mounts).filteredOn(m -> m.getMountPath().endsWith("/datasets"))
                .extracting(m -> m.getMountPath() + (Boolean.TRUE.equals(m.getReadOnly()) ? ":ro" : ":rw"))
                .containsExactly("/var/run/advtrain/inputs/datasets:ro", "/var/run/advtrain/output/datasets:rw");
        assertThat(volumesOfClaims(pod)).containsExactly("datasets:rw", "labels:ro", "datasets:rw");
    }

    @Test
    void aPodMountsWhatItsOwnLocationsNeedAndNoMore() {
        Run mixed = Fixtures.run(Fixtures.job(text -> text
                .replace("uri: \"pvc://datasets/train-images.gz\"", "uri: \"s3://data/train-images.gz\", secretRef: {name: data-keys}")
                .replace("pvc://held-out/test-images.gz", "https://data.example/test-images.gz")
                .replace("uri: \"pvc://models/digits\"", "uri: \"s3://models/digits\", secretRef: {name: model-keys}")));
        assertThat(mounted(mixed, Command.TRAIN)).containsExactly("labels", "data-keys", "model-keys");
        assertThat(mounted(mixed, Command.EVALUATE)).containsExactly("held-out", "model-keys");
        assertThat(mounted(mixed, Command.REPORT)).containsExactly("model-keys");
        assertThat(mixed.secrets()).containsExactly("data-keys", "model-keys");
        PodSpec pod = TrainerJob.of(mixed, Command.TRAIN, 1, Fixtures.IMAGE).getSpec().getTemplate().getSpec();
        Container container = pod.getContainers().getFirst();
        assertThat(container.getArgs()).containsSubsequence("--claim", "labels=/var/run/advtrain/inputs/labels",
                "--secret", "data-keys=/var/run/advtrain/secrets/data-keys", "--secret", "model-keys=/var/run/advtrain/secrets/model-keys")
                .doesNotContain("--output-claim");
        assertThat(container.getVolumeMounts()).filteredOn(mount -> mount.getMountPath().startsWith("/var/run/advtrain/secrets/"))
                .hasSize(2).allMatch(VolumeMount::getReadOnly);
        assertThat(container.getEnv()).isEmpty();
        assertThat(pod.getVolumes()).filteredOn(volume -> volume.getSecret() != null)
                .allSatisfy(volume -> assertThat(volume.getSecret().getDefaultMode()).isEqualTo(0440));
    }

    /** Claims and Secrets of a pod, in the order of its volumes. */
    private static List<String> mounted(Run run, Command stage) {
        return TrainerJob.of(run, stage, 1, Fixtures.IMAGE).getSpec().getTemplate().getSpec().getVolumes().stream()
                .map(volume -> volume.getSecret() != null ? volume.getSecret().getSecretName()
                        : volume.getPersistentVolumeClaim() != null ? volume.getPersistentVolumeClaim().getClaimName() : null)
                .filter(Objects::nonNull).toList();
    }

    @Test
    void aClaimThatIsOnlyAnInputIsReadOnlyForTheWholePod() {
        assertThat(volumesOfClaims(pod(Command.TRAIN))).containsExactly("datasets:ro", "labels:ro", "models:rw");
        assertThat(volumesOfClaims(pod(Command.EVALUATE))).containsExactly("held-out:ro", "models:rw");
        assertThat(volumesOfClaims(pod(Command.REPORT))).containsExactly("models:rw");
    }

    private static List<String> volumesOfClaims(PodSpec pod) {
        return pod.getVolumes().stream().map(Volume::getPersistentVolumeClaim).filter(Objects::nonNull)
                .map(claim -> claim.getClaimName() + (Boolean.TRUE.equals(claim.getReadOnly()) ? ":ro" : ":rw")).toList();
    }

    private List<String> keysMounted(Command stage) {
        return pod(stage).getVolumes().stream().filter(v -> v.getConfigMap() != null)
                .flatMap(v -> v.getConfigMap().getItems().stream()).map(item -> item.getKey()).toList();
    }

    private List<String> claimsMounted(Command stage) {
        var claims = pod(stage).getVolumes().stream().filter(v -> v.getPersistentVolumeClaim() != null)
                .collect(Collectors.toMap(Volume::getName, v -> v.getPersistentVolumeClaim().getClaimName()));
        return container(stage).getVolumeMounts().stream().filter(m -> claims.containsKey(m.getName()))
                .map(m -> claims.get(m.getName()) + (m.getReadOnly() ? ":ro" : ":rw")).toList();
    }

    @ParameterizedTest
    @EnumSource
    void everyPodIsRestricted(Command stage) {
        PodSpec pod = pod(stage);
        assertThat(pod.getAutomountServiceAccountToken()).isFalse();
        assertThat(pod.getRestartPolicy()).isEqualTo("Never");
        assertThat(pod.getTerminationGracePeriodSeconds()).isEqualTo(60);
        assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(pod.getSecurityContext().getRunAsUser()).isPositive();
        assertThat(pod.getSecurityContext().getFsGroup()).isPositive();
        assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
        Container container = container(stage);
        assertThat(container.getImage()).isEqualTo(Fixtures.IMAGE);
        assertThat(container.getTerminationMessagePolicy()).isEqualTo("File");
        assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
        assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
        assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(pod.getVolumes()).filteredOn(v -> v.getEmptyDir() != null).hasSize(2);
        assertThat(container.getVolumeMounts()).extracting(VolumeMount::getMountPath).contains("/tmp", "/work");
    }

    @ParameterizedTest
    @EnumSource(names = {"TRAIN", "REPORT"})
    void aSinglePodsEndIsTheJobsEndWhateverItsCode(Command stage) {
        JobSpec spec = job(stage).getSpec();
        assertThat(spec.getBackoffLimit()).isZero();
        assertThat(spec.getPodReplacementPolicy()).isEqualTo("Failed");
        assertThat(spec.getTtlSecondsAfterFinished()).isNull();
        assertThat(rules(spec)).containsExactly(
                "FailJob In [64, 65, 70, 73, 78]", "FailJob DisruptionTarget=True", "FailJob NotIn [0]");
    }

    @Test
    void anEvaluationIsRetriedByShardAndFailsWithItsFirstLostShard() {
        JobSpec spec = job(Command.EVALUATE).getSpec();
        assertThat(spec.getCompletionMode()).isEqualTo("Indexed");
        assertThat(spec.getCompletions()).isEqualTo(2);
        assertThat(spec.getParallelism()).isEqualTo(2);
        assertThat(spec.getBackoffLimitPerIndex()).isEqualTo(2);
        assertThat(spec.getMaxFailedIndexes()).isZero();
        assertThat(spec.getBackoffLimit()).isNull();
        assertThat(spec.getPodReplacementPolicy()).isEqualTo("Failed");
        assertThat(rules(spec)).containsExactly(
                "Ignore DisruptionTarget=True", "Ignore In [75]", "FailJob In [64, 65, 70, 73, 78]", "Count NotIn [0]");
    }

    private static List<String> rules(JobSpec spec) {
        return spec.getPodFailurePolicy().getRules().stream().map(TrainerJobTest::text).toList();
    }

    private static String text(PodFailurePolicyRule rule) {
        return rule.getAction() + " " + (rule.getOnExitCodes() == null
                ? rule.getOnPodConditions().stream().map(c -> c.getType() + "=" + c.getStatus()).collect(Collectors.joining())
                : rule.getOnExitCodes().getOperator() + " " + rule.getOnExitCodes().getValues());
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {
            // given request, given limit, request, limit
            "-, -, 500m, 2",
            "4, -, 4, 4",
            "1, -, 1, 2",
            "-, 8, 500m, 8",
            "-, 250m, 250m, 250m",
            "3, 6, 3, 6",
    })
    void cpuAlwaysHasALimitBecauseThreadsFollowIt(String request, String limit, String expectedRequest, String expectedLimit) {
        String resources = "  resources: {requests: {" + (request == null ? "" : "cpu: \"" + request + "\"")
                + "}, limits: {" + (limit == null ? "" : "cpu: \"" + limit + "\"") + "}}\n";
        Run given = Fixtures.run(Fixtures.job(text -> text + resources));
        Container container = TrainerJob.of(given, Command.TRAIN, 1, Fixtures.IMAGE).getSpec().getTemplate().getSpec()
                .getContainers().getFirst();
        assertThat(container.getResources().getRequests().get("cpu")).isEqualTo(new Quantity(expectedRequest));
        assertThat(container.getResources().getLimits().get("cpu")).isEqualTo(new Quantity(expectedLimit));
        assertThat(container.getResources().getLimits().get("memory")).isEqualTo(new Quantity("2Gi"));
    }

    @ParameterizedTest
    @CsvSource({
            "limits, nvidia.com/gpu, true",
            "requests, nvidia.com/gpu, true",
            "limits, nvidia.com/mig-1g.5gb, true",
            "limits, nvidia.com/gpu.shared, true",
            "limits, rdma/hca, false",
    })
    void aGpuIsAskedForAndUsedWhereTheModelRuns(String side, String resource, boolean gpu) {
        Run given = Fixtures.run(Fixtures.job(text -> text + "  resources: {" + side + ": {" + resource + ": 1}}\n"));
        for (Command stage : Command.values()) {
            Container container = TrainerJob.of(given, stage, 1, Fixtures.IMAGE).getSpec().getTemplate().getSpec().getContainers().getFirst();
            boolean used = gpu && stage != Command.REPORT;
            assertThat(String.join(" ", container.getArgs()).contains("--device cuda")).as("%s of %s", stage, resource).isEqualTo(used);
            assertThat(container.getResources().getLimits().containsKey(resource)).isEqualTo(used || !gpu);
        }
    }

    @Test
    void noGpuIsNoDevice() {
        Run given = Fixtures.run(Fixtures.job(text -> text + "  resources: {limits: {nvidia.com/gpu: 0}}\n"));
        assertThat(TrainerJob.of(given, Command.TRAIN, 1, Fixtures.IMAGE).getSpec().getTemplate().getSpec().getContainers().getFirst().getArgs())
                .doesNotContain("--device");
    }

    @Test
    void theDescriptionOfResourcesSaysTheirDefaults() throws NoSuchMethodException {
        var resources = container(Command.TRAIN).getResources();
        assertThat(AdversarialTrainingJobSpec.class.getMethod("resources").getAnnotation(JsonPropertyDescription.class).value())
                .contains("requests " + shown(resources.getRequests()) + ", limits " + shown(resources.getLimits()));
    }

    private static String shown(Map<String, Quantity> quantities) {
        return "{cpu: " + quantities.get("cpu") + ", memory: " + quantities.get("memory") + "}";
    }
}
