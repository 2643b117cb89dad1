package dev.advtrain.api.v1alpha1.training;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.advtrain.api.v1alpha1.ApiObject;
import dev.advtrain.api.v1alpha1.Location;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;

/** Labelled examples: a union by format, and a limit. */
@ValidationRule(value = "has(self.idx) != has(self.builtinDigits)", message = DataSource.UNION_MESSAGE)
public record DataSource(
        @JsonPropertyDescription("Images and labels as IDX files (the format of MNIST), gzipped or not.")
        Idx idx,

        @JsonPropertyDescription("Stroke-drawn digits, 28 x 28, made from a seed: nothing to download.")
        BuiltinDigits builtinDigits,

        @JsonPropertyDescription("Use only the first so many examples. Default: all.")
        @Min(1) @Max(1_000_000_000)
        Integer limit) implements ApiObject {
    public static final String UNION_MESSAGE = "exactly one of idx, builtinDigits must be set";

    public record Idx(
            @JsonPropertyDescription("Unsigned bytes, count x height x width or count x channels x height x width.")
            @Required
            Location images,

            @JsonPropertyDescription("Unsigned bytes, count.")
            @Required
            Location labels) implements ApiObject {
    }

    public record BuiltinDigits(
            @JsonPropertyDescription("Number of examples.")
            @Required @Min(1) @Max(1_000_000)
            Integer count,

            @JsonPropertyDescription("Seed of the drawings; another seed gives other drawings.")
            @Required @Min(0) @Max(SeedRange.MAX)
            Long seed) implements ApiObject {
    }
}
