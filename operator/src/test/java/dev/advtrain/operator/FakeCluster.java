package dev.advtrain.operator;

import dev.advtrain.contract.Command;
import dev.advtrain.operator.model.Run;
import dev.advtrain.operator.model.TrainerJob;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Jobs and pods as the Job controller of Kubernetes 1.35 leaves them: its conditions, its texts, its annotations.
 */
public final class FakeCluster {
    public static final Instant T0 = Instant.parse("2026-01-01T10:00:00Z");

    public final List<Job> jobs = new ArrayList<>();
    public final List<Pod> pods = new ArrayList<>();
    private final Run run;

    public FakeCluster(Run run) {
        this.run = run;
    }

    /** A Job that was just created. */
    public Job create(Command stage, int attempt) {
        Job job = new JobBuilder(TrainerJob.of(run, stage, attempt, Fixtures.IMAGE))
                .editMetadata()
                .withUid(stage + "-" + attempt)
                .withCreationTimestamp(T0.plusSeconds(100L * jobs.size()).toString())
                .endMetadata()
                .withNewStatus()
                .endStatus()
                .build();
        jobs.add(job);
        return job;
    }

    public FakeCluster running(Command stage, int attempt) {
        Job job = create(stage, attempt);
        pod(job, "Running", null, null, null, Map.of());
        return this;
    }

    public FakeCluster complete(Command stage, int attempt, Instant at, String message) {
        Job job = create(stage, attempt);
        condition(job, "SuccessCriteriaMet", "CompletionsReached", "Reached expected number of succeeded pods", at);
        condition(job, "Complete", "CompletionsReached", "Reached expected number of succeeded pods", at);
        pod(job, "Succeeded", 0, "Completed", message, Map.of());
        return this;
    }

    /** A Job of one pod that ended with this code. */
    public FakeCluster failed(Command stage, int attempt, Instant at, int code, String message) {
        Job job = create(stage, attempt);
        Pod pod = pod(job, "Failed", code, "Error", message, Map.of());
        String text = "Container trainer for pod " + job.getMetadata().getNamespace() + "/" + pod.getMetadata().getName()
                + " failed with exit code " + code + " matching FailJob rule at index 2";
        fail(job, "PodFailurePolicy", text, at);
        return this;
    }

    /** A Job whose pod was evicted or preempted. */
    public FakeCluster disrupted(Command stage, int attempt, Instant at) {
        Job job = create(stage, attempt);
        Pod pod = pod(job, "Failed", 143, "Error", null, Map.of());
        pod.getStatus().getConditions().add(new io.fabric8.kubernetes.api.model.PodConditionBuilder()
                .withType("DisruptionTarget").withStatus("True").withReason("PreemptionByScheduler")
                .withMessage("preempting to accommodate a higher priority pod").build());
        fail(job, "PodFailurePolicy", "Pod team-a/" + pod.getMetadata().getName()
                + " has condition DisruptionTarget matching FailJob rule at index 1", at);
        return this;
    }

    public static void fail(Job job, String reason, String text, Instant at) {
        condition(job, "FailureTarget", reason, text, at);
        condition(job, "Failed", reason, text, at);
    }

    public static void condition(Job job, String type, String reason, String message, Instant at) {
        job.setStatus(new JobBuilder(job).editOrNewStatus()
                .addNewCondition()
                .withType(type)
                .withStatus("True")
                .withReason(reason)
                .withMessage(message)
                .withLastTransitionTime(at.toString())
                .endCondition()
                .endStatus()
                .build().getStatus());
    }

    /** @param code null while it runs */
    public Pod pod(Job job, String phase, Integer code, String reason, String message, Map<String, String> annotations) {
        OwnerReference controller = new OwnerReferenceBuilder()
                .withApiVersion("batch/v1").withKind("Job").withName(job.getMetadata().getName())
                .withUid(job.getMetadata().getUid()).withController(true).build();
        PodBuilder pod = new PodBuilder()
                .withNewMetadata()
                .withNamespace(job.getMetadata().getNamespace())
                .withName(job.getMetadata().getName() + "-" + "x".repeat(4) + pods.size())
                .withLabels(job.getMetadata().getLabels())
                .withAnnotations(annotations)
                .withCreationTimestamp(T0.plusSeconds(1000L + pods.size()).toString())
                .withOwnerReferences(controller)
                .endMetadata()
                .withNewStatus()
                .withPhase(phase)
                .endStatus();
        if (code == null) {
            pod.editStatus().addNewContainerStatus().withName("trainer").withNewState().withNewRunning().endRunning()
                    .endState().endContainerStatus().endStatus();
        } else {
            pod.editStatus().addNewContainerStatus().withName("trainer").withNewState().withNewTerminated()
                    .withExitCode(code).withReason(reason).withMessage(message).withFinishedAt(T0.plusSeconds(pods.size()).toString())
                    .endTerminated().endState().endContainerStatus().endStatus();
        }
        Pod built = pod.build();
        pods.add(built);
        return built;
    }

    public FakeCluster withoutPods() {
        pods.clear();
        return this;
    }
}
