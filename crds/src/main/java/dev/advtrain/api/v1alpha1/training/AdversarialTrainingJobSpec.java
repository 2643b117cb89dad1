package dev.advtrain.api.v1alpha1.training;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.advtrain.api.v1alpha1.ApiObject;
import dev.advtrain.api.v1alpha1.evaluation.AcceptanceSpec;
import dev.advtrain.api.v1alpha1.evaluation.EvaluationSpec;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** What is wanted. Optional fields take the built-in defaults of {@code dev.advtrain.resolve}. */
@ValidationRule(value = "!has(self.evaluation) || !has(self.evaluation.samples) "
        + "|| (!has(self.data.test.limit) || self.evaluation.samples <= self.data.test.limit) "
        + "&& (!has(self.data.test.builtinDigits) || self.evaluation.samples <= self.data.test.builtinDigits.count)",
        message = AdversarialTrainingJobSpec.SAMPLES_MESSAGE, fieldPath = ".evaluation.samples")
@ValidationRule(value = AdversarialTrainingJobSpec.NO_DIGITS + " || !has(self.model.builtin) || self.model.builtin.inputShape == [1, 28, 28]",
        message = AdversarialTrainingJobSpec.DIGITS_SHAPE_MESSAGE, fieldPath = ".model.builtin.inputShape")
@ValidationRule(value = AdversarialTrainingJobSpec.NO_DIGITS + " || !has(self.model.builtin) || self.model.builtin.classes >= 10",
        message = AdversarialTrainingJobSpec.DIGITS_CLASSES_MESSAGE, fieldPath = ".model.builtin.classes")
@ValidationRule(value = AdversarialTrainingJobSpec.NO_DIGITS + " || !has(self.model.torchScript) || self.model.torchScript.inputShape == [1, 28, 28]",
        message = AdversarialTrainingJobSpec.DIGITS_SHAPE_MESSAGE, fieldPath = ".model.torchScript.inputShape")
@ValidationRule(value = AdversarialTrainingJobSpec.NO_DIGITS + " || !has(self.model.torchScript) || self.model.torchScript.classes >= 10",
        message = AdversarialTrainingJobSpec.DIGITS_CLASSES_MESSAGE, fieldPath = ".model.torchScript.classes")
@ValidationRule(value = "!has(self.evaluation) || !has(self.evaluation.baseline) || !self.evaluation.baseline "
        + "|| has(self.model.torchScript) || has(self.model.initialWeights)",
        message = AdversarialTrainingJobSpec.BASELINE_MESSAGE, fieldPath = ".evaluation.baseline")
@ValidationRule(value = "size(self.threatModels) == 1 || !has(self.training) || !has(self.training.method) || !has(self.training.method.free)",
        message = AdversarialTrainingJobSpec.FREE_MESSAGE, fieldPath = ".threatModels")
@ValidationRule(value = AdversarialTrainingJobSpec.UNKNOWN_SHAPE + "!has(self.data.augmentation) || size(self.data.augmentation) == 0 || size("
        + AdversarialTrainingJobSpec.SHAPE + ") == 3",
        message = AdversarialTrainingJobSpec.AUGMENTATION_MESSAGE, fieldPath = ".data.augmentation")
@ValidationRule(value = AdversarialTrainingJobSpec.UNKNOWN_SHAPE + "!has(self.data.augmentation) || size(" + AdversarialTrainingJobSpec.SHAPE
        + ") != 3 || self.data.augmentation.all(step, [1, 2].all(side, "
        + "(!has(step.randomCrop) || step.randomCrop.padding < " + AdversarialTrainingJobSpec.SHAPE + "[side]) "
        + "&& (!has(step.cutout) || step.cutout.size < " + AdversarialTrainingJobSpec.SHAPE + "[side])))",
        message = AdversarialTrainingJobSpec.SIDE_MESSAGE, fieldPath = ".data.augmentation")
@ValidationRule(value = AdversarialTrainingJobSpec.NO_ATTACKS + AdversarialTrainingJobSpec.UNKNOWN_SHAPE + "size(" + AdversarialTrainingJobSpec.SHAPE
        + ") == 3 || !self.evaluation.attacks.exists(attack, has(attack.square))",
        message = AdversarialTrainingJobSpec.SQUARE_MESSAGE, fieldPath = ".evaluation.attacks")
@ValidationRule(value = AdversarialTrainingJobSpec.NO_ATTACKS + AdversarialTrainingJobSpec.UNKNOWN_SHAPE + "self.evaluation.attacks.all(attack, "
        + "(!has(attack.pgd) || !has(attack.pgd.loss) || attack.pgd.loss != 'Dlr' || " + AdversarialTrainingJobSpec.CLASSES
        + " >= (has(attack.pgd.targets) && size(attack.pgd.targets) > 0 ? 4 : 3)) "
        + "&& (!has(attack.apgd) || !has(attack.apgd.loss) || attack.apgd.loss != 'Dlr' || " + AdversarialTrainingJobSpec.CLASSES + " >= 3) "
        + "&& (!has(attack.apgdTargeted) || " + AdversarialTrainingJobSpec.CLASSES + " >= 4))",
        message = AdversarialTrainingJobSpec.DLR_MESSAGE, fieldPath = ".evaluation.attacks")
@ValidationRule(value = AdversarialTrainingJobSpec.NO_ATTACKS + AdversarialTrainingJobSpec.UNKNOWN_SHAPE + "self.evaluation.attacks.all(attack, "
        + "!has(attack.pgd) || !has(attack.pgd.targets) || attack.pgd.targets.all(target, target < " + AdversarialTrainingJobSpec.CLASSES + "))",
        message = AdversarialTrainingJobSpec.TARGETS_MESSAGE, fieldPath = ".evaluation.attacks")
