package dev.advtrain.operator.e2e;

import dev.advtrain.contract.TerminationMessage;
import dev.advtrain.contract.TerminationMessages;
import dev.advtrain.operator.Messages;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.UnaryOperator;

/**
 * Ends pods as the kubelet would. The pods of these tests are never scheduled, for the claim they name does not exist; API
 * server, Job controller and garbage collector are the real ones.
 */
final class FakePods {
    private final Cluster cluster;

    FakePods(Cluster cluster) {
        this.cluster = cluster;
    }

    /** Ends the pod that the Job has now. */
    Pod end(String job, int code, String message) {
        return end(pending(job), code, message);
    }

    /** Ends all shards of an evaluation well. */
    void succeedShards(String job, int shards) {
        for (int shard = 0; shard < shards; shard++) {
            end(pendingShard(job, shard), 0, null);
        }
    }

    Pod endShard(String job, int shard, int code, String message) {
        return end(pendingShard(job, shard), code, message);
    }

    Pod report(String job, String runId) {
        return end(job, 0, Messages.report(runId));
    }

    Pod report(String job, String runId, TerminationMessage.Evaluation evaluation) {
        return end(job, 0, TerminationMessages.write(Messages.report(runId, evaluation)));
    }

    Pod pending(String job) {
        return cluster.awaitPod(job, FakePods::pending);
    }

    private Pod pendingShard(String job, int shard) {
        return cluster.awaitPod(job, pod -> pending(pod) && Integer.toString(shard)
                .equals(pod.getMetadata().getAnnotations().get("batch.kubernetes.io/job-completion-index")));
    }

    private static boolean pending(Pod pod) {
        return "Pending".equals(pod.getStatus().getPhase()) && pod.getMetadata().getDeletionTimestamp() == null;
    }

    void disrupt(String job) {
        Pod pod = pending(job);
        String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        edit(pod, p -> new PodBuilder(p).editStatus().addNewCondition().withType("DisruptionTarget")
                .withStatus("True").withReason("PreemptionByScheduler").withMessage("preempted").withLastTransitionTime(now)
                .endCondition().endStatus().build());
        end(pod, 143, null);
    }

    private Pod end(Pod pod, int code, String message) {
        String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        return edit(pod, p -> new PodBuilder(p).editStatus()
                .withPhase(code == 0 ? "Succeeded" : "Failed")
                .withContainerStatuses()
                .addNewContainerStatus()
                .withName("trainer")
                .withImage("none").withImageID("").withRestartCount(0).withReady(false)
                .withNewState().withNewTerminated()
                .withExitCode(code).withReason(code == 0 ? "Completed" : "Error").withMessage(message)
                .withStartedAt(now).withFinishedAt(now)
                .endTerminated().endState()
                .endContainerStatus()
                .endStatus().build());
    }

    /** The scheduler writes the same status, so a conflict is tried again. */
    private Pod edit(Pod pod, UnaryOperator<Pod> edit) {
        while (true) {
            try {
                return cluster.client.pods().inNamespace(cluster.namespace).withName(pod.getMetadata().getName()).editStatus(edit);
            } catch (KubernetesClientException e) {
                if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                    throw e;
                }
            }
        }
    }
}
