package dev.advtrain.resolve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
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
        assertThat(json).startsWith("{\"acceptance\":{\"judgeBy\":\"LowerBound\",\"minCleanAccuracy\":\"0.76\"")
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
        assertThat(runSpec.trainJson()).contains("train-images").doesNotContain("test-images").doesNotContain("\"evaluation\"")
                .doesNotContain("\"acceptance\"");
    }

    @Test
    void bothPartsCanBeReadAgain() {
        assertThat(RunSpecReader.read(runSpec.evaluateJson())).isEqualTo(runSpec);
        assertThat(RunSpecReader.read(runSpec.trainJson())).isEqualTo(runSpec.forTraining());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "training.epoch=3 | training.epoch: unknown field; expected one of method, innerMaximization",
        "training.method.trades={} | training.method.trades: unknown field; expected one of pgd",
        "training.method.pgd.steps=3 | training.method.pgd.steps: unknown field; expected none",
        "suspend=true | suspend: unknown field; expected one of job, threatModels",
        "threatModels.0.spec.queryBudget=5 | threatModels[0].spec.queryBudget: unknown field",
        "-training.epochs | training.epochs: Required value",
        "-training.optimizer.sgd.nesterov | training.optimizer.sgd.nesterov: Required value",
        "-threatModels.0.spec.goal | threatModels[0].spec.goal: Required value",
        "-data.test | data.test: Required value",
        "-evaluation | evaluation: Required value",
        "-model | model: Required value",
        "training.epochs=ten | training.epochs: Invalid value: \"ten\": must be an integer",
        "model.builtin.architecture=ResNet | model.builtin.architecture: Invalid value: \"ResNet\": must be \"SmallCnn\"",
        "threatModels.0.spec.perturbation.lp.epsilon=\"2\" | ThreatModel linf-0.1: spec.perturbation.lp.epsilon: Invalid value: \"2\": a Linf epsilon"})
    void whatDoesNotFitIsNamed(String edit, String sentence) throws JsonProcessingException {
        ObjectNode edited = (ObjectNode) JSON.readTree(runSpec.evaluateJson());
        Manifest.edit(edited, edit);
        assertThatThrownBy(() -> RunSpecReader.read(edited.toString())).isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(sentence);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "null", "{\"job\": 1, \"job\": 2}"})
    void whatIsNoJsonObjectIsRefused(String text) {
        assertThatThrownBy(() -> RunSpecReader.read(text)).isInstanceOf(InvalidInputException.class);
    }

    private static RunSpec runSpec() {
        Manifests manifests = ManifestReader.parse("test",
                Manifest.of("ThreatModel") + "\n---\n" + Manifest.of("AdversarialTrainingJob", "metadata.namespace=default"));
        var job = manifests.jobs().getFirst();
        return ((Resolution.Resolved) new Resolver(manifests.lookup(job), Place.CLUSTER).resolve(job)).runSpec();
    }
}
