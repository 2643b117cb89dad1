package dev.advtrain.operator.status;

import dev.advtrain.api.v1alpha1.status.AdversarialTrainingJobStatus;
import dev.advtrain.api.v1alpha1.status.AdversarialTrainingJobStatus.Attempts;
import dev.advtrain.api.v1alpha1.status.AdversarialTrainingJobStatus.Jobs;
import dev.advtrain.api.v1alpha1.status.AdversarialTrainingJobStatus.Resolved;
import dev.advtrain.api.v1alpha1.status.ConditionStatus;
import dev.advtrain.api.v1alpha1.status.ConditionType;
import dev.advtrain.api.v1alpha1.status.Phase;
import dev.advtrain.contract.Command;
import dev.advtrain.contract.Gates;
import dev.advtrain.contract.TerminationMessage;
import dev.advtrain.operator.model.Run;
import dev.advtrain.operator.observe.Observed;
import dev.advtrain.operator.observe.StageState;
import dev.advtrain.resolve.RunSpec;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Makes the status of a job. */
public final class StatusAggregator {
    private final AdversarialTrainingJobStatus before;
    private final Long generation;
    private final Instant now;
    private final Conditions conditions;

    private StatusAggregator(AdversarialTrainingJobStatus before, Long generation, Instant now) {
        this.before = before;
        this.generation = generation;
        this.now = now;
        this.conditions = new Conditions(before == null ? null : before.conditions(), generation, now);
    }

    /** @param before the status the job has; null for a new one */
    public static AdversarialTrainingJobStatus aggregate(AdversarialTrainingJobStatus before, Long generation,
            Situation situation, Instant now) {
        StatusAggregator aggregator = new StatusAggregator(before, generation, now);
        return switch (situation) {
            case Situation.Refused(var why) -> aggregator.refused(Reason.of(why.reason()), why.message());
            case Situation.RunSpecLost(String message) -> aggregator.lost(message);
            case Situation.Accepted(Run run, RunSpec spec, Observed observed) -> aggregator.accepted(run, spec, observed);
        };
    }

    /** Whether nothing more will happen to a job with this status. */
    public static boolean finished(AdversarialTrainingJobStatus status) {
        return isTrue(status, ConditionType.FINISHED);
    }

    /** The stages that this status calls done. */
    public static Set<Command> done(AdversarialTrainingJobStatus status) {
        return isTrue(status, ConditionType.TRAINED) ? EnumSet.of(Command.TRAIN) : EnumSet.noneOf(Command.class);
    }

    private static boolean isTrue(AdversarialTrainingJobStatus status, ConditionType type) {
        return status != null && Conditions.find(status.conditions(), type)
                .filter(c -> c.status() == ConditionStatus.TRUE)
                .isPresent();
    }

    private AdversarialTrainingJobStatus refused(Reason reason, String message) {
        String waits = "the job is not accepted";
        conditions.set(ConditionType.ACCEPTED, ConditionStatus.FALSE, reason, message)
                .set(ConditionType.TRAINED, ConditionStatus.UNKNOWN, Reason.NOT_STARTED, waits)
                .set(ConditionType.EVALUATED, ConditionStatus.UNKNOWN, Reason.NOT_STARTED, waits)
                .set(ConditionType.SUCCEEDED, ConditionStatus.UNKNOWN, Reason.NOT_STARTED, waits)
                .set(ConditionType.FINISHED, ConditionStatus.FALSE, Reason.NOT_STARTED, waits);
        return new StatusBuilder(generation, Phase.PENDING).build(conditions.list());
    }

    private AdversarialTrainingJobStatus lost(String message) {
        conditions.set(ConditionType.ACCEPTED, ConditionStatus.FALSE, Reason.RUN_SPEC_LOST, message)
                .set(ConditionType.TRAINED, isTrue(before, ConditionType.TRAINED) ? ConditionStatus.TRUE : ConditionStatus.FALSE,
                        isTrue(before, ConditionType.TRAINED) ? Reason.TRAINED : Reason.RUN_SPEC_LOST, message)
                .set(ConditionType.EVALUATED, ConditionStatus.FALSE, Reason.RUN_SPEC_LOST, message)
                .set(ConditionType.SUCCEEDED, ConditionStatus.FALSE, Reason.RUN_SPEC_LOST, message)
                .set(ConditionType.FINISHED, ConditionStatus.TRUE, Reason.RUN_SPEC_LOST, message);
        return StatusBuilder.copyOf(before, generation, Phase.FAILED)
                .completionTime(now)
                .build(conditions.list());
    }

    private AdversarialTrainingJobStatus accepted(Run run, RunSpec spec, Observed observed) {
        conditions.set(ConditionType.ACCEPTED, ConditionStatus.TRUE, Reason.ACCEPTED,
                "resolved into run spec " + run.configMapName());
        StatusBuilder status = new StatusBuilder(generation, Phase.PENDING)
                .threatSummary(ThreatSummary.of(spec))
                .suite(spec.evaluation().suite())
                .resolved(new Resolved(run.hash(), run.configMapName(), run.runId()))
                .jobs(jobs(observed))
                .attempts(attempts(observed))
                .startTime(startTime(observed));
        Optional<StageProgress> stopped = trained(run, observed, status).or(() -> evaluated(run, observed, status));
        if (stopped.isPresent()) {
            stopped(stopped.get(), status);
        } else if (observed.report().state() instanceof StageState.Done done) {
            results(spec, done, status);
        }
        return status.build(conditions.list());
    }

