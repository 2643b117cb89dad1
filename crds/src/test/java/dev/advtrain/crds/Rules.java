package dev.advtrain.crds;

import dev.advtrain.api.v1alpha1.ApiGroup;
import dev.advtrain.api.v1alpha1.Location;
import dev.advtrain.api.v1alpha1.Patterns;
import dev.advtrain.api.v1alpha1.SecretReference;
import dev.advtrain.api.v1alpha1.evaluation.AcceptanceSpec;
import dev.advtrain.api.v1alpha1.evaluation.AttackSpec;
import dev.advtrain.api.v1alpha1.evaluation.EvaluationSpec;
import dev.advtrain.api.v1alpha1.training.AdversarialTrainingJobSpec;
import dev.advtrain.api.v1alpha1.training.Architecture;
import dev.advtrain.api.v1alpha1.training.DataSource;
import dev.advtrain.api.v1alpha1.training.DataSpec;
import dev.advtrain.api.v1alpha1.training.ModelSpec;
import dev.advtrain.api.v1alpha1.training.OutputSpec;
import dev.advtrain.api.v1alpha1.training.ResourcesSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Every rule of the API, for the test against a real API server and for the one without. */
public final class Rules {
    /** For inputs that are no images: of the manifest's attacks Square takes none. */
    private static final String FLAT = "spec.evaluation.attacks=[]";
    static final String DIGITS = "{builtinDigits: {count: 500, seed: 1}}";
    private static final String OTHER_DIGITS = "{builtinDigits: {count: 500, seed: 2}}";

    private final String kind;
    private final List<Rule> rules = new ArrayList<>();

    private Rules(String kind) {
        this.kind = kind;
    }

    public static Stream<Rule> all() {
        Rules job = new Rules("AdversarialTrainingJob");
        job.references();
        job.model();
        job.data();
        DataTable.addTo(job);
        TrainingTable.addTo(job);
        job.evaluation();
        job.output();
        Rules threatModel = new Rules("ThreatModel");
        ThreatModelTable.addTo(threatModel);
        Rules clusterThreatModel = new Rules("ClusterThreatModel");
        ThreatModelTable.addTo(clusterThreatModel);
        return Stream.of(threatModel, clusterThreatModel, job).flatMap(rules -> rules.rules.stream());
    }

    void name() {
        String longest = "a".repeat(ApiGroup.MAX_NAME_LENGTH);
        add(List.of("metadata.name=" + longest), List.of("metadata.name=a" + longest), "", ApiGroup.NAME_MESSAGE, ApiGroup.NAME_MESSAGE);
    }

    private void references() {
        name();
        required("spec.threatModels", "spec.model", "spec.data", "spec.output");
        add(List.of(), List.of("spec.threatModels=[]"), "spec.threatModels", "should have at least 1 items", "must have at least 1 items");
        String nine = "{name: a}, {name: b}, {name: c}, {name: d}, {name: e}, {name: f}, {name: g}, {name: h}, {name: i}";
        add(List.of(), List.of("spec.threatModels=[" + nine + "]"), "spec.threatModels", "must have at most 8 items",
                "must have at most 8 items");
        add(List.of("spec.threatModels=[{name: linf-0.1}, {kind: ClusterThreatModel, name: linf-0.1}]"),
                List.of("spec.threatModels=[{name: linf-0.1}, {kind: ThreatModel, name: linf-0.1}]"), "spec.threatModels",
                AdversarialTrainingJobSpec.DISTINCT_MESSAGE, AdversarialTrainingJobSpec.DISTINCT_MESSAGE);
        add(List.of("spec.threatModels=[{name: linf-0.1}]"), List.of("spec.threatModels=[{kind: ThreatModel}]"),
                "spec.threatModels[0].name", "Required value", "Required value");
        choice("spec.threatModels.0.kind", "ThreatModel", "Threat", "\"ClusterThreatModel\"");
        pattern("spec.threatModels.0.name", "linf-0.1", "Linf_0.1", Patterns.OBJECT_NAME);
        length("spec.threatModels.0.name", "linf-0.1", "a".repeat(ApiGroup.MAX_NAME_LENGTH + 1), ApiGroup.MAX_NAME_LENGTH);
    }

