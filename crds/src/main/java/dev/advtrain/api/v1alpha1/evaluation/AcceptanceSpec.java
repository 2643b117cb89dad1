package dev.advtrain.api.v1alpha1.evaluation;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.advtrain.api.v1alpha1.ApiObject;
import dev.advtrain.api.v1alpha1.Patterns;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** Gates: a model that misses one is Rejected. */
@ValidationRule(value = "has(self.minCleanAccuracy) || has(self.minRobustAccuracy) || has(self.gradientMasking)",
        message = AcceptanceSpec.EMPTY_MESSAGE)
public record AcceptanceSpec(
        @JsonPropertyDescription("Least accuracy on unchanged inputs, from \"0\" to \"1\".")
        @Pattern(Patterns.ACCURACY) @Size(max = Patterns.MAX_NUMBER_LENGTH)
        String minCleanAccuracy,

        @JsonPropertyDescription("Least share of samples that stay right under every attack, from \"0\" to \"1\".")
        @Pattern(Patterns.ACCURACY) @Size(max = Patterns.MAX_NUMBER_LENGTH)
        String minRobustAccuracy,

        @JsonPropertyDescription("What is compared: LowerBound (the default) of the confidence interval, or PointEstimate.")
        JudgeBy judgeBy,

        @JsonPropertyDescription("What happens where gradient masking is suspected. Reject (the default): the model is Rejected. "
                + "Warn: it is only said. A check that is Inconclusive never rejects.")
        GradientMaskingPolicy gradientMasking) implements ApiObject {
    public static final String EMPTY_MESSAGE = "at least one of minCleanAccuracy, minRobustAccuracy and gradientMasking must be set";
}
