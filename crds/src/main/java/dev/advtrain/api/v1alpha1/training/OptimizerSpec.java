package dev.advtrain.api.v1alpha1.training;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.advtrain.api.v1alpha1.ApiObject;
import dev.advtrain.api.v1alpha1.Patterns;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** How gradients change the model: a union, exactly one field is set. As PyTorch defines them. */
@ValidationRule(value = "has(self.sgd) != has(self.adamW)", message = OptimizerSpec.UNION_MESSAGE)
public record OptimizerSpec(
        @JsonPropertyDescription("Stochastic gradient descent.")
        Sgd sgd,

        @JsonPropertyDescription("Adam with decoupled weight decay (Loshchilov and Hutter 2019, arXiv:1711.05101).")
        AdamW adamW) implements ApiObject {
    public static final String UNION_MESSAGE = "exactly one of sgd, adamW must be set";
    public static final String LEARNING_RATE_MESSAGE = "learningRate must be positive";

    @ValidationRule(value = "!has(self.nesterov) || !self.nesterov || !has(self.momentum) || double(self.momentum) > 0.0",
            message = Sgd.NESTEROV_MESSAGE, fieldPath = ".nesterov")
    public record Sgd(
            @JsonPropertyDescription("Learning rate, a positive decimal. Default: \"0.1\".")
            @Pattern(Patterns.DECIMAL) @Size(max = Patterns.MAX_NUMBER_LENGTH)
            @ValidationRule(value = "double(self) > 0.0", message = LEARNING_RATE_MESSAGE)
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
        public static final String MOMENTUM_MESSAGE = "momentum must be less than 1";
        public static final String NESTEROV_MESSAGE = "nesterov needs a momentum above 0";
    }

    public record AdamW(
            @JsonPropertyDescription("Learning rate, a positive decimal. Default: \"1e-3\".")
            @Pattern(Patterns.DECIMAL) @Size(max = Patterns.MAX_NUMBER_LENGTH)
            @ValidationRule(value = "double(self) > 0.0", message = LEARNING_RATE_MESSAGE)
            String learningRate,

            @JsonPropertyDescription("Decay of the gradients' running mean, at least 0 and less than 1. Default: \"0.9\".")
            @Pattern(Patterns.DECIMAL) @Size(max = Patterns.MAX_NUMBER_LENGTH)
            @ValidationRule(value = "double(self) < 1.0", message = AdamW.BETA1_MESSAGE)
            String beta1,

            @JsonPropertyDescription("Decay of the running mean of their squares, at least 0 and less than 1. Default: \"0.999\".")
            @Pattern(Patterns.DECIMAL) @Size(max = Patterns.MAX_NUMBER_LENGTH)
            @ValidationRule(value = "double(self) < 1.0", message = AdamW.BETA2_MESSAGE)
            String beta2,

            @JsonPropertyDescription("Added to what is divided by, a positive decimal. Default: \"1e-8\".")
            @Pattern(Patterns.DECIMAL) @Size(max = Patterns.MAX_NUMBER_LENGTH)
            @ValidationRule(value = "double(self) > 0.0", message = AdamW.EPSILON_MESSAGE)
            String epsilon,

            @JsonPropertyDescription("Weight decay, beside the gradient. Default: \"1e-2\".")
            @Pattern(Patterns.DECIMAL) @Size(max = Patterns.MAX_NUMBER_LENGTH)
            String weightDecay) implements ApiObject {
        public static final String BETA1_MESSAGE = "beta1 must be less than 1";
        public static final String BETA2_MESSAGE = "beta2 must be less than 1";
        public static final String EPSILON_MESSAGE = "epsilon must be positive";
    }
}
