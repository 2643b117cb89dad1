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
@ValidationRule(value = "!has(self.epochs) || !has(self.schedule) || !has(self.schedule.multiStep) "
        + "|| self.schedule.multiStep.milestones.all(milestone, milestone < self.epochs)",
        message = TrainingSpec.MILESTONES_MESSAGE, fieldPath = ".schedule.multiStep.milestones")
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
        OptimizerSpec optimizer,

        @JsonPropertyDescription("The learning rate over time: exactly one of the fields. Default: cosine.")
        ScheduleSpec schedule,

        @JsonPropertyDescription("How the best epoch is chosen: highest robust accuracy on the held-back examples.")
        Selection selection,

        @JsonPropertyDescription("Seed of every random draw of the job. Default: 0.")
        @Min(0) @Max(SeedRange.MAX)
        Long seed) implements ApiObject {
    public static final String EPSILON_WARMUP_MESSAGE = "epsilonWarmupEpochs must be less than epochs";
    public static final String SCHEDULE_WARMUP_MESSAGE = "warmupEpochs must be less than epochs";
    public static final String MILESTONES_MESSAGE = "milestones must be less than epochs";
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

    public record Selection(
            @JsonPropertyDescription("Epochs between two measurements. The last epoch is always measured. Default: 1.")
            @Min(1) @Max(100_000)
            Integer everyEpochs) implements ApiObject {
    }
}