    private void model() {
        add(List.of("-spec.model.normalization"), List.of("spec.model={}", "-spec.evaluation.baseline"), "spec.model",
                ModelSpec.UNION_MESSAGE, ModelSpec.UNION_MESSAGE);
        String builtin = "spec.model.builtin";
        required(builtin + ".architecture", builtin + ".classes", builtin + ".inputShape");
        choice(builtin + ".activation", "SiLU", "Swish", "\"ReLU\", \"SiLU\"");
        range(builtin + ".width", 1, 1024);
        range(builtin + ".classes", 4, 1, 10_000);
        add(List.of(), List.of(builtin + ".inputShape=[1, 1, 28, 28]"), builtin + ".inputShape", "must have at most 3 items",
                "must have at most 3 items");
        add(List.of(), List.of(builtin + ".inputShape=[0, 28, 28]"), builtin + ".inputShape[0]",
                "should be greater than or equal to 1", "must be at least 1");
        add(List.of(), List.of(builtin + ".inputShape=[1, 5000, 28]"), builtin + ".inputShape[1]",
                "should be less than or equal to 4096", "must be at most 4096");
        add(List.of(), List.of(builtin + ".batchNorm=\"no\""), builtin + ".batchNorm", "must be of type boolean", "must be true or false");

        architectures(builtin);
        torchScript(builtin);
        String weights = "spec.model.initialWeights";
        required(weights + ".uri");
        pattern(weights + ".uri", "pvc://m/a.safetensors", "m/a.safetensors", Patterns.URI);
        cel(weights + ".uri=pvc://m/a", weights + ".uri=file:///m/a", weights + ".uri", Location.NO_FILE_MESSAGE);
        pattern(weights + ".sha256", "\"" + "0a".repeat(32) + "\"", "0a", Patterns.SHA256);

        String normalization = "spec.model.normalization";
        required(normalization + ".mean", normalization + ".std");
        cel(normalization + "={mean: [\"-0.1\"], std: [\"1\"]}", normalization + "={mean: [\"0\"], std: [\"1\", \"1\"]}", normalization,
                ModelSpec.Normalization.LENGTHS_MESSAGE);
        cel(normalization + ".std=[\"0.5\"]", normalization + ".std=[\"0.0\"]", normalization + ".std", ModelSpec.Normalization.STD_MESSAGE);
        add(List.of(builtin + ".inputShape=[2, 28, 28]", normalization + "={mean: [\"0\", \"0\"], std: [\"1\", \"1\"]}"),
                List.of(builtin + ".inputShape=[3, 28, 28]"), normalization, ModelSpec.CHANNELS_MESSAGE, ModelSpec.CHANNELS_MESSAGE);
        pattern(normalization + ".mean.0", "\"-0.5\"", "\"half\"", Patterns.SIGNED_DECIMAL);
        pattern(normalization + ".std.0", "\"0.5\"", "\"-0.5\"", Patterns.DECIMAL);
    }

