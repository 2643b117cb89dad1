package dev.advtrain.api.v1alpha1.evaluation;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.advtrain.api.v1alpha1.ApiObject;
import dev.advtrain.api.v1alpha1.Patterns;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** One attack: a union, exactly one field is set. Norm, budget and range are those of each threat model. */
@ValidationRule(value = AttackSpec.UNION_RULE, message = AttackSpec.UNION_MESSAGE)
public record AttackSpec(
        @JsonPropertyDescription("One step of length epsilon (Goodfellow et al. 2015, arXiv:1412.6572).")
        Fgsm fgsm,

        @JsonPropertyDescription("Projected gradient ascent (Madry et al. 2018, arXiv:1706.06083).")
        Pgd pgd,

        @JsonPropertyDescription("Auto-PGD (Croce and Hein 2020, arXiv:2003.01690).")
        Apgd apgd,

        @JsonPropertyDescription("Auto-PGD with the targeted DLR loss. Needs a model of at least 4 classes.")
        ApgdTargeted apgdTargeted,

        @JsonPropertyDescription("Fast adaptive boundary attack towards the nearest class (Croce and Hein 2020, arXiv:1907.02044). "
                + "A step costs as many gradients as there are classes.")
        Fab fab,

        @JsonPropertyDescription("The same towards each of the likeliest wrong classes.")
        FabTargeted fabTargeted,

        @JsonPropertyDescription("Random search over squares, from scores alone (Andriushchenko et al. 2020, arXiv:1912.00049).")
        Square square,

        @JsonPropertyDescription("Random points of the budget: what every search must beat.")
        Noise noise) implements ApiObject {
    static final String UNION_RULE = "[has(self.fgsm), has(self.pgd), has(self.apgd), has(self.apgdTargeted), has(self.fab), "
            + "has(self.fabTargeted), has(self.square), has(self.noise)].exists_one(each, each)";
    public static final String UNION_MESSAGE =
            "exactly one of fgsm, pgd, apgd, apgdTargeted, fab, fabTargeted, square, noise must be set";

    private static final int MAX_STEPS = 10_000;
    private static final int MAX_RESTARTS = 1000;
    private static final int MAX_TARGETS = 1000;
    private static final int MAX_CLASSES = 10_000;
    private static final int MAX_QUERIES = 10_000_000;

    public record Fgsm() implements ApiObject {
    }

    @ValidationRule(value = "!has(self.restarts) || self.restarts == 1 || !has(self.randomStart) || self.randomStart",
            message = Pgd.RESTARTS_MESSAGE, fieldPath = ".restarts")
    public record Pgd(
            @JsonPropertyDescription("CrossEntropy (the default) or Dlr, which needs a model of at least 3 classes, with targets 4.")
            AttackLoss loss,

            @JsonPropertyDescription("Gradient steps a start. Default: 20.")
            @Min(1) @Max(MAX_STEPS)
            Integer steps,

            @JsonPropertyDescription("Size of a step, in units of inputRange: a positive decimal or fraction, the same for every threat model. "
                    + "Default: 2.5 x epsilon / steps, with the epsilon of each.")
            @Pattern(Patterns.BUDGET) @Size(max = Patterns.MAX_NUMBER_LENGTH)
            @ValidationRule(value = "double(self.split('/')[0]) > 0.0", message = Pgd.STEP_SIZE_MESSAGE)
            String stepSize,

            @JsonPropertyDescription("Starts (for each target), each on the examples that are still right. Default: 1.")
            @Min(1) @Max(MAX_RESTARTS)
            Integer restarts,

            @JsonPropertyDescription("Start at a random point of the budget. Default: true.")
            Boolean randomStart,

            @JsonPropertyDescription("Classes to lead to, one after the other; any wrong class is a success. Default: none, away from the right class.")
            @Size(max = MAX_TARGETS)
            List<@Min(0) @Max(MAX_CLASSES - 1) Integer> targets) implements ApiObject {
        public static final String STEP_SIZE_MESSAGE = "stepSize must be positive";
        public static final String RESTARTS_MESSAGE = "restarts need randomStart: without it all would be the same";
    }

    public record Apgd(
            @JsonPropertyDescription("CrossEntropy (the default) or Dlr, which needs a model of at least 3 classes.")
            AttackLoss loss,

            @JsonPropertyDescription("Gradient steps a start. Default: 100.")
            @Min(1) @Max(MAX_STEPS)
            Integer steps,

            @JsonPropertyDescription("Random starts, each on the examples that are still right. Default: 1.")
            @Min(1) @Max(MAX_RESTARTS)
            Integer restarts) implements ApiObject {
    }

    public record ApgdTargeted(
            @JsonPropertyDescription("Gradient steps a target. Default: 100.")
            @Min(1) @Max(MAX_STEPS)
            Integer steps,

            @JsonPropertyDescription("How many of the likeliest wrong classes to aim at, or all where the model has fewer. Default: 9.")
            @Min(1) @Max(MAX_CLASSES)
            Integer targets) implements ApiObject {
    }

    public record Fab(
            @JsonPropertyDescription("Steps a start. Default: 100.")
            @Min(1) @Max(MAX_STEPS)
            Integer steps,

            @JsonPropertyDescription("Starts: the first is the example itself, later ones lie half the budget away. Default: 1.")
            @Min(1) @Max(MAX_RESTARTS)
            Integer restarts) implements ApiObject {
    }

    public record FabTargeted(
            @JsonPropertyDescription("Steps a target and start. Default: 100.")
            @Min(1) @Max(MAX_STEPS)
            Integer steps,

            @JsonPropertyDescription("How many of the likeliest wrong classes to aim at, or all where the model has fewer. Default: 9.")
            @Min(1) @Max(MAX_CLASSES)
            Integer targets,

            @JsonPropertyDescription("Starts for each target: the first is the example itself, later ones lie half the budget away. Default: 1.")
            @Min(1) @Max(MAX_RESTARTS)
            Integer restarts) implements ApiObject {
    }

    public record Square(
            @JsonPropertyDescription("Queries for each example after the first. Default: 5000, or the least queryBudget of the threat models.")
            @Min(1) @Max(MAX_QUERIES)
            Integer queries) implements ApiObject {
    }

    public record Noise(
            @JsonPropertyDescription("Uniform (the default) in the budget, or Gaussian with the standard deviation epsilon, brought into the budget.")
            NoiseDistribution distribution,

            @JsonPropertyDescription("Points for each example, until one is misclassified. Default: 100, or the least queryBudget of the threat models.")
            @Min(1) @Max(MAX_QUERIES)
            Integer draws) implements ApiObject {
    }
}
