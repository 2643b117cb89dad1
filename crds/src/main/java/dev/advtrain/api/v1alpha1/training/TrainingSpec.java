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
@ValidationRule(value = MethodSpec.STANDARD_RULE, message = MethodSpec.STANDARD_MESSAGE, fieldPath = ".innerMaximization")
@ValidationRule(value = MethodSpec.FREE_RULE, message = MethodSpec.FREE_MESSAGE, fieldPath = ".innerMaximization")
@ValidationRule(value = MethodSpec.FGSM_RS_RULE, message = MethodSpec.FGSM_RS_MESSAGE, fieldPath = ".innerMaximization")
@ValidationRule(value = MethodSpec.TRADES_RULE, message = MethodSpec.TRADES_MESSAGE, fieldPath = ".innerMaximization")
@ValidationRule(value = MethodSpec.REPLAYS_RULE, message = MethodSpec.REPLAYS_MESSAGE, fieldPath = ".method.free.replays")
@ValidationRule(value = MethodSpec.MULTI_THREAT_RULE, message = MethodSpec.MULTI_THREAT_MESSAGE, fieldPath = ".multiThreat")
@ValidationRule(value = MethodSpec.CLEAN_RULE, message = MethodSpec.CLEAN_MESSAGE, fieldPath = ".cleanFraction")
@ValidationRule(value = MethodSpec.SMOOTHING_RULE, message = MethodSpec.SMOOTHING_MESSAGE, fieldPath = ".labelSmoothing")
@ValidationRule(value = MethodSpec.PERTURBATION_RULE, message = MethodSpec.PERTURBATION_MESSAGE, fieldPath = ".adversarialWeightPerturbation")
@ValidationRule(value = "!has(self.innerMaximization) || !has(self.innerMaximization.epsilonWarmupEpochs) "
        + "|| self.innerMaximization.epsilonWarmupEpochs < " + TrainingSpec.EPOCHS,
        message = TrainingSpec.EPSILON_WARMUP_MESSAGE, fieldPath = ".innerMaximization.epsilonWarmupEpochs")
@ValidationRule(value = "!has(self.schedule) || !has(self.schedule.cosine) "
        + "|| !has(self.schedule.cosine.warmupEpochs) || self.schedule.cosine.warmupEpochs < " + TrainingSpec.EPOCHS,
        message = TrainingSpec.SCHEDULE_WARMUP_MESSAGE, fieldPath = ".schedule.cosine.warmupEpochs")
@ValidationRule(value = "!has(self.schedule) || !has(self.schedule.multiStep) "
        + "|| self.schedule.multiStep.milestones.all(milestone, milestone < " + TrainingSpec.EPOCHS + ")",
        message = TrainingSpec.MILESTONES_MESSAGE, fieldPath = ".schedule.multiStep.milestones")
@ValidationRule(value = "!has(self.selection) || !has(self.selection.everyEpochs) "
        + "|| self.selection.everyEpochs <= " + TrainingSpec.EPOCHS,
        message = TrainingSpec.SELECTION_MESSAGE, fieldPath = ".selection.everyEpochs")