    private void torchScript(String builtin) {
        String torchScript = "spec.model.torchScript";
        String fields = "uri: pvc://m/a.pt, classes: 10, inputShape: ";
        List<String> own = List.of("-" + builtin, torchScript + "={" + fields + "[1, 28, 28]}");
        add(own, List.of(torchScript + "={" + fields + "[1, 28, 28]}"), "spec.model", ModelSpec.UNION_MESSAGE, ModelSpec.UNION_MESSAGE);
        for (String field : List.of(".uri", ".inputShape", ".classes")) {
            add(own, with(own, "-" + torchScript + field), torchScript + field, "Required value", "Required value");
        }
        add(own, with(own, torchScript + ".uri=m/a.pt"), torchScript + ".uri", "should match", "must be " + Patterns.inWords(Patterns.URI));
        add(own, with(own, torchScript + ".uri=file:///m/a.pt"), torchScript + ".uri", Location.NO_FILE_MESSAGE, Location.NO_FILE_MESSAGE);
        add(own, with(own, torchScript + ".uri=pvc://m/../a.pt"), torchScript + ".uri", Location.NO_PARENT_MESSAGE,
                Location.NO_PARENT_MESSAGE);
        List<String> object = with(with(own, torchScript + ".uri=s3://models/a.pt"), torchScript + ".secretRef={name: s3-credentials}");
        add(object, with(own, torchScript + ".uri=s3://models/a.pt"), torchScript + ".secretRef", SecretReference.MESSAGE, SecretReference.MESSAGE);
        add(object, with(own, torchScript + ".secretRef={name: s3-credentials}"), torchScript + ".secretRef", SecretReference.MESSAGE,
                SecretReference.MESSAGE);
        add(with(own, torchScript + ".sha256=\"" + "0a".repeat(32) + "\""), with(own, torchScript + ".sha256=0a"), torchScript + ".sha256",
                "should match", "must be " + Patterns.inWords(Patterns.SHA256));
        add(with(own, torchScript + ".classes=4"), with(own, torchScript + ".classes=1"), torchScript + ".classes",
                "should be greater than or equal to 2", "must be at least 2");
        List<String> features = List.of("-" + builtin, "-spec.model.normalization", FLAT, torchScript + "={" + fields + "[20, 8]}");
        add(features, with(features, torchScript + ".inputShape=[]"), torchScript + ".inputShape", "should have at least 1 items",
                "must have at least 1 items");
        add(with(features, torchScript + ".inputShape=[1, 1, 1, 1]"), with(features, torchScript + ".inputShape=[1, 1, 1, 1, 1]"),
                torchScript + ".inputShape", "must have at most 4 items", "must have at most 4 items");
        add(with(features, torchScript + ".inputShape=[16777216]"), with(features, torchScript + ".inputShape=[16777217]"),
                torchScript + ".inputShape[0]", "should be less than or equal to 16777216", "must be at most 16777216");
        add(with(with(own, FLAT), torchScript + ".inputShape=[1, 3]"), with(own, torchScript + ".inputShape=[2, 28, 28]"), "spec.model.normalization",
                ModelSpec.CHANNELS_MESSAGE, ModelSpec.CHANNELS_MESSAGE);
        add(with(features, torchScript + ".inputShape=[4096, 4096]"), with(features, torchScript + ".inputShape=[4096, 4096, 1, 2]"),
                torchScript + ".inputShape", ModelSpec.TorchScript.VALUES_MESSAGE, ModelSpec.TorchScript.VALUES_MESSAGE);
        near(features, with(features, "spec.evaluation.attacks=[{fgsm: {}}, {square: {}}]"), "spec.evaluation.attacks",
                AdversarialTrainingJobSpec.SQUARE_MESSAGE, "spec.evaluation.attacks[1]", AdversarialTrainingJobSpec.SQUARE_MESSAGE);
        List<String> digits = with(with(own, "spec.data.train=" + DIGITS), "spec.evaluation.attacks=[]");
        add(digits, with(digits, torchScript + ".inputShape=[1, 32, 32]"), torchScript + ".inputShape",
                AdversarialTrainingJobSpec.DIGITS_SHAPE_MESSAGE, AdversarialTrainingJobSpec.DIGITS_SHAPE_MESSAGE);
        add(digits, with(digits, torchScript + ".classes=9"), torchScript + ".classes", AdversarialTrainingJobSpec.DIGITS_CLASSES_MESSAGE,
                AdversarialTrainingJobSpec.DIGITS_CLASSES_MESSAGE);
    }

    private void architectures(String builtin) {
        String shape = builtin + ".inputShape";
        for (Architecture each : Architecture.values()) {
            List<String> chosen = List.of("-" + builtin + ".batchNorm", builtin + ".architecture=" + each);
            int least = each.leastSide();
            add(with(chosen, shape + "=[1, " + least + ", " + least + "]"), with(chosen, builtin + ".architecture=" + each + "a"),
                    builtin + ".architecture", "Unsupported value", '"' + each.toString() + '"');
            for (String dimensions : List.of("[1]", "[1, 28]")) {
                if (each != Architecture.MLP || !dimensions.equals("[1]")) {
                    add(with(chosen, shape + "=[1, 64, 64]"), with(chosen, shape + "=" + dimensions), shape,
                            ModelSpec.Builtin.DIMENSIONS_MESSAGE, ModelSpec.Builtin.DIMENSIONS_MESSAGE);
                }
            }
            if (each != Architecture.MLP) {
                for (String small : List.of((least - 1) + ", 64]", "64, " + (least - 1) + "]")) {
                    add(with(chosen, shape + "=[1, 64, 64]"), with(chosen, shape + "=[1, " + small), shape,
                            ModelSpec.Builtin.SHAPE_MESSAGE, ModelSpec.Builtin.SHAPE_MESSAGE);
                }
            }
            if (each != Architecture.SMALL_CNN) {
                List<String> large = with(chosen, shape + "=[1, 64, 64]");
                add(large, with(large, builtin + ".batchNorm=true"), builtin + ".batchNorm",
                        ModelSpec.Builtin.BATCH_NORM_MESSAGE, ModelSpec.Builtin.BATCH_NORM_MESSAGE);
            }
        }
        add(List.of(FLAT, "-" + builtin + ".batchNorm", builtin + ".architecture=Mlp", shape + "=[1]"),
                List.of("-" + builtin + ".batchNorm", builtin + ".architecture=Mlp", shape + "=[]"), shape,
                "should have at least 1 items", "must have at least 1 items");
    }

