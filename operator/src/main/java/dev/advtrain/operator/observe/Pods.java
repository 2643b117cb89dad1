package dev.advtrain.operator.observe;

import dev.advtrain.contract.ExitCode;
import dev.advtrain.contract.ExitCode.Reaction;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Small questions to a pod. */
final class Pods {
    // Starting up is no reason to worry a person; these do not pass by themselves.
    private static final Set<String> STUCK = Set.of("ImagePullBackOff", "ErrImagePull", "ErrImageNeverPull",
            "InvalidImageName", "CreateContainerConfigError", "CreateContainerError", "RunContainerError");

    private Pods() {
    }

    static Optional<ContainerStateTerminated> terminated(Pod pod) {
        return states(pod).map(ContainerState::getTerminated).filter(Objects::nonNull).findFirst();
    }

    static boolean failed(Pod pod) {
        return "Failed".equals(status(pod).getPhase());
    }

    static boolean ended(Pod pod) {
        return failed(pod) || "Succeeded".equals(status(pod).getPhase());
    }

    /** When its container ended, RFC 3339 in UTC, so that text order is time order; empty if it never ran. */
    static String finishedAt(Pod pod) {
        return terminated(pod).map(ContainerStateTerminated::getFinishedAt).orElse("");
    }

    static Optional<String> disruption(Pod pod) {
        return condition(pod, "DisruptionTarget", "True").map(c -> sentence(c.getReason(), c.getMessage()));
    }

    /** Whether it was evicted, or stopped after saving what it had. */
    static boolean disrupted(Pod pod) {
        return disruption(pod).isPresent()
                || terminated(pod).filter(t -> ExitCode.reactionTo(t.getExitCode()) == Reaction.DISRUPTION).isPresent();
    }

    /** What the kubelet or the pod garbage collector wrote on a pod that has no exit code. */
    static Optional<String> reason(Pod pod) {
        PodStatus status = status(pod);
        return Optional.ofNullable(status.getReason())
                .map(r -> "pod " + pod.getMetadata().getName() + " failed: " + sentence(r, status.getMessage()));
    }

    /** Why it does not start, if something keeps it from starting. */
    static Optional<String> waiting(Pod pod) {
        Optional<String> unschedulable = condition(pod, "PodScheduled", "False")
                .map(c -> sentence(c.getReason(), c.getMessage()));
        Optional<String> stuck = states(pod)
                .map(ContainerState::getWaiting)
                .filter(Objects::nonNull)
                .filter(w -> w.getReason() != null && STUCK.contains(w.getReason()))
                .map(Pods::sentence)
                .findFirst();
        return unschedulable.or(() -> stuck)
                .map(why -> "pod " + pod.getMetadata().getName() + " is waiting: " + why);
    }

    private static String sentence(ContainerStateWaiting waiting) {
        return sentence(waiting.getReason(), waiting.getMessage());
    }

    private static String sentence(String reason, String message) {
        return message == null || message.isBlank() ? reason : reason + " (" + message + ")";
    }

    private static Stream<ContainerState> states(Pod pod) {
        return status(pod).getContainerStatuses().stream().map(ContainerStatus::getState).filter(Objects::nonNull);
    }

    private static Optional<PodCondition> condition(Pod pod, String type, String status) {
        return status(pod).getConditions().stream()
                .filter(c -> type.equals(c.getType()) && status.equals(c.getStatus()))
                .findFirst();
    }

    private static PodStatus status(Pod pod) {
        return pod.getStatus() == null ? new PodStatus() : pod.getStatus();
    }
}
