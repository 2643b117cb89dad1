package dev.advtrain.operator.observe;

import dev.advtrain.contract.Labels;
import dev.advtrain.operator.model.Run;
import dev.advtrain.contract.Command;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Reads the Jobs and pods of one run. */
public final class RunObserver {
    private RunObserver() {
    }

    /**
     * @param done stages that the status already calls done: they stay so when a person deletes their Jobs
     * @param jobs any Jobs; those that the run's owner does not control are left out
     * @param pods any pods; those that none of these Jobs controls are left out, whatever their labels say
     */
    public static Observed observe(Run run, Set<Command> done, List<Job> jobs, List<Pod> pods) {
        List<Job> own = jobs.stream().filter(job -> controlledBy(job, run.owner().uid())).toList();
        Map<String, List<Pod>> podsByJob = pods.stream().collect(Collectors.groupingBy(RunObserver::controller));
        Function<Job, List<Pod>> podsOf = job -> podsByJob.getOrDefault(job.getMetadata().getUid(), List.of());
        Map<Command, StageObservation> stages = new EnumMap<>(Command.class);
        int disruptions = 0;
        for (Command stage : Command.values()) {
            StageObserver observer = new StageObserver(run, stage, attempts(own, stage), podsOf, disruptions);
            StageObservation seen = observer.observe(done.contains(stage) || laterThan(stage, own));
            stages.put(stage, seen);
            disruptions += seen.disruptions();
        }
        return new Observed(stages);
    }

    /**
     * Whether pods may be newer than what is given: a finished Job whose pod is missing or has not ended. The Job
     * controller finishes a Job after its pods have ended, so only a look at an older state shows this, or a deleted pod.
     */
    public static boolean mayBeStale(Run run, List<Job> jobs, List<Pod> pods) {
        return jobs.stream()
                .filter(job -> controlledBy(job, run.owner().uid()))
                .filter(JobObserver::finished)
                .anyMatch(job -> {
                    List<Pod> own = pods.stream().filter(p -> controlledBy(p, job.getMetadata().getUid())).toList();
                    return own.isEmpty() || !own.stream().allMatch(Pods::ended);
                });
    }

    /** Whether the Job has not said that it is finished, and is not being deleted. */
    public static boolean unfinished(Job job) {
        return !JobObserver.finished(job) && job.getMetadata().getDeletionTimestamp() == null;
    }

    /** Whether the object's controller has this UID: names can be taken again, UIDs cannot. */
    public static boolean controlledBy(HasMetadata object, String uid) {
        return uid.equals(controller(object));
    }

    private static String controller(HasMetadata object) {
        return object.getMetadata().getOwnerReferences().stream()
                .filter(reference -> Boolean.TRUE.equals(reference.getController()))
                .map(OwnerReference::getUid)
                .findFirst()
                .orElse("");
    }

    private static boolean laterThan(Command stage, List<Job> jobs) {
        return Arrays.stream(Command.values())
                .filter(other -> other.compareTo(stage) > 0)
                .anyMatch(other -> !attempts(jobs, other).isEmpty());
    }

    private static SortedMap<Integer, Job> attempts(List<Job> jobs, Command stage) {
        SortedMap<Integer, Job> attempts = new TreeMap<>();
        for (Job job : jobs) {
            Map<String, String> labels = job.getMetadata().getLabels();
            if (labels != null && stage.toString().equals(labels.get(Labels.COMPONENT))) {
                attempts.put(Integer.valueOf(labels.get(Labels.ATTEMPT)), job);
            }
        }
        return attempts;
    }
}