    private void data() {
        required("spec.data.train", "spec.data.test");
        cel("spec.data.train=" + DIGITS, "spec.data.train={limit: 100}", "spec.data.train", DataSource.UNION_MESSAGE);
        add(List.of("spec.data.test=" + DIGITS, "-spec.evaluation.samples"), List.of("spec.data.test.builtinDigits={count: 20000, seed: 3}"),
                "spec.data.test", DataSource.UNION_MESSAGE, DataSource.UNION_MESSAGE);
        range("spec.data.train.limit", 20, 0, 1_000_000_000);
        for (String each : List.of("spec.data.train.idx.images", "spec.data.test.idx.labels")) {
            required(each, each + ".uri");
            for (String bad : List.of("/data/train.gz", "pvc://Data/train.gz", "pvc://data", "pvc://data/", "ftp://host/a", "s3://Bucket/key", "s3://b/key",
                    "s3://bucket/", "https://host", "https://user@host/a", "https://[::1]/a", "https://host/a#b", "https://host/a%2", "pvc://data/a b",
                    "pvc://data/a\\u0000")) {
                pattern(each + ".uri", "pvc://data-2/a/b.gz", "\"" + bad + "\"", Patterns.URI);
            }
            length(each + ".uri", "pvc://d/a.gz", "pvc://d/" + "a".repeat(600), Patterns.MAX_URI_LENGTH);
            cel(each + ".uri=pvc://d/a/..b", each + ".uri=pvc://d/a/../b", each + ".uri", Location.NO_PARENT_MESSAGE);
            cel(each + ".uri=pvc://d/a", each + ".uri=file:///d/a", each + ".uri", Location.NO_FILE_MESSAGE);
            secret(each, "s3://bucket-1/a/b.gz");
            pattern(each + ".uri", "https://host.example:8443/a/b.gz?x=%20", "http://host.example/b.gz", Patterns.URI);
            pattern(each + ".sha256", "\"" + "0a".repeat(32) + "\"", "\"" + "0A".repeat(32) + "\"", Patterns.SHA256);
        }
        cel("spec.data.test.idx.images.uri=pvc://datasets/fm/other.gz", "spec.data.test.idx.images.uri=pvc://datasets/fm/train-images.gz",
                "spec.data.test.idx.images.uri", DataSpec.SAME_URI_MESSAGE);
        cel("spec.data.test.idx.images.sha256=\"" + "3".repeat(64) + "\"", "spec.data.test.idx.images.sha256=\"" + "1".repeat(64) + "\"",
                "spec.data.test.idx.images.sha256", DataSpec.SAME_DIGEST_MESSAGE);
        add(List.of("-spec.data.test.idx.images.sha256"), List.of("spec.data.test.idx.images.sha256=\"" + "1".repeat(64) + "\""),
                "spec.data.test.idx.images.sha256", DataSpec.SAME_DIGEST_MESSAGE, DataSpec.SAME_DIGEST_MESSAGE);
        List<String> digits = List.of("spec.data.train=" + DIGITS, "spec.data.test=" + OTHER_DIGITS, "spec.evaluation.samples=500");
        add(digits, with(digits, "spec.data.test.builtinDigits.seed=1"), "spec.data.test.builtinDigits.seed",
                DataSpec.SAME_SEED_MESSAGE, DataSpec.SAME_SEED_MESSAGE);
        add(digits, with(digits, "-spec.data.test.builtinDigits.seed"), "spec.data.test.builtinDigits.seed", "Required value", "Required value");
        add(digits, with(digits, "-spec.data.test.builtinDigits.count"), "spec.data.test.builtinDigits.count", "Required value", "Required value");
        add(digits, with(digits, "spec.data.train.builtinDigits.count=0"), "spec.data.train.builtinDigits.count",
                "should be greater than or equal to 1", "must be at least 1");
        add(digits, with(digits, "spec.data.train.builtinDigits.count=1000001"), "spec.data.train.builtinDigits.count",
                "should be less than or equal to 1000000", "must be at most 1000000");
        add(digits, with(digits, "spec.data.train.builtinDigits.seed=-1"), "spec.data.train.builtinDigits.seed",
                "should be greater than or equal to 0", "must be at least 0");
        add(with(digits, "spec.model.builtin.classes=12"), with(digits, "spec.model.builtin.classes=9"), "spec.model.builtin.classes",
                AdversarialTrainingJobSpec.DIGITS_CLASSES_MESSAGE, AdversarialTrainingJobSpec.DIGITS_CLASSES_MESSAGE);
        add(digits, with(digits, "spec.model.builtin.inputShape=[1, 32, 32]"), "spec.model.builtin.inputShape",
                AdversarialTrainingJobSpec.DIGITS_SHAPE_MESSAGE, AdversarialTrainingJobSpec.DIGITS_SHAPE_MESSAGE);
        pattern("spec.data.validationFraction", "\"0.5\"", "\"1/20\"", Patterns.DECIMAL);
        cel("spec.data.validationFraction=\"0.5\"", "spec.data.validationFraction=\"0.51\"", "spec.data.validationFraction",
                DataSpec.FRACTION_MESSAGE);
        cel("spec.data.validationFraction=\"0.01\"", "spec.data.validationFraction=\"0\"", "spec.data.validationFraction",
                DataSpec.FRACTION_MESSAGE);
        cel("spec.data.train.limit=20", "spec.data.train.limit=19", "spec.data.validationFraction", DataSpec.NONE_HELD_MESSAGE);
        List<String> few = with(with(digits, "spec.data.train.builtinDigits.count=20"), "-spec.data.validationFraction");
        add(few, with(few, "spec.data.train.builtinDigits.count=19"), "spec.data.validationFraction", DataSpec.NONE_HELD_MESSAGE,
                DataSpec.NONE_HELD_MESSAGE);
    }

