package dev.advtrain.api.v1alpha1.training;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.advtrain.api.v1alpha1.ApiObject;
import dev.advtrain.api.v1alpha1.Patterns;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** How adversarial examples are made while training. */
@ValidationRule(value = "!has(self.attack) || self.attack != 'DeepFool' || !has(self.stepSize) && !has(self.randomStart)",
        message = InnerMaximizationSpec.DEEP_FOOL_MESSAGE)
public record InnerMaximizationSpec(
        @JsonPropertyDescription("Pgd, or DeepFool (Moosavi-Dezfooli et al. 2016, arXiv:1511.04599), whose result is brought into the budget and "
                + "whose steps cost up to nine gradients. DeepFool goes with the methods pgd and mart. Default: Pgd.")
        TrainingAttack attack,

        @JsonPropertyDescription("Gradient steps an example; with DeepFool the most it takes. Default: 10, with fgsmRs 1, with DeepFool 50.")
        @Min(1) @Max(1000)
        Integer steps,

        @JsonPropertyDescription("Size of a step, in units of inputRange: a positive decimal or fraction, the same for every threat model. "
                + "Default: 2.5 x epsilon / steps, with fgsmRs 1.25 x epsilon, with free epsilon, each with the epsilon of the threat model.")
        @Pattern(Patterns.BUDGET) @Size(max = Patterns.MAX_NUMBER_LENGTH)
        @ValidationRule(value = "double(self.split('/')[0]) > 0.0", message = InnerMaximizationSpec.STEP_SIZE_MESSAGE)
        String stepSize,

        @JsonPropertyDescription("Start at a random point of the budget; with trades and mart close to the example. Default: true.")
        Boolean randomStart,

        @JsonPropertyDescription("Epochs over which the budget grows from 0 to epsilon, for models that would not start to learn. Default: 0.")
        @Min(0) @Max(100_000)
        Integer epsilonWarmupEpochs) implements ApiObject {
    public static final String STEP_SIZE_MESSAGE = "stepSize must be positive";
    public static final String DEEP_FOOL_MESSAGE = "DeepFool takes no stepSize and no randomStart";
}
