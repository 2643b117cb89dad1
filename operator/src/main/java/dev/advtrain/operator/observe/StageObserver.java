package dev.advtrain.operator.observe;

import dev.advtrain.contract.ExitCode.Reaction;
import dev.advtrain.contract.TerminationMessage;
import dev.advtrain.operator.model.Run;
import dev.advtrain.contract.Command;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Reads the attempts of one stage. They are counted from the Jobs, which are all kept until the job is deleted. */
final class StageObserver {
    // Written by the Job controller on the pods of an Indexed Job, for the tries of the same index before.
    private static final String INDEX = "batch.kubernetes.io/job-completion-index";
    private static final String INDEX_FAILURES = "batch.kubernetes.io/job-index-failure-count";
    private static final String INDEX_IGNORED = "batch.kubernetes.io/job-index-ignored-failure-count";

    private final Run run;
    private final Command stage;
    private final SortedMap<Integer, Job> attempts;
    private final Function<Job, List<Pod>> podsOf;
    private final int disruptionsBefore;
    private int failures;
    private int disruptions;

    StageObserver(Run run, Command stage, SortedMap<Integer, Job> attempts, Function<Job, List<Pod>> podsOf,
            int disruptionsBefore) {
        this.run = run;
        this.stage = stage;
        this.attempts = attempts;
        this.podsOf = podsOf;
        this.disruptionsBefore = disruptionsBefore;
    }

    StageObservation observe(boolean done) {
        StageState state = attempts.isEmpty() ? new StageState.NotStarted() : state(attempts.lastKey());
        if (done && !(state instanceof StageState.Done)) {
            state = new StageState.Done(attempts.isEmpty() ? 0 : attempts.lastKey(), Instant.EPOCH, Optional.empty());
        }
        return new StageObservation(state, failures, disruptions,
                attempts.isEmpty() ? Optional.empty() : Optional.of(attempts.get(attempts.lastKey()).getMetadata().getName()),
                attempts.values().stream().map(StageObserver::created).min(Instant::compareTo));
    }

    private StageState state(int last) {
        for (int attempt = 1; attempt < last; attempt++) {
            countEarlier(attempts.get(attempt));
        }
        Job job = attempts.get(last);
        if (stage == Command.EVALUATE) {
            countTriesOfIndexes(podsOf.apply(job));
        }
        return switch (JobObserver.observe(job, podsOf.apply(job))) {
            case Outcome.Running(Optional<String> waiting) -> running(last, job, waiting);
            case Outcome.Failed(Failure failure) -> afterFailure(last, failure);
            case Outcome.Completed(Instant at, Optional<String> message) when stage == Command.REPORT ->
                    reported(last, job, at, message);
            case Outcome.Completed(Instant at, Optional<String> message) ->
                    new StageState.Done(last, at, Optional.empty());
        };
    }

    private void countEarlier(Job job) {
        if (job == null) {
            // Deleted by hand: nothing tells how it ended.
            failures++;
            return;
        }
        switch (JobObserver.observe(job, podsOf.apply(job))) {
            case Outcome.Failed(Failure failure) -> count(failure);
            case Outcome.Completed(Instant at, Optional<String> message) -> count(unread(job, at, message));
            case Outcome.Running(Optional<String> waiting) -> { }
        }
    }

    /** A report is worth its message only: without it the next attempt writes the same report again. */
    private StageState reported(int attempt, Job job, Instant at, Optional<String> message) {
        Optional<TerminationMessage> results = message.flatMap(m -> TrainerMessages.results(m, run.runId()));
        return results.isPresent()
                ? new StageState.Done(attempt, at, results)
                : afterFailure(attempt, unread(job, at, message));
    }

    /** A pod that is gone took its results with it; one that is there and wrote none would do the same again at once. */
    private static Failure unread(Job job, Instant at, Optional<String> message) {
        String pod = "the pod of " + job.getMetadata().getName();
        return message.isEmpty()
                ? new Failure(Reaction.DISRUPTION, OptionalInt.empty(), false,
                        pod + " was gone before its results were read", at)
                : new Failure(Reaction.COUNT, OptionalInt.empty(), false,
                        pod + " ended without whole results of this run", at);
    }

    private StageState running(int attempt, Job job, Optional<String> waiting) {
        // Only an evaluation is restarted by the Job controller itself, for ever if it is not stopped.
        if (tooManyDisruptions()) {
            Failure failure = new Failure(Reaction.DISRUPTION, OptionalInt.empty(), false,
                    "pods of " + job.getMetadata().getName() + " were disrupted again and again", latestTry(job));
            return new StageState.GivenUp(attempt, failure, StageState.Why.TOO_MANY_DISRUPTIONS);
        }
        return new StageState.Running(attempt, waiting);
    }

    private StageState afterFailure(int attempt, Failure failure) {
        count(failure);
        if (failure.reaction() == Reaction.FAIL_AT_ONCE) {
            return new StageState.GivenUp(attempt, failure, StageState.Why.FINAL_FAILURE);
        }
        // An evaluation's Job tries each shard again by itself: when it fails, its tries are used up.
        if (stage == Command.EVALUATE || failures > run.limits().backoffLimit()) {
            return new StageState.GivenUp(attempt, failure, StageState.Why.TOO_MANY_FAILURES);
        }
        if (tooManyDisruptions()) {
            return new StageState.GivenUp(attempt, failure, StageState.Why.TOO_MANY_DISRUPTIONS);
        }
        Instant notBefore = failure.reaction() == Reaction.DISRUPTION
                ? failure.at()
                : failure.at().plus(Backoff.after(failures));
        return new StageState.Retry(attempt + 1, notBefore, failure);
    }

    private void count(Failure failure) {
        if (failure.reaction() == Reaction.DISRUPTION) {
            disruptions++;
        } else {
            failures++;
        }
    }

    private void countTriesOfIndexes(List<Pod> pods) {
        failures += sumOverIndexes(pods, INDEX_FAILURES);
        disruptions += sumOverIndexes(pods, INDEX_IGNORED);
    }

    private static int sumOverIndexes(List<Pod> pods, String annotation) {
        Map<String, Integer> highest = pods.stream().collect(Collectors.toMap(
                pod -> annotation(pod, INDEX), pod -> Integer.parseInt(annotation(pod, annotation)), Math::max));
        return highest.values().stream().mapToInt(Integer::intValue).sum();
    }

    private static String annotation(Pod pod, String key) {
        Map<String, String> annotations = pod.getMetadata().getAnnotations();
        return annotations == null ? "0" : annotations.getOrDefault(key, "0");
    }

    private boolean tooManyDisruptions() {
        return disruptionsBefore + disruptions > run.limits().maxDisruptions();
    }

    /** When the Job controller last made a pod in place of another: the pod whose annotation tells of the disruption. */
    private Instant latestTry(Job job) {
        return podsOf.apply(job).stream().map(StageObserver::created).max(Instant::compareTo).orElse(created(job));
    }

    private static Instant created(HasMetadata object) {
        return Instant.parse(object.getMetadata().getCreationTimestamp());
    }
}
