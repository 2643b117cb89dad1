package dev.advtrain.operator.status;

import dev.advtrain.api.v1alpha1.evaluation.Suite;
import dev.advtrain.api.v1alpha1.status.AdversarialTrainingJobStatus;
import dev.advtrain.api.v1alpha1.status.AdversarialTrainingJobStatus.Artifact;
import dev.advtrain.api.v1alpha1.status.AdversarialTrainingJobStatus.Attempts;
import dev.advtrain.api.v1alpha1.status.AdversarialTrainingJobStatus.Baseline;
import dev.advtrain.api.v1alpha1.status.AdversarialTrainingJobStatus.Jobs;
import dev.advtrain.api.v1alpha1.status.AdversarialTrainingJobStatus.Resolved;
import dev.advtrain.api.v1alpha1.status.Condition;
import dev.advtrain.api.v1alpha1.status.ConfidenceInterval;
import dev.advtrain.api.v1alpha1.status.Cost;
import dev.advtrain.api.v1alpha1.status.GradientMasking;
import dev.advtrain.api.v1alpha1.status.Phase;
import dev.advtrain.api.v1alpha1.status.ThreatModelResult;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Collects the fields of a status; what is not set is absent. */
final class StatusBuilder {
    private final Long generation;
    private Phase phase;
    private String threatSummary;
    private Suite suite;
    private Integer samples;
    private String cleanAccuracy;
    private String robustAccuracy;
    private ConfidenceInterval confidenceInterval;
    private List<ThreatModelResult> results;
    private Baseline baseline;
    private GradientMasking gradientMasking;
    private Artifact artifact;
    private Cost cost;
    private Resolved resolved;
    private Jobs jobs;
    private Attempts attempts;
    private List<String> warnings;
    private String startTime;
    private String completionTime;

    StatusBuilder(Long generation, Phase phase) {
        this.generation = generation;
        this.phase = phase;
    }

    /** What is known of a run besides its results. */
    static StatusBuilder copyOf(AdversarialTrainingJobStatus status, Long generation, Phase phase) {
        return new StatusBuilder(generation, phase)
                .threatSummary(status.threatSummary())
                .suite(status.suite())
                .resolved(status.resolved())
                .jobs(status.jobs())
                .attempts(status.attempts())
                .startTime(status.startTime());
    }

    StatusBuilder phase(Phase value) {
        phase = value;
        return this;
    }

    StatusBuilder threatSummary(String value) {
        threatSummary = value;
        return this;
    }

    StatusBuilder suite(Suite value) {
        suite = value;
        return this;
    }

    StatusBuilder samples(Integer value) {
        samples = value;
        return this;
    }

    StatusBuilder accuracies(String clean, String robust, ConfidenceInterval interval) {
        cleanAccuracy = clean;
        robustAccuracy = robust;
        confidenceInterval = interval;
        return this;
    }

    StatusBuilder results(List<ThreatModelResult> value) {
        results = value;
        return this;
    }

    StatusBuilder baseline(Baseline value) {
        baseline = value;
        return this;
    }

    StatusBuilder gradientMasking(GradientMasking value) {
        gradientMasking = value;
        return this;
    }

    StatusBuilder artifact(Artifact value) {
        artifact = value;
        return this;
    }

    StatusBuilder cost(Cost value) {
        cost = value;
        return this;
    }

    StatusBuilder resolved(Resolved value) {
        resolved = value;
        return this;
    }

    StatusBuilder jobs(Jobs value) {
        jobs = value;
        return this;
    }

    StatusBuilder attempts(Attempts value) {
        attempts = value;
        return this;
    }

    StatusBuilder warnings(List<String> value) {
        warnings = value;
        return this;
    }

    StatusBuilder startTime(String value) {
        startTime = value;
        return this;
    }

    StatusBuilder completionTime(Instant value) {
        completionTime = value.truncatedTo(ChronoUnit.SECONDS).toString();
        return this;
    }

    AdversarialTrainingJobStatus build(List<Condition> conditions) {
        return new AdversarialTrainingJobStatus(generation, phase, threatSummary, suite, samples, cleanAccuracy,
                robustAccuracy, confidenceInterval, results, baseline, gradientMasking, artifact, cost, resolved, jobs, attempts, warnings, startTime,
                completionTime, conditions);
    }
}