    private void evaluation() {
        String evaluation = "spec.evaluation";
        for (String suite : List.of("Quick", "AutoAttack", "AutoAttackPlus", "AutoAttackRandomized", "Custom")) {
            choice(evaluation + ".suite", suite, "Slow", '"' + suite + '"');
        }
        cel(evaluation + "={suite: Custom, attacks: [{fgsm: {}}]}", evaluation + "={suite: Custom, attacks: []}", evaluation + ".attacks",
                EvaluationSpec.CUSTOM_MESSAGE);
        cel(evaluation + "={attacks: []}", evaluation + "={suite: Custom}", evaluation + ".attacks", EvaluationSpec.CUSTOM_MESSAGE);
        attacks(evaluation + ".attacks");
        attacksOfModels(evaluation + ".attacks");
        choice(evaluation + ".sampling", "First", "Last", "\"First\"");
        range(evaluation + ".samples", 2, 0, 10_000_000);
        range(evaluation + ".shards", 1, 1000);
        range(evaluation + ".batchSize", 1, 65_536);
        add(List.of(evaluation + ".samples=3", evaluation + ".shards=3"), List.of(evaluation + ".samples=3", evaluation + ".shards=4"),
                evaluation + ".shards", EvaluationSpec.SHARDS_MESSAGE, EvaluationSpec.SHARDS_MESSAGE);
        List<String> open = List.of("-" + evaluation + ".samples", "spec.data.test.limit=3", evaluation + ".shards=3");
        add(open, with(open, evaluation + ".shards=4"), evaluation + ".shards", EvaluationSpec.SHARDS_MESSAGE, EvaluationSpec.SHARDS_MESSAGE);
        cel(evaluation + ".samples=10000", evaluation + ".samples=10001", evaluation + ".samples", AdversarialTrainingJobSpec.SAMPLES_MESSAGE);
        List<String> digits = List.of("spec.data.train=" + DIGITS, "spec.data.test=" + OTHER_DIGITS);
        List<String> allDigits = with(with(digits, "-" + evaluation + ".samples"), evaluation + ".shards=500");
        add(allDigits, with(allDigits, evaluation + ".shards=501"), evaluation + ".shards", EvaluationSpec.SHARDS_MESSAGE, EvaluationSpec.SHARDS_MESSAGE);
        add(with(digits, evaluation + ".samples=500"), with(digits, evaluation + ".samples=501"), evaluation + ".samples",
                AdversarialTrainingJobSpec.SAMPLES_MESSAGE, AdversarialTrainingJobSpec.SAMPLES_MESSAGE);
        String baseline = evaluation + ".baseline";
        String own = "spec.model={torchScript: {uri: pvc://m/a.pt, classes: 10, inputShape: [1, 28, 28]}}";
        for (List<String> good : List.of(List.of(own, baseline + "=true"), List.of("-spec.model.initialWeights", baseline + "=false"),
                List.of("-spec.model.initialWeights", "-" + baseline))) {
            add(good, List.of("-spec.model.initialWeights", baseline + "=true"), baseline, AdversarialTrainingJobSpec.BASELINE_MESSAGE,
                    AdversarialTrainingJobSpec.BASELINE_MESSAGE);
        }
        add(List.of(), List.of(baseline + "=\"no\""), baseline, "must be of type boolean", "must be true or false");

        String acceptance = "spec.acceptance";
        cel(acceptance + "={minRobustAccuracy: \"0\"}", acceptance + "={judgeBy: PointEstimate}", acceptance, AcceptanceSpec.EMPTY_MESSAGE);
        cel(acceptance + "={gradientMasking: Reject}", acceptance + "={}", acceptance, AcceptanceSpec.EMPTY_MESSAGE);
        choice(acceptance + ".gradientMasking", "Reject", "Ignore", "\"Reject\"");
        choice(acceptance + ".judgeBy", "PointEstimate", "Average", "\"PointEstimate\"");
        pattern(acceptance + ".minCleanAccuracy", "\"1.0\"", "\"1.1\"", Patterns.ACCURACY);
        pattern(acceptance + ".minRobustAccuracy", "\"0.6543\"", "\"60%\"", Patterns.ACCURACY);
    }

