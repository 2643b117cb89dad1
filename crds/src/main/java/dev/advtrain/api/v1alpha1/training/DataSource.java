package dev.advtrain.api.v1alpha1.training;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.advtrain.api.v1alpha1.ApiObject;
import dev.advtrain.api.v1alpha1.Location;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** Labelled examples: a union by format, and a limit. */
@ValidationRule(value = DataSource.UNION_RULE, message = DataSource.UNION_MESSAGE)
public record DataSource(
        @JsonPropertyDescription("Images and labels as IDX files (the format of MNIST), gzipped or not.")
        Idx idx,

        @JsonPropertyDescription("Images in the binary form of CIFAR, each file gzipped or not: records of a label and channels x height x width bytes, "
                + "of the model's inputShape.")
        CifarBinary cifarBinary,

        @JsonPropertyDescription("Stroke-drawn digits, 28 x 28, made from a seed: nothing to download.")
        BuiltinDigits builtinDigits,

        @JsonPropertyDescription("Use only the first so many examples. Default: all.")
        @Min(1) @Max(1_000_000_000)
        Integer limit) implements ApiObject {
    static final String UNION_RULE = "[has(self.idx), has(self.cifarBinary), has(self.builtinDigits)].filter(set, set).size() == 1";
    public static final String UNION_MESSAGE = "exactly one of idx, cifarBinary, builtinDigits must be set";

    public static DataSource of(Idx idx, Integer limit) {
        return new DataSource(idx, null, null, limit);
    }

    public static DataSource of(CifarBinary cifarBinary, Integer limit) {
        return new DataSource(null, cifarBinary, null, limit);
    }

    public static DataSource of(BuiltinDigits digits, Integer limit) {
        return new DataSource(null, null, digits, limit);
    }

    public record Idx(
            @JsonPropertyDescription("Unsigned bytes, count x height x width or count x channels x height x width.")
            @Required
            Location images,

            @JsonPropertyDescription("Unsigned bytes, count.")
            @Required
            Location labels) implements ApiObject {
    }

    public record CifarBinary(
            @JsonPropertyDescription("Files, read one after the other.")
            @Required @Size(min = 1, max = 64)
            List<Location> files,

            @JsonPropertyDescription("Single: one byte before each image, as in CIFAR-10. Fine, Coarse: two, as in CIFAR-100, of which the second "
                    + "or the first is taken. Default: Single.")
            CifarLabel label) implements ApiObject {
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
