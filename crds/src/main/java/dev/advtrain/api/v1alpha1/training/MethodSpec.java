package dev.advtrain.api.v1alpha1.training;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.advtrain.api.v1alpha1.ApiObject;
import dev.advtrain.api.v1alpha1.Patterns;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** What a step of training minimizes: a union, exactly one field is set. */
@ValidationRule(value = MethodSpec.UNION_RULE, message = MethodSpec.UNION_MESSAGE)
public record MethodSpec(
        @JsonPropertyDescription("Cross entropy of the examples as they are: no attack.")
        Standard standard,

        @JsonPropertyDescription("Cross entropy of adversarial examples (Madry et al. 2018, arXiv:1706.06083).")
        Pgd pgd,

        @JsonPropertyDescription("Cross entropy of the examples, and beta times how far an attack moves the prediction from there "
                + "(Zhang et al. 2019, arXiv:1901.08573). The attack raises that divergence and starts, in either norm, at the example "
                + "plus normal noise of a thousandth of inputRange.")
        Trades trades,

        @JsonPropertyDescription("Boosted cross entropy of adversarial examples, and beta times the divergence weighted by how unsure "
                + "the prediction is (Wang et al. 2020, ICLR). The attack starts as that of trades.")
        Mart mart,

        @JsonPropertyDescription("Cross entropy of examples made in one step of 1.25 x epsilon from a random start (Wong et al. 2020, "
                + "arXiv:2001.03994). After each epoch it is checked for catastrophic overfitting; where found, the weights of the epoch "
                + "before are restored and training goes on with PGD of 10 steps, said in status.warnings.")
        FgsmRs fgsmRs,

        @JsonPropertyDescription("Each batch several times in a row; each backward pass updates the weights and the perturbations, which are "
                + "carried from batch to batch (Shafahi et al. 2019, arXiv:1904.12843). An epoch has as many steps as with any method, "
                + "so the examples are passed epochs / replays times.")
        Free free) implements ApiObject {
    static final String UNION_RULE = "[has(self.standard), has(self.pgd), has(self.trades), has(self.mart), has(self.fgsmRs), "
            + "has(self.free)].exists_one(each, each)";
    public static final String BETA_MESSAGE = "beta must be positive";
    public static final String UNION_MESSAGE = "exactly one of standard, pgd, trades, mart, fgsmRs, free must be set";

    // Of TrainingSpec, which has the fields these relate.
    private static final String INNER = "!has(self.method) || !has(self.innerMaximization) || ";
    private static final String PGD = "(!has(self.innerMaximization.attack) || self.innerMaximization.attack == 'Pgd')";
    private static final String RANDOM = "(!has(self.innerMaximization.randomStart) || self.innerMaximization.randomStart)";
    static final String STANDARD_RULE = INNER + "!has(self.method.standard)";
    public static final String STANDARD_MESSAGE = "standard training makes no adversarial examples: leave innerMaximization out";
    static final String FREE_RULE = INNER + "!has(self.method.free) || !has(self.innerMaximization.attack) && !has(self.innerMaximization.steps) "
            + "&& !has(self.innerMaximization.randomStart)";
    public static final String FREE_MESSAGE = "free takes stepSize and epsilonWarmupEpochs only";
    static final String FGSM_RS_RULE = INNER + "!has(self.method.fgsmRs) || " + PGD + " && " + RANDOM
            + " && (!has(self.innerMaximization.steps) || self.innerMaximization.steps == 1)";
    public static final String FGSM_RS_MESSAGE = "fgsmRs takes one step of Pgd from a random start";
    static final String TRADES_RULE = INNER + "!has(self.method.trades) || " + PGD + " && " + RANDOM;
    public static final String TRADES_MESSAGE = "trades takes Pgd with randomStart: at the example itself the divergence has no slope";
    static final String REPLAYS_RULE = "!has(self.method) || !has(self.method.free) || !has(self.method.free.replays) "
            + "|| self.method.free.replays <= " + TrainingSpec.EPOCHS;
    public static final String REPLAYS_MESSAGE = "replays must be at most epochs, or some examples are never seen";
    static final String MULTI_THREAT_RULE = "!has(self.multiThreat) || !has(self.method) || !has(self.method.standard) && !has(self.method.free)";
    public static final String MULTI_THREAT_MESSAGE = "multiThreat goes with pgd, trades, mart and fgsmRs";
    static final String CLEAN_RULE = "!has(self.cleanFraction) || !has(self.method) || !has(self.method.standard) && !has(self.method.trades) "
            + "&& !has(self.method.mart) && !has(self.method.free)";
    public static final String CLEAN_MESSAGE = "cleanFraction goes with pgd and fgsmRs";

    static final String SMOOTHING_RULE = "!has(self.labelSmoothing) || !has(self.method) || !has(self.method.mart)";
    public static final String SMOOTHING_MESSAGE = "mart has no labelSmoothing";
    static final String PERTURBATION_RULE = "!has(self.adversarialWeightPerturbation) || !has(self.method) || !has(self.method.free)";
    public static final String PERTURBATION_MESSAGE = "free takes one backward pass a step: leave adversarialWeightPerturbation out";

    public record Standard() implements ApiObject {
    }

    /** No settings beyond {@link InnerMaximizationSpec}. */
    public record Pgd() implements ApiObject {
    }

    public record Trades(
            @JsonPropertyDescription("Weight of robustness, a positive decimal. Default: \"6\".")
            @Pattern(Patterns.DECIMAL) @Size(max = Patterns.MAX_NUMBER_LENGTH)
            @ValidationRule(value = "double(self) > 0.0", message = MethodSpec.BETA_MESSAGE)
            String beta) implements ApiObject {
    }

    public record Mart(
            @JsonPropertyDescription("Weight of the divergence, a positive decimal. Default: \"5\".")
            @Pattern(Patterns.DECIMAL) @Size(max = Patterns.MAX_NUMBER_LENGTH)
            @ValidationRule(value = "double(self) > 0.0", message = MethodSpec.BETA_MESSAGE)
            String beta) implements ApiObject {
    }

    public record FgsmRs(
            @JsonPropertyDescription("Weight of GradAlign, a positive decimal: gradients at an example and at a random point of its budget shall "
                    + "point the same way, which wards off catastrophic overfitting at several times the cost (Andriushchenko and "
                    + "Flammarion 2020, arXiv:2007.02617). Default: none.")
            @Pattern(Patterns.DECIMAL) @Size(max = Patterns.MAX_NUMBER_LENGTH)
            @ValidationRule(value = "double(self) > 0.0", message = FgsmRs.GRAD_ALIGN_MESSAGE)
            String gradAlign) implements ApiObject {
        public static final String GRAD_ALIGN_MESSAGE = "gradAlign must be positive";
    }

    public record Free(
            @JsonPropertyDescription("Steps on each batch in a row. Default: 8, or epochs where that is less.")
            @Min(1) @Max(1000)
            Integer replays) implements ApiObject {
    }

}