    private void attacks(String attacks) {
        add(List.of(attacks + "=[" + "{fgsm: {}}, ".repeat(15) + "{fgsm: {}}]"), List.of(attacks + "=[" + "{fgsm: {}}, ".repeat(16) + "{fgsm: {}}]"),
                attacks, "must have at most 16 items", "must have at most 16 items");
        for (String each : List.of("fgsm", "pgd", "apgd", "apgdTargeted", "fab", "fabTargeted", "square", "noise")) {
            cel(attacks + "=[{" + each + ": {}}]", attacks + "=[{}]", attacks + "[0]", AttackSpec.UNION_MESSAGE);
            String other = each.equals("fgsm") ? "square" : "fgsm";
            cel(attacks + "=[{" + each + ": {}}]", attacks + "=[{" + each + ": {}, " + other + ": {}}]", attacks + "[0]", AttackSpec.UNION_MESSAGE);
        }
        setting(attacks, "pgd", "loss", "CrossEntropy", "Margin", "Unsupported value", "\"CrossEntropy\", \"Dlr\"");
        setting(attacks, "pgd", "steps", "1", "0", "should be greater than or equal to 1", "must be at least 1");
        setting(attacks, "pgd", "steps", "10000", "10001", "should be less than or equal to 10000", "must be at most 10000");
        setting(attacks, "pgd", "stepSize", "\"2/255\"", "\"-2/255\"", "should match", "must be " + Patterns.inWords(Patterns.BUDGET));
        setting(attacks, "pgd", "stepSize", "\"2/255\"", "\"0/255\"", AttackSpec.Pgd.STEP_SIZE_MESSAGE, AttackSpec.Pgd.STEP_SIZE_MESSAGE);
        setting(attacks, "pgd", "restarts", "1000", "1001", "should be less than or equal to 1000", "must be at most 1000");
        setting(attacks, "pgd", "restarts", "1, randomStart: false", "2, randomStart: false", AttackSpec.Pgd.RESTARTS_MESSAGE,
                AttackSpec.Pgd.RESTARTS_MESSAGE);
        add(List.of(attacks + "=[{pgd: {targets: [0, 9]}}]"), List.of(attacks + "=[{pgd: {targets: [0, -1]}}]"), attacks + "[0].pgd.targets[1]",
                "should be greater than or equal to 0", "must be at least 0");
        add(List.of(attacks + "=[{pgd: {targets: []}}]"), List.of(attacks + "=[{pgd: {targets: [3, 3]}}]"), attacks + "[0].pgd.targets[1]",
                "Duplicate value", "Duplicate value");
        setting(attacks, "apgd", "loss", "Dlr", "Cw", "Unsupported value", "\"CrossEntropy\", \"Dlr\"");
        for (String each : List.of("apgd", "apgdTargeted", "fab", "fabTargeted")) {
            setting(attacks, each, "steps", "100", "0", "should be greater than or equal to 1", "must be at least 1");
        }
        for (String each : List.of("apgd", "fab", "fabTargeted")) {
            setting(attacks, each, "restarts", "5", "0", "should be greater than or equal to 1", "must be at least 1");
        }
        for (String each : List.of("apgdTargeted", "fabTargeted")) {
            setting(attacks, each, "targets", "9", "0", "should be greater than or equal to 1", "must be at least 1");
        }
        setting(attacks, "square", "queries", "5000", "0", "should be greater than or equal to 1", "must be at least 1");
        setting(attacks, "square", "queries", "10000000", "10000001", "should be less than or equal to 10000000", "must be at most 10000000");
        setting(attacks, "noise", "distribution", "Uniform", "Salt", "Unsupported value", "\"Uniform\", \"Gaussian\"");
        setting(attacks, "noise", "draws", "1", "0", "should be greater than or equal to 1", "must be at least 1");
    }