@ValidationRule(value = "!has(self.evaluation) || !has(self.evaluation.shards) || has(self.evaluation.samples) "
        + "|| (!has(self.data.test.limit) || self.evaluation.shards <= self.data.test.limit) "
        + "&& (!has(self.data.test.builtinDigits) || self.evaluation.shards <= self.data.test.builtinDigits.count)",
        message = EvaluationSpec.SHARDS_MESSAGE, fieldPath = ".evaluation.shards")
@ValidationRule(value = "!has(self.data.train.imageFolder) && !has(self.data.test.imageFolder) || !has(self.model.torchScript) "
        + "|| size(self.model.torchScript.inputShape) == 3 && self.model.torchScript.inputShape[0] in [1, 3]",
        message = AdversarialTrainingJobSpec.IMAGES_MESSAGE, fieldPath = ".model.torchScript.inputShape")
@ValidationRule(value = "!has(self.data.train.imageFolder) && !has(self.data.test.imageFolder) || !has(self.model.builtin) "
        + "|| size(self.model.builtin.inputShape) == 3 && self.model.builtin.inputShape[0] in [1, 3]",
        message = AdversarialTrainingJobSpec.IMAGES_MESSAGE, fieldPath = ".model.builtin.inputShape")
public record AdversarialTrainingJobSpec(
        @JsonPropertyDescription("What to harden against, all with one inputRange: the model is trained as training.multiThreat says, "
                + "and evaluated against each and against their union.")
        @Required @Size(min = 1, max = AdversarialTrainingJobSpec.MAX_THREAT_MODELS)
        @ValidationRule(value = AdversarialTrainingJobSpec.DISTINCT_RULE, message = AdversarialTrainingJobSpec.DISTINCT_MESSAGE)
        List<ThreatModelReference> threatModels,

        @JsonPropertyDescription("The model to harden.")
        @Required
        ModelSpec model,

        @JsonPropertyDescription("What to train and to test on.")
        @Required
        DataSpec data,

        @JsonPropertyDescription("How to train.")
        TrainingSpec training,

        @JsonPropertyDescription("How to measure the hardened model.")
        EvaluationSpec evaluation,

        @JsonPropertyDescription("Gates. A model that misses one is Rejected; without gates every finished job succeeds.")
        AcceptanceSpec acceptance,

        @JsonPropertyDescription("Where the hardened model and its reports go.")
        @Required
        OutputSpec output,

        @JsonPropertyDescription("Compute resources of each pod. The number of threads follows limits.cpu. "
                + "Default: requests {cpu: 500m, memory: 1Gi}, limits {cpu: 2, memory: 2Gi}; a limit is never below its request. "
                + "With {nvidia.com/gpu: 1} in limits training and attacks run on that GPU, else on the CPU; the report needs none.")
        ResourcesSpec resources,

        @JsonPropertyDescription("When training saves its state.")
        CheckpointSpec checkpoint,

        @JsonPropertyDescription("Failed attempts that are retried before the job fails. Default: 3.")
        @Min(0) @Max(100)
        Integer backoffLimit,

        @JsonPropertyDescription("Disruptions (evictions, preemptions, drained nodes) after which the job fails. Default: 100.")
        @Min(0) @Max(10_000)
        Integer maxDisruptions) implements ApiObject {
    public static final int MAX_THREAT_MODELS = 8;
    static final String DISTINCT_RULE = "self.all(a, self.exists_one(b, a.name == b.name "
            + "&& (has(a.kind) ? a.kind : 'ThreatModel') == (has(b.kind) ? b.kind : 'ThreatModel')))";
    public static final String BASELINE_MESSAGE = "there is no incoming model to measure: baseline needs model.torchScript or model.initialWeights";
    public static final String FREE_MESSAGE = "free trains against one threat model";
    public static final String DISTINCT_MESSAGE = "a threat model must not be there twice";
    static final String NO_DIGITS = "!has(self.data.train.builtinDigits) && !has(self.data.test.builtinDigits)";
    // Of whichever model is set: that it is exactly one is checked elsewhere.
    static final String UNKNOWN_SHAPE = "!has(self.model.builtin) && !has(self.model.torchScript) || ";
    static final String SHAPE = "(has(self.model.builtin) ? self.model.builtin.inputShape : self.model.torchScript.inputShape)";
    static final String CLASSES = "(has(self.model.builtin) ? self.model.builtin.classes : self.model.torchScript.classes)";
    static final String NO_ATTACKS = "!has(self.evaluation) || !has(self.evaluation.attacks) || ";
    public static final String SAMPLES_MESSAGE = "samples must be at most the number of test examples (count, limit)";
    public static final String AUGMENTATION_MESSAGE = "augmentation needs inputs of channels, height and width";
    public static final String SIDE_MESSAGE = "must be less than the smaller side of the model's inputs";
    public static final String SQUARE_MESSAGE = "needs inputs of the shape [channels, height, width]";
    public static final String DLR_MESSAGE = "the loss Dlr needs a model of at least 3 classes, with targets and in apgdTargeted of at least 4";
    public static final String TARGETS_MESSAGE = "targets must be classes of the model";
    public static final String IMAGES_MESSAGE = "imageFolder needs an inputShape of 1 or 3 channels, height and width";
    public static final String DIGITS_SHAPE_MESSAGE = "builtinDigits need inputShape [1, 28, 28]";
    public static final String DIGITS_CLASSES_MESSAGE = "builtinDigits need at least 10 classes";
}
