package dev.advtrain.trainer.evaluate;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.advtrain.api.v1alpha1.evaluation.EvaluationSpec;
import dev.advtrain.api.v1alpha1.status.ConfidenceInterval;
import dev.advtrain.api.v1alpha1.status.GradientMasking;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelKind;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelSpec;
import dev.advtrain.contract.Accuracy;
import dev.advtrain.contract.TerminationMessage;
import java.util.List;
import java.util.Map;

/**
 * {@code report.json}: what was measured, how, on what.
 *
 * @param name of the job, or of the model where there is no job
 * @param seed of samples and attacks
 * @param robust right under every attack of every threat model, per example: an upper bound of the true robustness
 * @param cleanConfusion [true class][class predicted] without an attack: examples
 * @param gradientMasking the worst over all threat models
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Report(int schemaVersion, String runId, String name, Model model, Data data, EvaluationSpec evaluation, long seed,
        Share clean, Share robust, List<Result> results, List<List<Integer>> cleanConfusion, GradientMasking gradientMasking,
        Environment environment, List<String> warnings) {

    /**
     * @param selectedEpoch 1-based; null where the model was not trained here
     * @param inputShape of one example
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Model(String uri, String sha256, Integer selectedEpoch, int classes, List<Long> inputShape) {}

    /**
     * Digests by part.
     *
     * @param train null where the model was not trained here
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Data(Map<String, String> train, Map<String, String> test) {}

    /** @param confidenceInterval Clopper-Pearson */
    public record Share(int correct, int samples, String accuracy, ConfidenceInterval confidenceInterval) {
        public static Share of(int correct, int samples) {
            return new Share(correct, samples, Accuracy.of(correct, samples), ClopperPearson.of(correct, samples));
        }
    }

    /**
     * One threat model.
     *
     * @param robust right under each of its attacks
     * @param notes what the suite left out or replaced, and why
     * @param sweep over other budgets, each attacked alone: PGD-20, or Square with few queries where the attacker sees only scores
     * @param classes those that have examples
     * @param confusion [true class][class predicted under attack]: examples; those that withstood are on the diagonal
     */
    public record Result(ThreatModelKind kind, String name, ThreatModelSpec threatModel, Share robust, List<Attack> attacks, List<String> notes,
            List<SweepPoint> sweep, List<ClassShare> classes, List<List<Integer>> confusion, List<Picture> pictures,
            GradientMasking gradientMasking) {}

    /**
     * @param robust what is left after this attack and those before
     * @param unstable candidates that counted as found once, but that a fresh forward pass classified right
     * @param forwards examples that went forward only
     * @param gradients examples that went forward and backward
     * @param seconds over all shards
     */
    public record Attack(String name, Share robust, int unstable, long forwards, long gradients, double seconds) {}

    /** @param declared whether it is the threat model's own budget */
    public record SweepPoint(String epsilon, Share robust, boolean declared) {}

    /** The examples of one class. */
    public record ClassShare(int label, Share clean, Share robust) {}

    /**
     * What the last digits depend on.
     *
     * @param threads of one operator; several where shards differed
     * @param version of the trainer
     * @param torch version of libtorch
     */
    public record Environment(List<Integer> threads, List<String> instructionSets, String version, String torch) {}

    /** What the status of a job takes from it. */
    public TerminationMessage.Evaluation summary() {
        return new TerminationMessage.Evaluation(evaluation.suite(), clean.samples(), clean.correct(), robust.correct(),
                clean.confidenceInterval(), robust.confidenceInterval(), results.stream().map(Report::summary).toList(), gradientMasking);
    }

    private static TerminationMessage.Result summary(Result result) {
        return new TerminationMessage.Result(result.kind, result.name, result.robust.correct(), result.robust.confidenceInterval(), result.attacks.stream()
                        .map(a -> new TerminationMessage.Attack(a.name, a.robust.correct(), Math.round(a.seconds))).toList());
    }
}
