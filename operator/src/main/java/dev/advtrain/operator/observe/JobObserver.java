package dev.advtrain.operator.observe;

import dev.advtrain.contract.ExitCode;
import dev.advtrain.contract.ExitCode.Reaction;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads one Job and its pods. The Job's conditions decide, because they stay when pods are gone; pods add the words.
 */
final class JobObserver {
    // Both texts are the Job controller's, in the Failed condition of a Job with a podFailurePolicy.
    private static final Pattern EXIT_CODE = Pattern.compile("pod (?:\\S+/)?(\\S+) failed with exit code (\\d+) ");
    private static final Pattern DISRUPTED = Pattern.compile("[Pp]od (?:\\S+/)?(\\S+) has condition DisruptionTarget ");

    private JobObserver() {
    }

    static Outcome observe(Job job, List<Pod> podsOfJob) {
        Optional<JobCondition> failed = condition(job, "Failed");
        if (failed.isPresent()) {
            return new Outcome.Failed(failure(failed.get(), mayHaveFailed(job, podsOfJob)));
        }
        Optional<JobCondition> complete = condition(job, "Complete");
        if (complete.isPresent()) {
            return new Outcome.Completed(time(complete.get()), succeededMessage(podsOfJob));
        }
        return new Outcome.Running(podsOfJob.stream().map(Pods::waiting).flatMap(Optional::stream).sorted().findFirst());
    }

    /** Whether the Job says that it is finished. */
    static boolean finished(Job job) {
        return condition(job, "Failed").isPresent() || condition(job, "Complete").isPresent();
    }

    private static Optional<JobCondition> condition(Job job, String type) {
        if (job.getStatus() == null) {
            return Optional.empty();
        }
        return job.getStatus().getConditions().stream()
                .filter(c -> type.equals(c.getType()) && "True".equals(c.getStatus()))
                .findFirst();
    }

    private static Instant time(JobCondition condition) {
        return Instant.parse(condition.getLastTransitionTime());
    }

    private static Optional<String> succeededMessage(List<Pod> pods) {
        return pods.stream()
                .map(Pods::terminated)
                .flatMap(Optional::stream)
                .filter(t -> t.getExitCode() == 0)
                .map(t -> Objects.requireNonNullElse(t.getMessage(), ""))
                .reduce((one, other) -> one.isBlank() ? other : one);
    }

    /**
     * The pods that can be what failed the Job. A Job of many indexes stops its healthy pods when it fails, and goes on after
     * disruptions: what they left with says nothing, and which of them are there depends on when one looks.
     */
    private static List<Pod> mayHaveFailed(Job job, List<Pod> pods) {
        return "Indexed".equals(job.getSpec().getCompletionMode())
                ? pods.stream().filter(pod -> !Pods.disrupted(pod)).toList()
                : pods;
    }

    private static Failure failure(JobCondition failed, List<Pod> pods) {
        String text = failed.getMessage() == null ? "" : failed.getMessage();
        Matcher disrupted = DISRUPTED.matcher(text);
        if (disrupted.find()) {
            String words = "pod " + disrupted.group(1) + " was disrupted"
                    + named(pods, disrupted.group(1)).flatMap(Pods::disruption).map(d -> ": " + d).orElse("");
            return new Failure(Reaction.DISRUPTION, OptionalInt.empty(), false, words, time(failed));
        }
        Matcher code = EXIT_CODE.matcher(text);
        if (code.find()) {
            return failure(Integer.parseInt(code.group(2)), named(pods, code.group(1)), text, time(failed));
        }
        // No code in the condition: retries used up (evaluation), or a pod that ended without a container status.
        Optional<Pod> last = pods.stream().filter(Pods::failed).max(Comparator.comparing(Pods::finishedAt));
        Optional<Integer> lastCode = last.flatMap(Pods::terminated).map(ContainerStateTerminated::getExitCode);
        if (lastCode.isPresent()) {
            return failure(lastCode.get(), last, text, time(failed));
        }
        String words = last.flatMap(Pods::reason).orElse("the pod ended without an exit code: " + text);
        return new Failure(Reaction.COUNT, OptionalInt.empty(), false, words, time(failed));
    }

    private static Failure failure(int code, Optional<Pod> pod, String otherwise, Instant at) {
        Optional<ContainerStateTerminated> terminated = pod.flatMap(Pods::terminated);
        boolean outOfMemory = terminated.map(t -> "OOMKilled".equals(t.getReason())).orElse(false);
        String words = terminated.map(ContainerStateTerminated::getMessage)
                .flatMap(TrainerMessages::failureText)
                .orElse(otherwise);
        return new Failure(ExitCode.reactionTo(code), OptionalInt.of(code), outOfMemory, words, at);
    }

    private static Optional<Pod> named(List<Pod> pods, String name) {
        return pods.stream().filter(p -> name.equals(p.getMetadata().getName())).findFirst();
    }
}
