package dev.advtrain.api.v1alpha1.evaluation;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.advtrain.api.v1alpha1.ApiObject;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** How the hardened model is attacked. */
@ValidationRule(value = "!has(self.shards) || !has(self.samples) || self.shards <= self.samples",
        message = EvaluationSpec.SHARDS_MESSAGE, fieldPath = ".shards")
@ValidationRule(value = "!has(self.suite) || self.suite != 'Custom' || has(self.attacks) && size(self.attacks) > 0",
        message = EvaluationSpec.CUSTOM_MESSAGE, fieldPath = ".attacks")
public record EvaluationSpec(
        @JsonPropertyDescription("Attacks to run, those that the knowledge of a threat model allows and that are defined for the number of classes. "
                + "AutoAttack (the default): APGD-CE, targeted APGD, targeted FAB and Square (Croce and Hein 2020, arXiv:2003.01690). "
                + "AutoAttackPlus: also APGD-DLR, untargeted FAB and restarts. AutoAttackRandomized: APGD-CE and APGD-DLR on the mean gradient "
                + "of 20 passes, for models that are random. Quick: FGSM, PGD-20 and APGD-CE. Custom: attacks alone.")
        Suite suite,

        @JsonPropertyDescription("Attacks to run after those of the suite, in order; each gets the samples that all before it left. Default: none.")
        @Size(max = 16)
        List<AttackSpec> attacks,

        @JsonPropertyDescription("Number of test examples to attack. Default: 1000, or all if there are fewer.")
        @Min(1) @Max(10_000_000)
        Integer samples,

        @JsonPropertyDescription("Random (the default): drawn without replacement, the same for every attack. First: the first ones.")
        Sampling sampling,

        @JsonPropertyDescription("Number of pods the samples are spread over. Default: 1.")
        @Min(1) @Max(1000)
        Integer shards,

        @JsonPropertyDescription("Examples attacked at once. Default: 250. Verdicts do not depend on it but for rounding.")
        @Min(1) @Max(65_536)
        Integer batchSize,

        @JsonPropertyDescription("Measures the incoming model too, on the same samples with the same suite: status.baseline, and in the report what hardening "
                + "gained and cost. Its attacks take time as well, little where they break it at once. Default: true where the model starts from given weights "
                + "(model.torchScript, model.initialWeights), else false.")
        Boolean baseline) implements ApiObject {
    public static final String SHARDS_MESSAGE = "shards must be at most samples";
    public static final String CUSTOM_MESSAGE = "suite Custom needs at least one attack";

    /** Without a word on the incoming model. */
    public EvaluationSpec(Suite suite, List<AttackSpec> attacks, Integer samples, Sampling sampling, Integer shards, Integer batchSize) {
        this(suite, attacks, samples, sampling, shards, batchSize, null);
    }

    /** Whether the incoming model is measured too. */
    public boolean measuresBaseline() {
        return Boolean.TRUE.equals(baseline);
    }
}
