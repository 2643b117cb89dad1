package dev.advtrain.api.v1alpha1.training;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.advtrain.api.v1alpha1.ApiObject;
import dev.advtrain.api.v1alpha1.Location;
import dev.advtrain.api.v1alpha1.Patterns;
import dev.advtrain.api.v1alpha1.SecretReference;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** The model to harden. */
@ValidationRule(value = "has(self.builtin) != has(self.torchScript)", message = ModelSpec.UNION_MESSAGE)
@ValidationRule(value = "!has(self.normalization) || !has(self.builtin) "
        + "|| size(self.normalization.mean) == self.builtin.inputShape[0]",
        message = ModelSpec.CHANNELS_MESSAGE, fieldPath = ".normalization")
@ValidationRule(value = "!has(self.normalization) || !has(self.torchScript) "
        + "|| size(self.normalization.mean) == self.torchScript.inputShape[0]",
        message = ModelSpec.CHANNELS_MESSAGE, fieldPath = ".normalization")
public record ModelSpec(
        @JsonPropertyDescription("A model the trainer builds itself.")
        Builtin builtin,

        @JsonPropertyDescription("A model of your own, as torch.jit.save writes it, traced or scripted. It leaves with the same interface.")
        TorchScript torchScript,

        @JsonPropertyDescription("Weights to start from, as safetensors: every parameter and buffer of the model, by its name in PyTorch.")
        Location initialWeights,

        @JsonPropertyDescription("Set it if callers of the model feed (input - mean) / std. It is wrapped around the model for training and attacks, "
                + "so that budgets stay in units of inputRange, and stripped on export unless output.includeNormalization.")
        Normalization normalization) implements ApiObject {
    public static final String UNION_MESSAGE = "exactly one of builtin, torchScript must be set";
    public static final String CHANNELS_MESSAGE = "mean and std need one number a channel (the first of inputShape)";

    /** Of one input, without the batch; null while no model is set. */
    public List<Integer> inputShape() {
        return builtin != null ? builtin.inputShape() : torchScript != null ? torchScript.inputShape() : null;
    }

    /** Null while no model is set. */
    public Integer classes() {
        return builtin != null ? builtin.classes() : torchScript != null ? torchScript.classes() : null;
    }

    /** Whether training starts from weights of elsewhere. */
    public boolean startsFromWeights() {
        return torchScript != null || initialWeights != null;
    }

    @ValidationRule(value = SecretReference.RULE, message = SecretReference.MESSAGE, fieldPath = ".secretRef")
    public record TorchScript(
            @JsonPropertyDescription("pvc://CLAIM/path: the model's file on a PersistentVolumeClaim of the job's namespace, mounted read-only. "
                    + "s3://BUCKET/key: an object of any S3 API. https://HOST/path: a file of a public host.")
            @Required @Pattern(Patterns.URI) @Size(max = Patterns.MAX_URI_LENGTH)
            @ValidationRule(value = Location.NO_FILE_RULE, message = Location.NO_FILE_MESSAGE)
            @ValidationRule(value = Location.NO_PARENT_RULE, message = Location.NO_PARENT_MESSAGE)
            String uri,

            @JsonPropertyDescription(Location.SHA256_DESCRIPTION)
            @Pattern(Patterns.SHA256) @Size(max = 64)
            String sha256,

            @JsonPropertyDescription(SecretReference.DESCRIPTION)
            SecretReference secretRef,

            @JsonPropertyDescription("Size of one input, without the batch: channels, height and width of an image, or whatever the model takes.")
            @Required @Size(min = 1, max = 4)
            @ValidationRule(value = "double(self[0]) * (size(self) > 1 ? double(self[1]) : 1.0) * (size(self) > 2 ? double(self[2]) : 1.0) "
                    + "* (size(self) > 3 ? double(self[3]) : 1.0) <= 16777216.0", message = TorchScript.VALUES_MESSAGE)
            List<@Min(1) @Max(16_777_216) Integer> inputShape,

            @JsonPropertyDescription("Number of classes: the model gives one logit for each.")
            @Required @Min(2) @Max(10_000)
            Integer classes) implements ApiObject {
        public static final String VALUES_MESSAGE = "an input must have at most 16777216 values";
        public static final int MAX_VALUES = 16_777_216;

        public Location location() {
            return new Location(uri, sha256, secretRef);
        }
    }

    @ValidationRule(value = "size(self.inputShape) == 3 || self.architecture == 'Mlp' && size(self.inputShape) == 1",
            message = Builtin.DIMENSIONS_MESSAGE, fieldPath = ".inputShape")
    @ValidationRule(value = "size(self.inputShape) != 3 || [self.inputShape[1], self.inputShape[2]].all(side, side >= "
            + "{'SmallCnn': 4, 'Mlp': 1, 'PreActResNet18': 8, 'ResNet18': 32, 'ResNet50': 32, 'WideResNet28x10': 4, 'WideResNet34x10': 4}[self.architecture])",
            message = Builtin.SHAPE_MESSAGE, fieldPath = ".inputShape")
    @ValidationRule(value = "!has(self.batchNorm) || self.architecture == 'SmallCnn'",
            message = Builtin.BATCH_NORM_MESSAGE, fieldPath = ".batchNorm")
    public record Builtin(
            @JsonPropertyDescription("SmallCnn: two 4x4 convolutions of stride 2 (width and 2 x width filters), a hidden layer of 100. "
                    + "Mlp: two hidden layers of width units. PreActResNet18 and WideResNet: for small images such as 32 x 32. "
                    + "ResNet18 and ResNet50: torchvision's, for large images such as 224 x 224, of which they keep 1/32 a side. "
                    + "Tensors have the names of the usual PyTorch implementations, so that their weights fit.")
            @Required
            Architecture architecture,

            @JsonPropertyDescription("Filters of the first convolution, to which all others are in proportion; Mlp: units of each hidden layer. "
                    + "Default: the published width. SmallCnn: 16, Mlp: 256, PreActResNet18, ResNet18 and ResNet50: 64, WideResNet: 16.")
            @Min(1) @Max(1024)
            Integer width,

            @JsonPropertyDescription("Default: ReLU.")
            Activation activation,

            @JsonPropertyDescription("SmallCnn only: batch normalization after each convolution. Default: false.")
            Boolean batchNorm,

            @JsonPropertyDescription("Number of classes.")
            @Required @Min(2) @Max(10_000)
            Integer classes,

            @JsonPropertyDescription("Channels, height and width of one input; for Mlp also the number of features alone.")
            @Required @Size(min = 1, max = 3)
            List<@Min(1) @Max(4096) Integer> inputShape) implements ApiObject {
        public static final String DIMENSIONS_MESSAGE = "must be [channels, height, width], or [features] for Mlp";
        public static final String SHAPE_MESSAGE = "height and width must be at least 4 for SmallCnn and WideResNet, 8 for PreActResNet18, "
                + "32 for ResNet18 and ResNet50";
        public static final String BATCH_NORM_MESSAGE = "only SmallCnn leaves the choice";
    }

    @ValidationRule(value = "size(self.mean) == size(self.std)", message = Normalization.LENGTHS_MESSAGE)
    @ValidationRule(value = "self.std.all(s, double(s) > 0.0)", message = Normalization.STD_MESSAGE, fieldPath = ".std")
    public record Normalization(
            @JsonPropertyDescription("Mean of each channel (each feature, where an input is [features]), in units of the data.")
            @Required @Size(min = 1, max = Normalization.MAX_CHANNELS)
            List<@Pattern(Patterns.SIGNED_DECIMAL) @Size(max = Patterns.MAX_NUMBER_LENGTH) String> mean,

            @JsonPropertyDescription("Standard deviation of each channel, in units of the data; each positive.")
            @Required @Size(min = 1, max = Normalization.MAX_CHANNELS)
            List<@Pattern(Patterns.DECIMAL) @Size(max = Patterns.MAX_NUMBER_LENGTH) String> std) implements ApiObject {
        public static final int MAX_CHANNELS = 1024;
        public static final String LENGTHS_MESSAGE = "mean and std must have the same length";
        public static final String STD_MESSAGE = "every std must be positive";
    }
}