    /** Losses and targets that take a number of classes. */
    private void attacksOfModels(String attacks) {
        String own = "spec.model={torchScript: {uri: pvc://d/a.pt, inputShape: [1, 28, 28], classes: ";
        for (String model : List.of("spec.model.builtin.classes=", own)) {
            String end = model.equals(own) ? "}}" : "";
            String dlr = AdversarialTrainingJobSpec.DLR_MESSAGE;
            classes(model, end, attacks, "[{fgsm: {}}, {pgd: {loss: Dlr}}]", 3, "[1].pgd.loss", dlr);
            classes(model, end, attacks, "[{pgd: {loss: Dlr, targets: [1]}}]", 4, "[0].pgd.loss", dlr);
            classes(model, end, attacks, "[{apgd: {loss: Dlr}}]", 3, "[0].apgd.loss", dlr);
            classes(model, end, attacks, "[{apgdTargeted: {}}]", 4, "[0]", dlr);
            classes(model, end, attacks, "[{pgd: {targets: [0, 5]}}]", 6, "[0].pgd.targets[1]", AdversarialTrainingJobSpec.TARGETS_MESSAGE);
        }
    }

    private void classes(String model, String end, String attacks, String list, int least, String field, String message) {
        near(List.of(model + least + end, attacks + "=" + list), List.of(model + (least - 1) + end, attacks + "=" + list), attacks, message,
                attacks + field, message.equals(AdversarialTrainingJobSpec.TARGETS_MESSAGE) ? "must be a class of the model, 0 to " + (least - 2)
                        : "needs a model of at least " + least + " classes");
    }

    /** One setting of an attack that stands alone in the list. */
    private void setting(String attacks, String attack, String field, String good, String bad, String server, String offline) {
        String edit = attacks + "=[{" + attack + ": {" + field + ": ";
        add(List.of(edit + good + "}}]"), List.of(edit + bad + "}}]"), attacks + "[0]." + attack + "." + field, server, offline);
    }

    private void output() {
        String output = "spec.output";
        required(output + ".uri");
        pattern(output + ".uri", "pvc://models/a", "models/a", Patterns.OUTPUT_URI);
        pattern(output + ".uri", "pvc://models/a", "https://host.example/a", Patterns.OUTPUT_URI);
        pattern(output + ".uri", "pvc://models/a-_.!~*'()/b", "pvc://models/\u00e4", Patterns.OUTPUT_URI);
        secret(output, "s3://models/hardened/a");
        cel(output + ".uri=pvc://models/a", output + ".uri=file:///models/a", output + ".uri", Location.NO_FILE_MESSAGE);
        cel(output + ".uri=pvc://models/a", output + ".uri=pvc://models/../a", output + ".uri", Location.NO_PARENT_MESSAGE);
        add(List.of(), List.of(output + ".formats=[]"), output + ".formats", "should have at least 1 items", "must have at least 1 items");
        add(List.of(), List.of(output + ".formats=[Onnx]"), output + ".formats[0]", "Unsupported value", "must be one of \"TorchScript\"");
        add(List.of(), List.of(output + ".formats=[TorchScript, TorchScript]"), output + ".formats[1]", "Duplicate value",
                "Duplicate value");
        cel(output + ".formats=[TorchScript]", output + ".formats=[SafeTensors]", output + ".formats", OutputSpec.FORMATS_MESSAGE);

        add(List.of("spec.resources={}"), List.of("spec.resources.requests.memory=2 Gi"), "spec.resources.requests.memory", "should match",
                "must be " + Patterns.inWords(Patterns.QUANTITY));
        add(List.of("spec.resources.limits={cpu: 500m}", "-spec.resources.requests"), List.of("spec.resources.limits.cpu=fast"),
                "spec.resources.limits.cpu", "should match", "must be " + Patterns.inWords(Patterns.QUANTITY));
        String resources = "spec.resources=";
        near(List.of(resources + "{requests: {cpu: 500m}, limits: {cpu: \"0.5\"}}"), List.of(resources + "{requests: {cpu: 501m}, limits: {cpu: \"0.5\"}}"),
                "spec.resources.requests", ResourcesSpec.LIMIT_MESSAGE, "spec.resources.requests.cpu", ResourcesSpec.LIMIT_MESSAGE);
        String gpu = "spec.resources.limits.nvidia.com/gpu";
        near(List.of(resources + "{requests: {nvidia.com/gpu: 1}, limits: {nvidia.com/gpu: \"1\"}}"),
                List.of(resources + "{requests: {nvidia.com/gpu: 0}, limits: {nvidia.com/gpu: 1}}"), "spec.resources.requests",
                ResourcesSpec.GPU_LIMIT_MESSAGE, "spec.resources.requests.nvidia.com/gpu", ResourcesSpec.GPU_LIMIT_MESSAGE);
        for (String bad : List.of("{nvidia.com/gpu: 2}", "{nvidia.com/gpu: -1}", "{nvidia.com/gpu: 1, nvidia.com/mig-1g.5gb: 1}")) {
            near(List.of(resources + "{limits: {nvidia.com/gpu: 1, nvidia.com/gpu.shared: 0}}"), List.of(resources + "{limits: " + bad + "}"),
                    "spec.resources.limits", ResourcesSpec.ONE_GPU_MESSAGE, bad.contains("mig") ? gpu.replace("gpu", "mig-1g.5gb") : gpu,
                    ResourcesSpec.ONE_GPU_MESSAGE);
        }
        near(List.of(resources + "{requests: {nvidia.com/gpu: 1}}"), List.of(resources + "{requests: {nvidia.com/gpu: 2}}"),
                "spec.resources.requests", ResourcesSpec.ONE_GPU_MESSAGE, "spec.resources.requests.nvidia.com/gpu", ResourcesSpec.ONE_GPU_MESSAGE);
        range("spec.checkpoint.intervalSeconds", 1, 86_400);
        range("spec.backoffLimit", 0, -1, 100);
        range("spec.maxDisruptions", 0, -1, 10_000);
    }