public record TrainingSpec(
        @JsonPropertyDescription("The training objective: exactly one of the fields. Default: pgd.")
        MethodSpec method,

        @JsonPropertyDescription("How adversarial examples are made while training.")
        InnerMaximizationSpec innerMaximization,

        @JsonPropertyDescription("How training meets several threat models: Max takes each example under the one that raises its loss most "
                + "(Tramer and Boneh 2019, arXiv:1904.13000), Average the mean of the losses under each, RandomOne one drawn for each batch. "
                + "Default: Max.")
        MultiThreat multiThreat,

        @JsonPropertyDescription("Share of each batch that stays clean, at least 0 and less than 1, rounded down to whole examples: the first of the "
                + "batch, whose order is drawn. With pgd and fgsmRs only. Default: \"0\".")
        @Pattern(Patterns.DECIMAL) @Size(max = Patterns.MAX_NUMBER_LENGTH)
        @ValidationRule(value = "double(self) < 1.0", message = TrainingSpec.CLEAN_FRACTION_MESSAGE)
        String cleanFraction,

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

        @JsonPropertyDescription("Gradients longer than this, in L2 over all parameters, are shortened to it: a positive decimal. "
                + "Default: no limit.")
        @Pattern(Patterns.DECIMAL) @Size(max = Patterns.MAX_NUMBER_LENGTH)
        @ValidationRule(value = "double(self) > 0.0", message = TrainingSpec.CLIP_MESSAGE)
        String gradientClipNorm,

        @JsonPropertyDescription("Share of each label that is spread over all classes (Szegedy et al. 2016, arXiv:1512.00567), "
                + "at least 0 and less than 1. Default: none.")
        @Pattern(Patterns.DECIMAL) @Size(max = Patterns.MAX_NUMBER_LENGTH)
        @ValidationRule(value = "double(self) < 1.0", message = TrainingSpec.SMOOTHING_MESSAGE)
        String labelSmoothing,

        @JsonPropertyDescription("Selects from, and writes, a running mean of the model over the steps (Gowal et al. 2020, arXiv:2010.03593). "
                + "Default: none.")
        WeightAveraging weightAveraging,

        @JsonPropertyDescription("Takes each step's gradient where a small change of the weights is worst (Wu et al. 2020, "
                + "arXiv:2004.05884), at the cost of another forward and backward pass. Default: none.")
        AdversarialWeightPerturbation adversarialWeightPerturbation,

        @JsonPropertyDescription("In what the model computes while it is trained and attacked for that. BFloat16 runs its convolutions and matrix "
                + "products in bfloat16; weights, gradients, and adversarial examples stay float32. A processor without bfloat16 instructions, a GPU "
                + "of compute capability below 8, or a model that does not run so, trains in Float32, with a warning. Validation, selection and "
                + "evaluation are always in float32. Default: Float32.")
        Precision precision,

        @JsonPropertyDescription("How the best epoch is chosen: highest robust accuracy on the held-back examples; of standard training, highest "
                + "clean accuracy.")
        Selection selection,

        @JsonPropertyDescription("Seed of every random draw of the job. Default: 0.")
        @Min(0) @Max(SeedRange.MAX)
        Long seed) implements ApiObject {
    /** With the default. */
    static final String EPOCHS = "(has(self.epochs) ? self.epochs : 20)";
    public static final String CLEAN_FRACTION_MESSAGE = "cleanFraction must be less than 1";
    public static final String EPSILON_WARMUP_MESSAGE = "epsilonWarmupEpochs must be less than epochs";
    public static final String SCHEDULE_WARMUP_MESSAGE = "warmupEpochs must be less than epochs";
    public static final String MILESTONES_MESSAGE = "milestones must be less than epochs";
    public static final String CLIP_MESSAGE = "gradientClipNorm must be positive";
    public static final String SMOOTHING_MESSAGE = "labelSmoothing must be less than 1";
    public static final String SELECTION_MESSAGE = "everyEpochs must be at most epochs";

    public record WeightAveraging(
            @JsonPropertyDescription("Share of the mean that a step keeps, more than 0 and less than 1; in the first steps t it keeps no more "
                    + "than (1 + t) / (10 + t). Default: \"0.999\".")
            @Pattern(Patterns.DECIMAL) @Size(max = Patterns.MAX_NUMBER_LENGTH)
            @ValidationRule(value = "double(self) > 0.0 && double(self) < 1.0", message = WeightAveraging.DECAY_MESSAGE)
            String emaDecay) implements ApiObject {
        public static final String DECAY_MESSAGE = "emaDecay must be more than 0 and less than 1";
    }

    public record AdversarialWeightPerturbation(
            @JsonPropertyDescription("Length of the change of each weight matrix or kernel, relative to its own L2 norm: a positive decimal. "
                    + "Default: \"0.005\".")
            @Pattern(Patterns.DECIMAL) @Size(max = Patterns.MAX_NUMBER_LENGTH)
            @ValidationRule(value = "double(self) > 0.0", message = AdversarialWeightPerturbation.GAMMA_MESSAGE)
            String gamma) implements ApiObject {
        public static final String GAMMA_MESSAGE = "gamma must be positive";
    }

    public record Selection(
            @JsonPropertyDescription("Epochs between two measurements. The last epoch is always measured. Default: 1.")
            @Min(1) @Max(100_000)
            Integer everyEpochs,

            @JsonPropertyDescription("Training ends after so many measurements in a row without a better epoch. Default: it does not.")
            @Min(1) @Max(100_000)
            Integer patience) implements ApiObject {
    }
}
