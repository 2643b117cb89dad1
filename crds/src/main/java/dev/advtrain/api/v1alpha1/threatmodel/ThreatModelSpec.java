package dev.advtrain.api.v1alpha1.threatmodel;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.advtrain.api.v1alpha1.ApiObject;
import dev.advtrain.api.v1alpha1.Patterns;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** What an attacker may do; the same in both scopes. Numbers are in units of the input range. */
@ValidationRule(value = ThreatModelSpec.EPSILON_RULE, message = ThreatModelSpec.EPSILON_MESSAGE,
        fieldPath = ".perturbation.lp.epsilon")
@ValidationRule(value = "!has(self.queryBudget) || has(self.knowledge) && self.knowledge == 'ScoreBlackBox'",
        message = ThreatModelSpec.QUERY_BUDGET_MESSAGE, fieldPath = ".queryBudget")
public record ThreatModelSpec(
        @JsonPropertyDescription("What an input is. Default: Image.")
        Modality modality,

        @JsonPropertyDescription("What the attacker wants. Untargeted (the default): any wrong class.")
        Goal goal,

        @JsonPropertyDescription("What the attacker knows. WhiteBox (the default): the model with its parameters and gradients. "
                + "ScoreBlackBox: the scores of inputs of their choice, queryBudget times.")
        Knowledge knowledge,

        @JsonPropertyDescription("The range every component of an input lies in. Budgets are in these units; bytes of images are mapped onto it.")
        @Required
        InputRange inputRange,

        @JsonPropertyDescription("How far an input may be changed: exactly one of the fields.")
        @Required
        Perturbation perturbation,

        @JsonPropertyDescription("Queries for each input, after the first. Only with knowledge ScoreBlackBox. Default: 5000.")
        @Min(1) @Max(10_000_000)
        Integer queryBudget) implements ApiObject {

    // A budget is a decimal or a fraction; `has` because the union is checked elsewhere.
    static final String EPSILON_RULE = "!has(self.perturbation.lp) || self.perturbation.lp.norm != 'Linf' || "
            + "(self.perturbation.lp.epsilon.contains('/') "
            + "? double(self.perturbation.lp.epsilon.split('/')[0]) / double(self.perturbation.lp.epsilon.split('/')[1]) "
            + ": double(self.perturbation.lp.epsilon)) "
            + "<= double(self.inputRange.max) - double(self.inputRange.min)";
    public static final String EPSILON_MESSAGE = "a Linf epsilon must be at most inputRange.max - inputRange.min";
    public static final String QUERY_BUDGET_MESSAGE = "queryBudget needs knowledge ScoreBlackBox";

    @ValidationRule(value = "double(self.min) < double(self.max)", message = InputRange.ORDER_MESSAGE)
    public record InputRange(
            @JsonPropertyDescription("Smallest value, a decimal such as \"0\".")
            @Required @Pattern(Patterns.SIGNED_DECIMAL) @Size(max = Patterns.MAX_NUMBER_LENGTH)
            String min,

            @JsonPropertyDescription("Largest value, a decimal such as \"1\".")
            @Required @Pattern(Patterns.SIGNED_DECIMAL) @Size(max = Patterns.MAX_NUMBER_LENGTH)
            String max) implements ApiObject {
        public static final String ORDER_MESSAGE = "min must be less than max";
    }

    /** A union: exactly one field is set. */
    @ValidationRule(value = "has(self.lp)", message = Perturbation.UNION_MESSAGE)
    public record Perturbation(
            @JsonPropertyDescription("Any change whose norm is at most epsilon.")
            Lp lp) implements ApiObject {
        public static final String UNION_MESSAGE = "exactly one of lp must be set";
    }

    public record Lp(
            @JsonPropertyDescription("Linf: no component changes by more than epsilon. L2: Euclidean length of the whole change.")
            @Required
            Norm norm,

            @JsonPropertyDescription("Size of the budget, in units of inputRange: a decimal (\"0.1\") or a fraction (\"8/255\"). \"0\" allows no change.")
            @Required @Pattern(Patterns.BUDGET) @Size(max = Patterns.MAX_NUMBER_LENGTH)
            String epsilon) implements ApiObject {
    }
}
