package dev.advtrain.trainer.evaluate;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.advtrain.api.v1alpha1.evaluation.EvaluationSpec;
import dev.advtrain.api.v1alpha1.status.ConfidenceInterval;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelKind;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelSpec;
import dev.advtrain.contract.Accuracy;
import dev.advtrain.contract.TerminationMessage;
import dev.advtrain.resolve.RunSpec;
import java.util.List;
import java.util.Map;

/**
 * {@code report.json}: what was measured, how, on what.
 *
 * @param robust right under every attack of every threat model, per example: an upper bound of the true robustness
 * @param threads the numbers of threads that shards were evaluated with
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Report(int schemaVersion, String runId, RunSpec.Job job, Model model, Data data, EvaluationSpec evaluation,
        long seed, Share clean, Share robust, List<Result> results, List<Integer> threads, List<String> warnings) {

    /** @param selectedEpoch 1-based */
    public record Model(String uri, String sha256, int selectedEpoch) {}

    /** Digests by part. */
    public record Data(Map<String, String> train, Map<String, String> test) {}

    /** @param confidenceInterval Clopper-Pearson */
    public record Share(int correct, int samples, String accuracy, ConfidenceInterval confidenceInterval) {
        static Share of(int correct, int samples) {
            return new Share(correct, samples, Accuracy.of(correct, samples), ClopperPearson.of(correct, samples));
        }
    }

    /** One threat model. */
    public record Result(ThreatModelKind kind, String name, ThreatModelSpec threatModel, Share robust, List<Attack> attacks) {}

    /**
     * @param robust what is left after this attack and those before
     * @param unstable candidates that counted as found once, but that a fresh forward pass classified right
     * @param forwards examples that went forward only
     * @param gradients examples that went forward and backward
     * @param seconds over all shards
     */
    public record Attack(String name, Share robust, int unstable, long forwards, long gradients, double seconds) {}

    /** What the status of a job takes from it. */
    public TerminationMessage.Evaluation summary() {
        return new TerminationMessage.Evaluation(evaluation.suite(), clean.samples(), clean.correct(), robust.correct(),
                clean.confidenceInterval(), robust.confidenceInterval(), results.stream().map(Report::summary).toList(), null);
    }

    private static TerminationMessage.Result summary(Result result) {
        return new TerminationMessage.Result(result.kind, result.name, result.robust.correct(), result.robust.confidenceInterval(), result.attacks.stream()
                        .map(a -> new TerminationMessage.Attack(a.name, a.robust.correct(), Math.round(a.seconds))).toList());
    }
}
