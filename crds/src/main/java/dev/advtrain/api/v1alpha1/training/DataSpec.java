package dev.advtrain.api.v1alpha1.training;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.advtrain.api.v1alpha1.ApiObject;
import dev.advtrain.api.v1alpha1.Patterns;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** What to train and to test on; nothing may be in both. */
@ValidationRule(value = "!has(self.train.idx) || !has(self.test.idx) || self.train.idx.images.uri != self.test.idx.images.uri",
        message = DataSpec.SAME_URI_MESSAGE, fieldPath = ".test.idx.images.uri")
@ValidationRule(value = "!has(self.train.idx) || !has(self.test.idx) || !has(self.train.idx.images.sha256) "
        + "|| !has(self.test.idx.images.sha256) || self.train.idx.images.sha256 != self.test.idx.images.sha256",
        message = DataSpec.SAME_DIGEST_MESSAGE, fieldPath = ".test.idx.images.sha256")
@ValidationRule(value = "!has(self.train.cifarBinary) || !has(self.test.cifarBinary) "
        + "|| self.test.cifarBinary.files.all(t, !self.train.cifarBinary.files.exists(f, f.uri == t.uri))",
        message = DataSpec.SAME_URI_MESSAGE, fieldPath = ".test.cifarBinary.files")
@ValidationRule(value = "!has(self.train.cifarBinary) || !has(self.test.cifarBinary) || self.test.cifarBinary.files.all(t, !has(t.sha256) "
        + "|| !self.train.cifarBinary.files.exists(f, has(f.sha256) && f.sha256 == t.sha256))",
        message = DataSpec.SAME_DIGEST_MESSAGE, fieldPath = ".test.cifarBinary.files")
@ValidationRule(value = "!has(self.train.imageFolder) || !has(self.test.imageFolder) || self.train.imageFolder.uri != self.test.imageFolder.uri",
        message = DataSpec.SAME_URI_MESSAGE, fieldPath = ".test.imageFolder.uri")
@ValidationRule(value = "!has(self.train.imageFolder) || !has(self.test.imageFolder) || !has(self.train.imageFolder.sha256) "
        + "|| !has(self.test.imageFolder.sha256) || self.train.imageFolder.sha256 != self.test.imageFolder.sha256",
        message = DataSpec.SAME_DIGEST_MESSAGE, fieldPath = ".test.imageFolder.sha256")
@ValidationRule(value = "!has(self.train.npz) || !has(self.test.npz) || self.train.npz.uri != self.test.npz.uri "
        + "&& (!has(self.train.npz.sha256) || !has(self.test.npz.sha256) || self.train.npz.sha256 != self.test.npz.sha256) "
        + "|| (has(self.train.npz.inputs) ? self.train.npz.inputs : 'x') != (has(self.test.npz.inputs) ? self.test.npz.inputs : 'x')",
        message = DataSpec.SAME_ARRAY_MESSAGE, fieldPath = ".test.npz.inputs")
@ValidationRule(value = "!has(self.train.csv) || !has(self.test.csv) || self.train.csv.uri != self.test.csv.uri",
        message = DataSpec.SAME_URI_MESSAGE, fieldPath = ".test.csv.uri")
@ValidationRule(value = "!has(self.train.csv) || !has(self.test.csv) || !has(self.train.csv.sha256) || !has(self.test.csv.sha256) "
        + "|| self.train.csv.sha256 != self.test.csv.sha256",
        message = DataSpec.SAME_DIGEST_MESSAGE, fieldPath = ".test.csv.sha256")
@ValidationRule(value = "!has(self.train.csv) || !has(self.augmentation) || size(self.augmentation) == 0",
        message = DataSpec.CSV_AUGMENTATION_MESSAGE, fieldPath = ".augmentation")
@ValidationRule(value = "!has(self.train.builtinDigits) || !has(self.test.builtinDigits) "
        + "|| self.train.builtinDigits.seed != self.test.builtinDigits.seed",
        message = DataSpec.SAME_SEED_MESSAGE, fieldPath = ".test.builtinDigits.seed")
@ValidationRule(value = "[has(self.validationFraction) ? double(self.validationFraction) : 0.05].all(share, share <= 0.0 "
        + "|| (!has(self.train.limit) || double(self.train.limit) * share >= 1.0) "
        + "&& (!has(self.train.builtinDigits) || double(self.train.builtinDigits.count) * share >= 1.0))",
        message = DataSpec.NONE_HELD_MESSAGE, fieldPath = ".validationFraction")
public record DataSpec(
        @JsonPropertyDescription("Examples to train on.")
        @Required
        DataSource train,

        @JsonPropertyDescription("Examples to attack afterwards. Training never sees them.")
        @Required
        DataSource test,

        @JsonPropertyDescription("Share of train that is held back, by seed, to select the best epoch: more than 0, at most 0.5. Default: \"0.05\".")
        @Pattern(Patterns.DECIMAL) @Size(max = Patterns.MAX_NUMBER_LENGTH)
        @ValidationRule(value = "double(self) > 0.0 && double(self) <= 0.5", message = DataSpec.FRACTION_MESSAGE)
        String validationFraction,

        @JsonPropertyDescription("Changes of the images that are trained on, in this order, drawn anew in each epoch; never of those held back. Default: none.")
        @Size(max = 8)
        List<AugmentationStep> augmentation) implements ApiObject {
    public static final String SAME_URI_MESSAGE = "train and test must not be the same file";
    public static final String SAME_DIGEST_MESSAGE = "train and test must not have the same sha256: they would be the same data";
    public static final String SAME_ARRAY_MESSAGE = "train and test must not be the same array of the same file";
    public static final String CSV_AUGMENTATION_MESSAGE = "augmentation is of images, not of csv";
    public static final String SAME_SEED_MESSAGE = "train and test must not have the same seed: they would be the same data";
    public static final String NONE_HELD_MESSAGE = "leaves none of the training examples to select the best epoch by";
    public static final String FRACTION_MESSAGE = "validationFraction must be more than 0 and at most 0.5";
}
