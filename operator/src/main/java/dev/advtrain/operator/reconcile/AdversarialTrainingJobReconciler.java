package dev.advtrain.operator.reconcile;

import dev.advtrain.api.v1alpha1.status.AdversarialTrainingJobStatus;
import dev.advtrain.api.v1alpha1.training.AdversarialTrainingJob;
import dev.advtrain.operator.model.Run;
import dev.advtrain.operator.model.TrainerJob;
import dev.advtrain.operator.observe.Observed;
import dev.advtrain.operator.observe.RunObserver;
import dev.advtrain.operator.status.Reason;
import dev.advtrain.operator.status.Situation;
import dev.advtrain.operator.status.StatusAggregator;
import dev.advtrain.operator.status.Transitions;
import dev.advtrain.operator.status.Transitions.Transition;
import dev.advtrain.resolve.Resolution;
import dev.advtrain.resolve.RunSpec;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Carries an AdversarialTrainingJob from its spec to its end. Nothing is kept between two calls: everything is decided
 * from what is in the cluster, so that the operator may be killed at any moment.
 *
 * <p>Changes of the status are events too (not generation aware): each step is taken from a status that was written.
 */
@ControllerConfiguration(name = "adversarialtrainingjob", generationAwareEventProcessing = false)
@GradualRetry(maxAttempts = Integer.MAX_VALUE, initialInterval = 1000, maxInterval = 60_000)
public class AdversarialTrainingJobReconciler implements Reconciler<AdversarialTrainingJob> {
    private static final Duration AFTER_CONFLICT = Duration.ofMillis(200);
    private static final Duration WHILE_NAME_TAKEN = Duration.ofSeconds(5);
    private static final Duration WHILE_SECRET_MISSING = Duration.ofSeconds(15);

    private final Settings settings;
    private final Clock clock = Clock.systemUTC();
    private final Sources sources = new Sources();
    private final Children children;
    private final RunSpecs runSpecs;
    private final StatusWriter statusWriter;
    private final Events events;

    public AdversarialTrainingJobReconciler(KubernetesClient client, Settings settings) {
        this.settings = settings;
        this.children = new Children(client);
        this.runSpecs = new RunSpecs(client, children, sources);
        this.statusWriter = new StatusWriter(client);
        this.events = new Events(client, clock, settings.instance());
    }

    @Override
    public List<EventSource<?, AdversarialTrainingJob>> prepareEventSources(EventSourceContext<AdversarialTrainingJob> context) {
        return sources.prepare(context);
    }

    @Override
    public UpdateControl<AdversarialTrainingJob> reconcile(AdversarialTrainingJob job, Context<AdversarialTrainingJob> context) {
        List<Job> jobs = List.copyOf(context.getSecondaryResources(Job.class));
        if (StatusAggregator.finished(job.getStatus()) || namespaceIsDeleted(job, context)) {
            stopUnfinished(job, jobs);
            return UpdateControl.noUpdate();
        }
        try {
            return step(job, jobs, context);
        } catch (Children.NameTakenException e) {
            events.publish(job, new Transition(Reason.NAME_TAKEN, false, e.getMessage(), e.getMessage()));
            return UpdateControl.<AdversarialTrainingJob>noUpdate().rescheduleAfter(WHILE_NAME_TAKEN);
        }
    }

    private UpdateControl<AdversarialTrainingJob> step(AdversarialTrainingJob job, List<Job> jobs,
            Context<AdversarialTrainingJob> context) {
        Situation situation = switch (runSpecs.of(job)) {
            case RunSpecs.Refused(var why) -> new Situation.Refused(why);
            case RunSpecs.Lost(String message) -> new Situation.RunSpecLost(message);
            case RunSpecs.Found(Run run, RunSpec spec) ->
                    new Situation.Accepted(run, spec, observe(job, run, jobs, context));
        };
        Instant now = clock.instant();
        AdversarialTrainingJobStatus before = job.getStatus();
        AdversarialTrainingJobStatus after =
                StatusAggregator.aggregate(before, job.getMetadata().getGeneration(), situation, now);
        if (!after.equals(before)) {
            // Before the status: afterwards nothing would tell that they are still to be written.
            Transitions.between(before, after).forEach(transition -> events.publish(job, transition));
            if (!statusWriter.write(job, after)) {
                return UpdateControl.<AdversarialTrainingJob>noUpdate().rescheduleAfter(AFTER_CONFLICT);
            }
        }
        return situation instanceof Situation.Accepted(Run run, RunSpec spec, Observed observed)
                ? act(run, Decision.of(observed, now))
                : waitsForSecret(situation)
                        ? UpdateControl.<AdversarialTrainingJob>noUpdate().rescheduleAfter(WHILE_SECRET_MISSING)
                        : UpdateControl.noUpdate();
    }

    /** Secrets are not watched, so that the operator needs no right to see them all. */
    private static boolean waitsForSecret(Situation situation) {
        return situation instanceof Situation.Refused(var why)
                && (why.reason() == Resolution.Reason.SECRET_NOT_FOUND || why.reason() == Resolution.Reason.SECRET_NOT_LABELLED);
    }

    private Observed observe(AdversarialTrainingJob job, Run run, List<Job> jobs, Context<AdversarialTrainingJob> context) {
        List<Pod> pods = List.copyOf(context.getSecondaryResources(Pod.class));
        if (RunObserver.mayBeStale(run, jobs, pods)) {
            pods = sources.livePods(context.getClient(), job);
        }
        return RunObserver.observe(run, StatusAggregator.done(job.getStatus()), jobs, pods);
    }

    private UpdateControl<AdversarialTrainingJob> act(Run run, Decision decision) {
        return switch (decision) {
            case Decision.Create(var stage, int attempt) -> {
                children.ensure(TrainerJob.of(run, stage, attempt, settings.trainerImage()), run.owner().uid());
                yield UpdateControl.noUpdate();
            }
            case Decision.Wait(Duration pause) ->
                    UpdateControl.<AdversarialTrainingJob>noUpdate().rescheduleAfter(pause);
            case Decision.Await() -> UpdateControl.noUpdate();
        };
    }

    /**
     * Kubernetes deletes the pods of a namespace before its Jobs. The Job controller keeps a deleted pod of an Indexed Job
     * until it has made another in its place, which it cannot do there: without us the namespace would stay for ever.
     */
    private boolean namespaceIsDeleted(AdversarialTrainingJob job, Context<AdversarialTrainingJob> context) {
        return context.getSecondaryResources(Pod.class).stream().anyMatch(pod -> pod.getMetadata().getDeletionTimestamp() != null)
                && children.namespaceIsDeleted(job.getMetadata().getNamespace());
    }

    /** A job that was given up while a Job of it still runs. Its end is in the status by now, so nothing makes it anew. */
    private void stopUnfinished(AdversarialTrainingJob job, List<Job> jobs) {
        jobs.stream()
                .filter(child -> RunObserver.controlledBy(child, job.getMetadata().getUid()))
                .filter(RunObserver::unfinished)
                .forEach(children::delete);
    }
}