    /** Sets Trained. Gives the stage if it is not over, or failed. */
    private Optional<StageProgress> trained(Run run, Observed observed, StatusBuilder status) {
        StageProgress progress = StageProgress.of(run, Command.TRAIN, observed.train());
        if (observed.train().state() instanceof StageState.Done) {
            conditions.set(ConditionType.TRAINED, ConditionStatus.TRUE, Reason.TRAINED, "the model is trained");
            return Optional.empty();
        }
        conditions.set(ConditionType.TRAINED, progress.status(), progress.reason(), progress.message());
        conditions.set(ConditionType.EVALUATED, progress.status(),
                progress.failed() ? progress.reason() : Reason.NOT_STARTED,
                progress.failed() ? "there is no trained model: " + progress.message() : "training comes first");
        status.phase(observed.train().state() instanceof StageState.NotStarted ? Phase.PENDING : Phase.TRAINING);
        return Optional.of(progress);
    }

    /** Sets Evaluated, which needs both the attacks and the report. Gives the stage if one is not over, or failed. */
    private Optional<StageProgress> evaluated(Run run, Observed observed, StatusBuilder status) {
        boolean attacked = observed.evaluate().state() instanceof StageState.Done;
        if (attacked && observed.report().state() instanceof StageState.Done) {
            return Optional.empty();
        }
        Command stage = attacked ? Command.REPORT : Command.EVALUATE;
        StageProgress progress = StageProgress.of(run, stage, observed.of(stage));
        conditions.set(ConditionType.EVALUATED, progress.status(), progress.reason(), progress.message());
        status.phase(attacked ? Phase.REPORTING : Phase.EVALUATING);
        return Optional.of(progress);
    }

    private void stopped(StageProgress progress, StatusBuilder status) {
        if (progress.failed()) {
            conditions.set(ConditionType.SUCCEEDED, ConditionStatus.FALSE, progress.reason(), progress.message())
                    .set(ConditionType.FINISHED, ConditionStatus.TRUE, progress.reason(), progress.message());
            status.phase(Phase.FAILED).completionTime(progress.at());
        } else {
            conditions.set(ConditionType.SUCCEEDED, ConditionStatus.UNKNOWN, Reason.IN_PROGRESS, "the job is running")
                    .set(ConditionType.FINISHED, ConditionStatus.FALSE, Reason.IN_PROGRESS, "the job is running");
        }
    }

    private void results(RunSpec spec, StageState.Done done, StatusBuilder status) {
        TerminationMessage message = done.results().orElseThrow();
        Results.fill(status, spec, message);
        status.completionTime(done.at());
        String numbers = Results.sentence(message.evaluation());
        conditions.set(ConditionType.EVALUATED, ConditionStatus.TRUE, Reason.EVALUATED, numbers);
        List<String> missed = Gates.missed(spec.acceptance(), message.evaluation());
        boolean reached = missed.isEmpty();
        Reason reason = reached ? Reason.SUCCEEDED : reason(spec, message.evaluation(), missed);
        String verdict = reached ? numbers : String.join("; ", missed);
        conditions.set(ConditionType.SUCCEEDED, reached ? ConditionStatus.TRUE : ConditionStatus.FALSE, reason, verdict)
                .set(ConditionType.FINISHED, ConditionStatus.TRUE, reason, verdict);
        status.phase(reached ? Phase.SUCCEEDED : Phase.REJECTED);
    }

    /** An accuracy that is too low would be so without masked gradients too. */
    private static Reason reason(RunSpec spec, TerminationMessage.Evaluation measured, List<String> missed) {
        return missed.size() == 1 && Gates.maskingRejects(spec.acceptance(), measured)
                ? Reason.GRADIENT_MASKING_SUSPECTED : Reason.GATES_MISSED;
    }

    private String startTime(Observed observed) {
        return before != null && before.startTime() != null
                ? before.startTime()
                : observed.train().started().map(Instant::toString).orElse(null);
    }

    private Jobs jobs(Observed observed) {
        Jobs old = before == null || before.jobs() == null ? new Jobs(null, null, null) : before.jobs();
        Jobs jobs = new Jobs(
                observed.train().job().orElse(old.train()),
                observed.evaluate().job().orElse(old.evaluate()),
                observed.report().job().orElse(old.report()));
        return jobs.train() == null ? null : jobs;
    }

    /** Never less than before: a person may delete the Jobs and pods that tell. */
    private Attempts attempts(Observed observed) {
        Attempts old = before == null || before.attempts() == null ? new Attempts(0, 0) : before.attempts();
        return new Attempts(Math.max(old.failures(), observed.failures()), Math.max(old.disruptions(), observed.disruptions()));
    }
}
