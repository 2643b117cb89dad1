package dev.advtrain.trainer.evaluate;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.advtrain.api.v1alpha1.evaluation.EvaluationSpec;
import dev.advtrain.api.v1alpha1.status.ConfidenceInterval;
import dev.advtrain.api.v1alpha1.status.Cost;
import dev.advtrain.api.v1alpha1.status.GradientMasking;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelKind;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelSpec;
import dev.advtrain.contract.Accuracy;
import dev.advtrain.contract.TerminationMessage;
import io.fabric8.generator.annotation.Nullable;
import java.util.List;
import java.util.Map;

/** {@code report.json}: what was measured, how, on what. Its schema is made from these descriptions. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Report(
        @JsonPropertyDescription("Version of this format. A change that could mislead a reader raises it; fields may be added without.")
        int schemaVersion,
        @JsonPropertyDescription("The run it is of: the job's UID (without a cluster its name) and the sha256 of what was to be done.")
        String runId,
        @JsonPropertyDescription("Name of the job, or of the model where there is no job.")
        String name,
        Model model,
        Data data,
        @JsonPropertyDescription("What was evaluated and how, with every default filled in.")
        EvaluationSpec evaluation,
        @JsonPropertyDescription("Seed of the choice of samples and of the attacks' draws.")
        long seed,
        @JsonPropertyDescription("Samples classified right without an attack.")
        Share clean,
        @JsonPropertyDescription("Samples classified right under every attack of every threat model, per example: an upper bound of the true robustness.")
        Share robust,
        @JsonPropertyDescription("One for each threat model, in the order declared.")
        List<Result> results,
        @JsonPropertyDescription("The incoming model, measured alike on the same samples. Absent where it was not measured.")
        @Nullable Baseline baseline,
        @JsonPropertyDescription("Examples by [true class][class predicted], without an attack.")
        List<List<Integer>> cleanConfusion,
        @JsonPropertyDescription("Each check the worst over all threat models.")
        GradientMasking gradientMasking,
        @JsonPropertyDescription("What training and attacks took.")
        Cost cost,
        Environment environment,
        @JsonPropertyDescription("What a person should know although nothing failed.")
        List<String> warnings) {

    @JsonClassDescription("The model that was attacked.")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Model(
            @JsonPropertyDescription("Location of its TorchScript file.")
            String uri,
            @JsonPropertyDescription("Digest of that file.")
            String sha256,
            @JsonPropertyDescription("Epoch of training that it is from, counted from 1. Absent where the model was not trained by the run.")
            @Nullable Integer selectedEpoch,
            @JsonPropertyDescription("Number of classes.")
            int classes,
            @JsonPropertyDescription("Shape of one example, such as [channels, height, width].")
            List<Long> inputShape) {}

    @JsonClassDescription("The sha256 of each part of the data, such as images and labels.")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Data(
            @JsonPropertyDescription("What the model was trained on. Absent where it was not trained by the run.")
            @Nullable Map<String, String> train,
            @JsonPropertyDescription("What the samples were taken from.")
            Map<String, String> test) {}

    @JsonClassDescription("How many of how many.")
    public record Share(
            @JsonPropertyDescription("Examples classified right.")
            int correct,
            @JsonPropertyDescription("All examples.")
            int samples,
            @JsonPropertyDescription("correct / samples, four digits.")
            String accuracy,
            @JsonPropertyDescription("Clopper-Pearson, rounded outwards.")
            ConfidenceInterval confidenceInterval) {
        public static Share of(int correct, int samples) {
            return new Share(correct, samples, Accuracy.of(correct, samples), ClopperPearson.of(correct, samples));
        }
    }

    @JsonClassDescription("One threat model.")
    public record Result(
            @JsonPropertyDescription("Kind of the threat model.")
            ThreatModelKind kind,
            @JsonPropertyDescription("Name of the threat model.")
            String name,
            @JsonPropertyDescription("What the attacker may do.")
            ThreatModelSpec threatModel,
            @JsonPropertyDescription("Samples classified right under each of its attacks.")
            Share robust,
            @JsonPropertyDescription("In the order they were run, each on the examples that those before it left.")
            List<Attack> attacks,
            @JsonPropertyDescription("What the suite left out or replaced, and why.")
            List<String> notes,
            @JsonPropertyDescription("Over the size of the budget, from 0 on, each attacked alone: by PGD-20, or by Square with few queries where there are no gradients to "
                    + "use. On at most 500 of the samples, the same for each.")
            List<SweepPoint> sweep,
            @JsonPropertyDescription("The classes that have examples.")
            List<ClassShare> classes,
            @JsonPropertyDescription("Examples by [true class][class predicted under attack]; those that withstood are on the diagonal.")
            List<List<Integer>> confusion,
            @JsonPropertyDescription("Some of the examples that were broken.")
            List<Picture> pictures,
            @JsonPropertyDescription("Whether the attacks may have failed because gradients mislead them.")
            GradientMasking gradientMasking) {}

    @JsonClassDescription("The model that training began with. Gradient masking and gates are not judged by it.")
    public record Baseline(
            @JsonPropertyDescription("Location of its TorchScript file.")
            String uri,
            @JsonPropertyDescription("Digest of that file.")
            String sha256,
            @JsonPropertyDescription("Samples it classified right without an attack.")
            Share clean,
            @JsonPropertyDescription("Samples it classified right under every attack of every threat model, per example.")
            Share robust,
            @JsonPropertyDescription("One for each threat model, in the order declared.")
            List<BaselineResult> results,
            @JsonPropertyDescription("From its clean samples to those of the trained model.")
            Change cleanChange,
            @JsonPropertyDescription("From its robust samples to those of the trained model.")
            Change robustChange) {}

    @JsonClassDescription("One threat model, against the incoming model.")
    public record BaselineResult(
            @JsonPropertyDescription("Kind of the threat model.")
            ThreatModelKind kind,
            @JsonPropertyDescription("Name of the threat model.")
            String name,
            @JsonPropertyDescription("Samples classified right under each of its attacks.")
            Share robust,
            @JsonPropertyDescription("In the order they were run, each on the examples that those before it left.")
            List<Attack> attacks,
            @JsonPropertyDescription("What the suite left out or replaced, and why.")
            List<String> notes) {}

    @JsonClassDescription("What training changed, sample by sample.")
    public record Change(
            @JsonPropertyDescription("Samples that were not among them before and are now.")
            int gained,
            @JsonPropertyDescription("Samples that were among them before and are no longer.")
            int lost) {}

    @JsonClassDescription("One attack.")
    public record Attack(
            @JsonPropertyDescription("Name, unique among the attacks of the threat model.")
            String name,
            @JsonPropertyDescription("What is left after this attack and those before.")
            Share robust,
            @JsonPropertyDescription("Candidates that counted as found once, but that a fresh forward pass classified right.")
            int unstable,
            @JsonPropertyDescription("Examples that went forward only.")
            long forwards,
            @JsonPropertyDescription("Examples that went forward and backward.")
            long gradients,
            @JsonPropertyDescription("Time it took, over all shards.")
            double seconds) {}

    @JsonClassDescription("One budget of the sweep.")
    public record SweepPoint(
            @JsonPropertyDescription("Size of the budget, in units of the input range.")
            String epsilon,
            @JsonPropertyDescription("Right under the sweep's own attack with this budget.")
            Share robust,
            @JsonPropertyDescription("Whether it is the threat model's own budget.")
            boolean declared) {}

    @JsonClassDescription("The examples of one class.")
    public record ClassShare(
            @JsonPropertyDescription("The class, counted from 0.")
            int label,
            @JsonPropertyDescription("Right without an attack.")
            Share clean,
            @JsonPropertyDescription("Right under each attack of the threat model.")
            Share robust) {}

    @JsonClassDescription("What the last digits depend on.")
    public record Environment(
            @JsonPropertyDescription("Threads of one operator; several where shards differed.")
            List<Integer> threads,
            @JsonPropertyDescription("Instruction sets that libtorch used; several where shards differed.")
            List<String> instructionSets,
            @JsonPropertyDescription("Version of the trainer.")
            String version,
            @JsonPropertyDescription("Version of libtorch.")
            String torch) {}

    /** What the status of a job takes from it. */
    public TerminationMessage.Evaluation summary() {
        return new TerminationMessage.Evaluation(evaluation.suite(), clean.samples(), clean.correct(), robust.correct(),
                clean.confidenceInterval(), robust.confidenceInterval(), results.stream().map(Report::summary).toList(), gradientMasking,
                baseline == null ? null : new TerminationMessage.Baseline(baseline.clean.correct(), baseline.robust.correct(),
                        baseline.robust.confidenceInterval()));
    }

    private static TerminationMessage.Result summary(Result result) {
        return new TerminationMessage.Result(result.kind, result.name, result.robust.correct(), result.robust.confidenceInterval(), result.attacks.stream()
                        .map(a -> new TerminationMessage.Attack(a.name, a.robust.correct(), Math.round(a.seconds))).toList());
    }
}