    /** An object needs a secretRef, and nothing else takes one. */
    private void secret(String location, String object) {
        String uri = location + ".uri=" + object;
        String secret = location + ".secretRef={name: s3-credentials}";
        add(List.of(uri, secret), List.of(uri), location + ".secretRef", SecretReference.MESSAGE, SecretReference.MESSAGE);
        add(List.of(uri, secret), List.of(secret), location + ".secretRef", SecretReference.MESSAGE, SecretReference.MESSAGE);
        add(List.of(uri, secret), List.of(uri, location + ".secretRef={}"), location + ".secretRef.name", "Required value", "Required value");
        add(List.of(uri, secret), List.of(uri, location + ".secretRef={name: S3}"), location + ".secretRef.name", "should match",
                "must be " + Patterns.inWords(Patterns.OBJECT_NAME));
    }

    // ---- the kinds of rules

    void add(List<String> accepted, List<String> refused, String path, String server, String offline) {
        rules.add(new Rule(kind, accepted, refused, path, server, path, offline));
    }

    /** A rule that names a nearer field, in more words, where it is judged without an API server. */
    void near(List<String> accepted, List<String> refused, String path, String message, String offlinePath, String offline) {
        rules.add(new Rule(kind, accepted, refused, path, message, offlinePath, offline));
    }

    void required(String... paths) {
        for (String path : paths) {
            add(List.of(), List.of("-" + path), path, "Required value", "Required value");
        }
    }

    /** A rule both sides put in the same words. */
    void cel(String accepted, String refused, String path, String message) {
        add(List.of(accepted), List.of(refused), path, message, message);
    }

    void pattern(String path, String good, String bad, String pattern) {
        add(List.of(path + "=" + good), List.of(path + "=" + bad), shown(path), "should match", "must be " + Patterns.inWords(pattern));
    }

    void choice(String path, String good, String bad, String named) {
        add(List.of(path + "=" + good), List.of(path + "=" + bad), shown(path), "Unsupported value", named);
    }

    void length(String path, String good, String bad, int max) {
        add(List.of(path + "=" + good), List.of(path + "=" + bad), shown(path), "may not be more than " + max + " bytes",
                "must have at most " + max + " characters");
    }

    void range(String path, long min, long max) {
        range(path, min, min - 1, max);
    }

    void range(String path, long good, long low, long max) {
        add(List.of(path + "=" + good), List.of(path + "=" + low), path, "should be greater than or equal to " + (low + 1),
                "must be at least " + (low + 1));
        add(List.of(path + "=" + good), List.of(path + "=" + (max + 1)), path, "should be less than or equal to " + max,
                "must be at most " + max);
    }

    static List<String> with(List<String> edits, String edit) {
        return Stream.concat(edits.stream(), Stream.of(edit)).toList();
    }

    /** Items of lists are written {@code list[0]} in sentences. */
    private static String shown(String path) {
        return path.replaceAll("\\.([0-9]+)(?=\\.|$)", "[$1]");
    }
}
