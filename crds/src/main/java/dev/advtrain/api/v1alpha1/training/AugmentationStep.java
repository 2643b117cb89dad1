package dev.advtrain.api.v1alpha1.training;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.advtrain.api.v1alpha1.ApiObject;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;

/** One change of a training image, drawn anew for each image and epoch: a union, exactly one field is set. */
@ValidationRule(value = AugmentationStep.UNION_RULE, message = AugmentationStep.UNION_MESSAGE)
public record AugmentationStep(
        @JsonPropertyDescription("Moves the image by up to padding pixels each way; what comes in is the least value of inputRange.")
        RandomCrop randomCrop,

        @JsonPropertyDescription("Mirrors the image left to right, every other time.")
        HorizontalFlip horizontalFlip,

        @JsonPropertyDescription("Blanks a square, centred anywhere in the image, with the least value of inputRange (DeVries and Taylor 2017).")
        Cutout cutout) implements ApiObject {
    static final String UNION_RULE = "[has(self.randomCrop), has(self.horizontalFlip), has(self.cutout)].filter(set, set).size() == 1";
    public static final String UNION_MESSAGE = "exactly one of randomCrop, horizontalFlip, cutout must be set";

    public record RandomCrop(
            @JsonPropertyDescription("Pixels, less than height and width.")
            @Required @Min(1) @Max(4096)
            Integer padding) implements ApiObject {
    }

    public record HorizontalFlip() implements ApiObject {
    }

    public record Cutout(
            @JsonPropertyDescription("Side of the square in pixels, less than height and width.")
            @Required @Min(1) @Max(4096)
            Integer size) implements ApiObject {
    }
}
