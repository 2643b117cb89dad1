package dev.advtrain.resolve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.advtrain.crds.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The text of a run spec: what it is made to and how strictly it is read. */
class RunSpecTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final RunSpec runSpec = runSpec();

    @Test
    void keysAreSortedAndNothingIsNull() throws JsonProcessingException {
        String json = runSpec.evaluateJson();
        assertThat(json).startsWith("{\"acceptance\":{\"gradientMasking\":\"Warn\",\"judgeBy\":\"LowerBound\",\"minCleanAccuracy\":\"0.76\"")
                .doesNotContain("null").doesNotContain("\n").doesNotContain(": ");
        assertThat(JSON.readTree(json).properties().stream().map(entry -> entry.getKey()).toList()).isSorted();
    }

    @Test
    void theSameJobGivesTheSameText() {
        assertThat(runSpec().evaluateJson()).isEqualTo(runSpec.evaluateJson());
        assertThat(runSpec.hash()).isEqualTo(Sha256.hex(runSpec.evaluateJson())).hasSize(64);
        assertThat(runSpec.runId("uid")).isEqualTo("uid-" + runSpec.hash());
    }

    @Test
    void trainingDoesNotSeeTheTestData() {
        assertThat(runSpec.trainJson()).contains("train-images").doesNotContain("test-images").doesNotContain("\"acceptance\"")
                .contains("\"evaluation\":{\"baseline\":true}");
        assertThat(runSpec("spec.evaluation.baseline=false").trainJson()).doesNotContain("\"evaluation\"");
    }

    /** An earlier version kept no incoming model that could be measured. */
    @Test
    void aRunSpecThatDoesNotSpeakOfABaselineHasNone() throws JsonProcessingException {
        ObjectNode whole = (ObjectNode) JSON.readTree(runSpec.evaluateJson());
        Manifest.edit(whole, "-evaluation.baseline");
        assertThat(RunSpecReader.read(whole.toString()).evaluation().measuresBaseline()).isFalse();
        ObjectNode part = (ObjectNode) JSON.readTree(runSpec.trainJson());
        Manifest.edit(part, "-evaluation");
        assertThat(RunSpecReader.read(part.toString()).evaluation()).isNull();
        assertThat(RunSpecReader.read(part.toString()).onlyForTraining()).isTrue();
    }

    @Test
    void bothPartsCanBeReadAgain() {
        assertThat(RunSpecReader.read(runSpec.evaluateJson())).isEqualTo(runSpec);
        assertThat(RunSpecReader.read(runSpec.trainJson())).isEqualTo(runSpec.forTraining());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "training.epoch=3 | training.epoch: unknown field; expected one of method, innerMaximization",
        "training.method.awp={} | training.method.awp: unknown field; expected one of standard, pgd",
        "training.method.pgd.steps=3 | training.method.pgd.steps: unknown field; expected none",
        "suspend=true | suspend: unknown field; expected one of job, threatModels",
        "threatModels.0.spec.surrogate={} | threatModels[0].spec.surrogate: unknown field",
        "-threatModels.0.name | threatModels[0].name: Required value",
        "-threatModels.0.spec.inputRange | threatModels[0].spec.inputRange: Required value",
        "threatModels.0.spec.perturbation={} | ThreatModel linf-0.1: spec.perturbation: Invalid value: object: exactly one of lp must be set",
        "-model.builtin.classes | model.builtin.classes: Required value",
        "-output.uri | output.uri: Required value",
        "model={} | model: Invalid value: object: exactly one of builtin, torchScript must be set",
        "training.optimizer={} | training.optimizer: Invalid value: object: exactly one of sgd, adamW must be set",
        "training.schedule={} | training.schedule: Invalid value: object: exactly one of constant, cosine, cyclic, multiStep must be set",
        "training.method={} | training.method: Invalid value: object: exactly one of standard, pgd",
        "data.train={} | data.train: Invalid value: object: exactly one of idx, cifarBinary, imageFolder, npz, csv, builtinDigits must be set",
        "data.test={} | data.test: Invalid value: object: exactly one of idx, cifarBinary, imageFolder, npz, csv, builtinDigits must be set",
        "data.validationFraction=\"0\" | data.validationFraction: Invalid value: \"0\": validationFraction must be more than 0",
        "evaluation.samples=1 | evaluation.shards: Invalid value: 2: shards must be at most samples",
        "training.epochs=1 | training.schedule.cosine.warmupEpochs: Invalid value: 1: warmupEpochs must be less than epochs",
        "acceptance={} | acceptance: Invalid value: object",
        "evaluation={suite: Custom, samples: 5} | evaluation.attacks: Invalid value: list: suite Custom needs at least one attack",
        "evaluation.attacks.0={pgd: {targets: [10]}} | evaluation.attacks[0].pgd.targets[0]: Invalid value: 10: must be a class of the model, 0 to 9",
        "threatModels.0.spec.knowledge=ScoreBlackBox | evaluation.attacks[0]: Invalid value: \"fgsm\": must be square or noise: ThreatModel linf-0.1",
        "threatModels.0.spec.queryBudget=5 | ThreatModel linf-0.1: spec.queryBudget: Invalid value: 5: queryBudget needs knowledge ScoreBlackBox",
        "-data.test | data.test: Required value",
        "-model.initialWeights | evaluation.baseline: Invalid value: true: there is no incoming model to measure",
        "-evaluation | evaluation: Required value",
        "-model | model: Required value",
        "training.epochs=ten | training.epochs: Invalid value: \"ten\": must be an integer",
        "model.builtin.architecture=ResNet | model.builtin.architecture: Invalid value: \"ResNet\": must be one of \"SmallCnn\"",
        "threatModels.0.spec.perturbation.lp.epsilon=\"2\" | ThreatModel linf-0.1: spec.perturbation.lp.epsilon: Invalid value: \"2\": a Linf epsilon"})
    void whatDoesNotFitIsNamed(String edit, String sentence) throws JsonProcessingException {
        ObjectNode edited = (ObjectNode) JSON.readTree(runSpec.evaluateJson());
        Manifest.edit(edited, edit);
        assertThatThrownBy(() -> RunSpecReader.read(edited.toString())).isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(sentence);
    }

    @Test
    void threatModelsAreDistinctAndOfOneInputRange() throws JsonProcessingException {
        ObjectNode twice = (ObjectNode) JSON.readTree(runSpec.evaluateJson());
        ((ArrayNode) twice.get("threatModels")).add(twice.get("threatModels").get(0).deepCopy());
        assertThatThrownBy(() -> RunSpecReader.read(twice.toString())).isInstanceOf(InvalidInputException.class)
                .hasMessage("threatModels: Invalid value: \"linf-0.1\": a threat model must not be there twice");
        Manifest.edit(twice, "threatModels.1.name=other");
        assertThat(RunSpecReader.read(twice.toString()).threatModels()).hasSize(2);
        Manifest.edit(twice, "threatModels.1.spec.inputRange.max=\"255\"");
        assertThatThrownBy(() -> RunSpecReader.read(twice.toString())).isInstanceOf(InvalidInputException.class)
                .hasMessage("ThreatModel other: spec.inputRange: Invalid value: [0, 255]: must be the inputRange of ThreatModel linf-0.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-training", "-training.seed", "-training.optimizer.sgd.nesterov", "-checkpoint", "-checkpoint.keep",
        "-model.builtin.batchNorm", "-model.builtin.activation", "-threatModels.0.spec.goal", "-output.formats", "-acceptance.judgeBy",
        "-acceptance.gradientMasking", "-evaluation.attacks", "-data.augmentation"})
    void whatAnEarlierVersionDidNotWriteTakesItsDefault(String edit) throws JsonProcessingException {
        RunSpec minimal = minimal();
        ObjectNode edited = (ObjectNode) JSON.readTree(minimal.evaluateJson());
        Manifest.edit(edited, edit);
        assertThat(RunSpecReader.read(edited.toString())).isEqualTo(minimal);
    }

    @ParameterizedTest
    @ValueSource(strings = {"model={}", "data.train={}", "training.optimizer={}"})
    void thePartForTrainingIsHeldAgainstTheRulesToo(String edit) throws JsonProcessingException {
        ObjectNode edited = (ObjectNode) JSON.readTree(runSpec.trainJson());
        Manifest.edit(edited, edit);
        assertThatThrownBy(() -> RunSpecReader.read(edited.toString())).isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith(edit.replace("={}", ": Invalid value: object"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "null", "{\"job\": 1, \"job\": 2}"})
    void whatIsNoJsonObjectIsRefused(String text) {
        assertThatThrownBy(() -> RunSpecReader.read(text)).isInstanceOf(InvalidInputException.class);
    }

    private static RunSpec runSpec() {
        return runSpec("metadata.namespace=default");
    }

    /** A run spec of defaults. */
    private static RunSpec minimal() {
        return runSpec("-spec.training", "-spec.checkpoint", "-spec.output.formats", "-spec.acceptance.judgeBy",
                "-spec.acceptance.gradientMasking", "-spec.evaluation.attacks", "-spec.data.augmentation");
    }

    private static RunSpec runSpec(String... edits) {
        Manifests manifests = ManifestReader.parse("test",
                Manifest.of("ThreatModel") + "\n---\n" + Manifest.of("AdversarialTrainingJob", edits));
        var job = manifests.jobs().getFirst();
        return ((Resolution.Resolved) new Resolver(manifests.lookup(job), Place.CLUSTER).resolve(job)).runSpec();
    }
}
