package dev.advtrain.api.v1alpha1.training;

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

/** The optimizer's learning rate over time: a union, exactly one field is set. */
@ValidationRule(value = "[has(self.constant), has(self.cosine), has(self.cyclic), has(self.multiStep)].exists_one(each, each)",
        message = ScheduleSpec.UNION_MESSAGE)
public record ScheduleSpec(
        @JsonPropertyDescription("The same learning rate throughout.")
        Constant constant,

        @JsonPropertyDescription("Falls to 0 along half a cosine.")
        Cosine cosine,

        @JsonPropertyDescription("One triangle: rises linearly from 0, then falls linearly to 0, step by step "
                + "(for fast adversarial training: Wong et al. 2020, arXiv:2001.03994).")
        Cyclic cyclic,

        @JsonPropertyDescription("Falls by a factor at given epochs.")
        MultiStep multiStep) implements ApiObject {
    public static final String UNION_MESSAGE = "exactly one of constant, cosine, cyclic, multiStep must be set";

    public record Constant() implements ApiObject {
    }

    public record Cosine(
            @JsonPropertyDescription("Epochs over which the learning rate first rises from 0. Default: 1, or 0 where epochs is 1.")
            @Min(0) @Max(100_000)
            Integer warmupEpochs) implements ApiObject {
    }

    public record Cyclic(
            @JsonPropertyDescription("Share of the steps over which the learning rate rises, at least 0 and less than 1. Default: \"0.5\".")
            @Pattern(Patterns.DECIMAL) @Size(max = Patterns.MAX_NUMBER_LENGTH)
            @ValidationRule(value = "double(self) < 1.0", message = Cyclic.PEAK_MESSAGE)
            String peakFraction) implements ApiObject {
        public static final String PEAK_MESSAGE = "peakFraction must be less than 1";
    }

    public record MultiStep(
            @JsonPropertyDescription("Numbers of finished epochs after which the learning rate is multiplied by gamma, increasing.")
            @Required @Size(min = 1, max = MAX_MILESTONES)
            @ValidationRule(value = "self.isSorted() && self.all(m, self.exists_one(other, other == m))", message = MultiStep.ORDER_MESSAGE)
            List<@Min(1) @Max(100_000) Integer> milestones,

            @JsonPropertyDescription("The factor, more than 0 and less than 1. Default: \"0.1\".")
            @Pattern(Patterns.DECIMAL) @Size(max = Patterns.MAX_NUMBER_LENGTH)
            @ValidationRule(value = "double(self) > 0.0 && double(self) < 1.0", message = MultiStep.GAMMA_MESSAGE)
            String gamma) implements ApiObject {
        public static final int MAX_MILESTONES = 32;
        public static final String ORDER_MESSAGE = "milestones must increase";
        public static final String GAMMA_MESSAGE = "gamma must be more than 0 and less than 1";
    }
}
