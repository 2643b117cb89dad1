package dev.advtrain.api.v1alpha1.training;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.advtrain.api.v1alpha1.ApiObject;
import dev.advtrain.api.v1alpha1.Patterns;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** How to train. */
@ValidationRule(value = "!has(self.epochs) || !has(self.innerMaximization) || !has(self.innerMaximization.epsilonWarmupEpochs) "
        + "|| self.innerMaximization.epsilonWarmupEpochs < self.epochs",
        message = TrainingSpec.EPSILON_WARMUP_MESSAGE, fieldPath = ".innerMaximization.epsilonWarmupEpochs")
@ValidationRule(value = "!has(self.epochs) || !has(self.schedule) || !has(self.schedule.cosine) "
        + "|| !has(self.schedule.cosine.warmupEpochs) || self.schedule.cosine.warmupEpochs < self.epochs",
        message = TrainingSpec.SCHEDULE_WARMUP_MESSAGE, fieldPath = ".schedule.cosine.warmupEpochs")
@ValidationRule(value = "!has(self.epochs) || !has(self.selection) || !has(self.selection.everyEpochs) "
        + "|| self.selection.everyEpochs <= self.epochs",
        message = TrainingSpec.SELECTION_MESSAGE, fieldPath = ".selection.everyEpochs")
public record TrainingSpec(
        @JsonPropertyDescription("The training objective: exactly one of the fields. Default: pgd.")
        Method method,

        @JsonPropertyDescription("How adversarial examples are made while training.")
        InnerMaximization innerMaximization,

        @JsonPropertyDescription("Passes over the training examples. Default: 20.")
        @Min(1) @Max(100_000)
        Integer epochs,

        @JsonPropertyDescription("Examples a step. Default: 128.")
        @Min(1) @Max(65_536)
        Integer batchSize,

        @JsonPropertyDescription("The optimizer: exactly one of the fields. Default: sgd.")
        Optimizer optimizer,

        @JsonPropertyDescription("The learning rate over time: exactly one of the fields. Default: cosine.")
        Schedule schedule,

        @JsonPropertyDescription("How the best epoch is chosen: highest robust accuracy on the held-back examples.")
        Selection selection,

        @JsonPropertyDescription("Seed of every random draw of the job. Default: 0.")
        @Min(0) @Max(SeedRange.MAX)
        Long seed) implements ApiObject {
    public static final String EPSILON_WARMUP_MESSAGE = "epsilonWarmupEpochs must be less than epochs";
    public static final String SCHEDULE_WARMUP_MESSAGE = "warmupEpochs must be less than epochs";
    public static final String SELECTION_MESSAGE = "everyEpochs must be at most epochs";

    @ValidationRule(value = "has(self.pgd)", message = Method.UNION_MESSAGE)
    public record Method(
            @JsonPropertyDescription("Train on PGD examples only (Madry et al. 2018, arXiv:1706.06083).")
            Pgd pgd) implements ApiObject {
        public static final String UNION_MESSAGE = "exactly one of pgd must be set";
    }

    /** No settings beyond {@link InnerMaximization}. */
    public record Pgd() implements ApiObject {
    }

    public record InnerMaximization(
            @JsonPropertyDescription("Gradient steps an example. Default: 10.")
            @Min(1) @Max(1000)
            Integer steps,

            @JsonPropertyDescription("Size of a step, in units of inputRange: a positive decimal or fraction. "
                    + "Default: 2.5 x epsilon / steps, with the epsilon of the first threat model, which training uses.")
            @Pattern(Patterns.BUDGET) @Size(max = Patterns.MAX_NUMBER_LENGTH)
            @ValidationRule(value = "double(self.split('/')[0]) > 0.0", message = InnerMaximization.STEP_SIZE_MESSAGE)
            String stepSize,

            @JsonPropertyDescription("Start at a random point of the budget. Default: true.")
            Boolean randomStart,

            @JsonPropertyDescription("Epochs over which the budget grows from 0 to epsilon, for models that would not start to learn. Default: 0.")
            @Min(0) @Max(100_000)
            Integer epsilonWarmupEpochs) implements ApiObject {
        public static final String STEP_SIZE_MESSAGE = "stepSize must be positive";
    }

    @ValidationRule(value = "has(self.sgd)", message = Optimizer.UNION_MESSAGE)
    public record Optimizer(
            @JsonPropertyDescription("Stochastic gradient descent.")
            Sgd sgd) implements ApiObject {
        public static final String UNION_MESSAGE = "exactly one of sgd must be set";
    }

    @ValidationRule(value = "!has(self.nesterov) || !self.nesterov || !has(self.momentum) || double(self.momentum) > 0.0",
            message = Sgd.NESTEROV_MESSAGE, fieldPath = ".nesterov")
    public record Sgd(
            @JsonPropertyDescription("Learning rate, a positive decimal. Default: \"0.1\".")
            @Pattern(Patterns.DECIMAL) @Size(max = Patterns.MAX_NUMBER_LENGTH)
            @ValidationRule(value = "double(self) > 0.0", message = Sgd.LEARNING_RATE_MESSAGE)
            String learningRate,

            @JsonPropertyDescription("Momentum, at least 0 and less than 1. Default: \"0.9\".")
            @Pattern(Patterns.DECIMAL) @Size(max = Patterns.MAX_NUMBER_LENGTH)
            @ValidationRule(value = "double(self) < 1.0", message = Sgd.MOMENTUM_MESSAGE)
            String momentum,

            @JsonPropertyDescription("Nesterov momentum. Default: true, or false where momentum is 0.")
            Boolean nesterov,

            @JsonPropertyDescription("Weight decay, added to the gradient. Default: \"5e-4\".")
            @Pattern(Patterns.DECIMAL) @Size(max = Patterns.MAX_NUMBER_LENGTH)
            String weightDecay) implements ApiObject {
        public static final String LEARNING_RATE_MESSAGE = "learningRate must be positive";
        public static final String MOMENTUM_MESSAGE = "momentum must be less than 1";
        public static final String NESTEROV_MESSAGE = "nesterov needs a momentum above 0";
    }

    @ValidationRule(value = "has(self.constant) != has(self.cosine)", message = Schedule.UNION_MESSAGE)
    public record Schedule(
            @JsonPropertyDescription("The same learning rate throughout.")
            Constant constant,

            @JsonPropertyDescription("Falls to 0 along half a cosine.")
            Cosine cosine) implements ApiObject {
        public static final String UNION_MESSAGE = "exactly one of constant, cosine must be set";
    }

    public record Constant() implements ApiObject {
    }

    public record Cosine(
            @JsonPropertyDescription("Epochs over which the learning rate first rises from 0. Default: 1, or 0 where epochs is 1.")
            @Min(0) @Max(100_000)
            Integer warmupEpochs) implements ApiObject {
    }

    public record Selection(
            @JsonPropertyDescription("Epochs between two measurements. The last epoch is always measured. Default: 1.")
            @Min(1) @Max(100_000)
            Integer everyEpochs) implements ApiObject {
    }
}
