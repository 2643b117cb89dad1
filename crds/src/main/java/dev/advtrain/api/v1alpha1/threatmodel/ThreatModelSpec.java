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
import java.util.List;

/** What an attacker may do; the same in both scopes. Numbers are in units of the input range. */
@ValidationRule(value = ThreatModelSpec.EPSILON_RULE, message = ThreatModelSpec.EPSILON_MESSAGE,
        fieldPath = ".perturbation.lp.epsilon")
@ValidationRule(value = "!has(self.queryBudget) || has(self.knowledge) && self.knowledge == 'ScoreBlackBox'",
        message = ThreatModelSpec.QUERY_BUDGET_MESSAGE, fieldPath = ".queryBudget")
@ValidationRule(value = "!has(self.inputRange.perFeature) || has(self.modality) && self.modality == 'Tabular'",
        message = ThreatModelSpec.PER_FEATURE_MESSAGE, fieldPath = ".inputRange.perFeature")
public record ThreatModelSpec(
        @JsonPropertyDescription("What an input is. Image: the values of its pixels. Tabular: features, read from csv or npz. Default: Image.")
        Modality modality,

        @JsonPropertyDescription("What the attacker wants. Untargeted (the default): any wrong class.")
        Goal goal,

        @JsonPropertyDescription("What the attacker knows. WhiteBox (the default): the model with its parameters and gradients. "
                + "ScoreBlackBox: the scores of inputs of their choice, queryBudget times.")
        Knowledge knowledge,

        @JsonPropertyDescription("The range every component of an input lies in: min and max of all, or perFeature. Budgets and step sizes are in units of min and "
                + "max, onto which bytes of images are mapped; with perFeature they are shares of each feature's own range.")
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
            + "<= (has(self.inputRange.perFeature) || !has(self.inputRange.min) || !has(self.inputRange.max) "
            + "? 1.0 : double(self.inputRange.max) - double(self.inputRange.min))";
    public static final String EPSILON_MESSAGE = "a Linf epsilon must be at most inputRange.max - inputRange.min, or 1 with perFeature";
    public static final String PER_FEATURE_MESSAGE = "perFeature needs modality Tabular";
    public static final String QUERY_BUDGET_MESSAGE = "queryBudget needs knowledge ScoreBlackBox";

    @ValidationRule(value = "has(self.perFeature) ? !has(self.min) && !has(self.max) : has(self.min) && has(self.max)",
            message = InputRange.UNION_MESSAGE)
    @ValidationRule(value = "!has(self.min) || !has(self.max) || double(self.min) < double(self.max)", message = InputRange.ORDER_MESSAGE)
    public record InputRange(
            @JsonPropertyDescription("Smallest value of every component, a decimal such as \"0\".")
            @Pattern(Patterns.SIGNED_DECIMAL) @Size(max = Patterns.MAX_NUMBER_LENGTH)
            String min,

            @JsonPropertyDescription("Largest value of every component, a decimal such as \"1\".")
            @Pattern(Patterns.SIGNED_DECIMAL) @Size(max = Patterns.MAX_NUMBER_LENGTH)
            String max,

            @JsonPropertyDescription("The range of each feature, in the order of the data: Tabular only. Attacks see features scaled to [0, 1] by it, so an epsilon "
                    + "of 0.05 is a twentieth of each feature's range. The model gets, and is exported for, features in their own units.")
            @Size(min = 1, max = InputRange.MAX_FEATURES)
            List<FeatureRange> perFeature) implements ApiObject {
        public static final int MAX_FEATURES = 1024;
        public static final String UNION_MESSAGE = "either min and max, or perFeature must be set";
        public static final String ORDER_MESSAGE = "min must be less than max";

        /** One range for every component. */
        public static InputRange of(String min, String max) {
            return new InputRange(min, max, null);
        }
    }

    @ValidationRule(value = "double(self.min) < double(self.max)", message = InputRange.ORDER_MESSAGE)
    public record FeatureRange(
            @JsonPropertyDescription("Smallest value of the feature, a decimal such as \"0\".")
            @Required @Pattern(Patterns.SIGNED_DECIMAL) @Size(max = Patterns.MAX_NUMBER_LENGTH)
            String min,

            @JsonPropertyDescription("Largest value of the feature, a decimal such as \"100000\".")
            @Required @Pattern(Patterns.SIGNED_DECIMAL) @Size(max = Patterns.MAX_NUMBER_LENGTH)
            String max) implements ApiObject {
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

            @JsonPropertyDescription("Size of the budget, in units of inputRange (with perFeature: in shares of each feature's range): a decimal (\"0.1\") or a fraction (\"8/255\"). \"0\" allows no change.")
            @Required @Pattern(Patterns.BUDGET) @Size(max = Patterns.MAX_NUMBER_LENGTH)
            String epsilon) implements ApiObject {
    }
}
