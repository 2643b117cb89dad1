package dev.advtrain.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.attack.Cancellation;
import dev.advtrain.trainer.evaluate.TrainingCost;
import dev.advtrain.trainer.storage.Locations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainerTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private final List<Progress> steps = new ArrayList<>();
    private final List<Progress> epochs = new ArrayList<>();
    private final List<String> messages = new ArrayList<>();

    @Test
    void writesTheSelectedEpochAndSaysWhatItDid() throws IOException {
        TrainingResult result = train("run-a", Map.of());
        assertThat(steps).hasSize(12);
        assertThat(epochs).hasSize(3);
        assertThat(epochs.getLast().secondsLeft()).isZero();
        assertThat(result.modelUri()).isEqualTo("pvc://models/out/model.pt");
        assertThat(result.steps()).isEqualTo(12);
        assertThat(result.stepsDone()).isEqualTo(12);

        JsonNode report = JSON.readTree(folder.resolve("out/training.json").toFile());
        assertThat(report.get("schemaVersion").asInt()).isEqualTo(1);
        assertThat(report.get("runId").asText()).isEqualTo("run-a");
        assertThat(report.at("/model/sha256").asText()).isEqualTo(result.modelSha256());
        assertThat(report.get("epochs")).hasSize(3);
        assertThat(report.at("/epochs/0/epsilon").asDouble()).isEqualTo(0.1);
        assertThat(report.at("/attempts/0/stepsDone").asInt()).isEqualTo(12);
        assertThat(report.at("/data/train/builtinDigits").asText()).hasSize(64);
        double best = report.at("/epochs/" + (result.selectedEpoch() - 1) + "/robustValidation").asDouble();
        for (JsonNode epoch : report.get("epochs")) {
            assertThat(epoch.get("robustValidation").asDouble()).isLessThanOrEqualTo(best);
        }
        assertThat(folder.resolve("out/checkpoints")).isEmptyDirectory();
    }

    @Test
    void aRetryAfterSuccessEndsAtOnce() throws IOException {
        TrainingResult first = train("run-a", Map.of());
        byte[] report = Files.readAllBytes(folder.resolve("out/training.json"));
        steps.clear();
        assertThat(train("run-a", Map.of())).isEqualTo(first);
        assertThat(steps).isEmpty();
        assertThat(messages).containsExactly("pvc://models/out already holds the artifact of this run");
        assertThat(folder.resolve("out/training.json")).hasBinaryContent(report);
    }

    @Test
    void whatTrainingTookIsWrittenDown() throws IOException {
        train("run-a", Map.of());
        TrainingCost cost = new ObjectMapper().treeToValue(new ObjectMapper().readTree(folder.resolve("out/training.json").toFile()).path("cost"),
                TrainingCost.class);
        assertThat(cost.seconds()).isGreaterThan(cost.stepSeconds());
        assertThat(cost.stepSeconds()).isGreaterThan(cost.standardSeconds());
        assertThat(cost.standardSeconds()).isPositive();
        assertThat(cost.images()).isPositive();
    }

    @Test
    void anotherRunsOutputIsRefused() {
        train("run-a", Map.of());
        assertThatExceptionOfType(TrainerException.class).isThrownBy(() -> train("run-b", Map.of()))
                .satisfies(e -> assertThat(e.exitCode()).isEqualTo(ExitCode.OUTPUT_TAKEN));
        assertThat(train("run-b", Map.of("/output/overwrite", "true")).stepsDone()).isEqualTo(12);
    }

    @Test
    void checkpointsStayWhereAsked() {
        train("run-a", Map.of("/checkpoint/keep", "true"));
        assertThat(folder.resolve("out/checkpoints/checkpoint-3.json")).exists();
        assertThat(folder.resolve("out/checkpoints/checkpoint-2.safetensors")).exists();
        assertThat(folder.resolve("out/checkpoints/checkpoint-1.json")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{\"sgd\": {\"learningRate\": \"1e30\", \"momentum\": \"0.9\", \"nesterov\": true, \"weightDecay\": \"0\"}} | {\"cosine\": {\"warmupEpochs\": 1}} "
                + "| training.optimizer.sgd.learningRate or a longer training.schedule.cosine.warmupEpochs, or training.gradientClipNorm",
        "{\"adamW\": {\"learningRate\": \"1e30\", \"beta1\": \"0.9\", \"beta2\": \"0.999\", \"epsilon\": \"1e-8\", \"weightDecay\": \"0\"}} "
                + "| {\"cyclic\": {\"peakFraction\": \"0.5\"}} | training.optimizer.adamW.learningRate or a larger training.schedule.cyclic.peakFraction, or training.gradientClipNorm",
        "{\"adamW\": {\"learningRate\": \"1e30\", \"beta1\": \"0.9\", \"beta2\": \"0.999\", \"epsilon\": \"1e-8\", \"weightDecay\": \"0\"}} "
                + "| {\"constant\": {}} | training.optimizer.adamW.learningRate or training.schedule.cosine with warmupEpochs, or training.gradientClipNorm"})
    void aLossThatIsNotFiniteEndsTheRunWithoutAModel(String optimizer, String schedule, String advice) {
        assertThatExceptionOfType(TrainerException.class)
                .isThrownBy(() -> train("run-a", Map.of("/training/optimizer", optimizer, "/training/schedule", schedule)))
                .satisfies(e -> assertThat(e.exitCode()).isEqualTo(ExitCode.UNSOUND))
                .withMessageMatching("the training loss is (NaN|Infinity) at step \\d of 12 \\(epoch 1, .*")
                .withMessageEndingWith("Try a lower " + advice);
        assertThat(folder.resolve("out/model.pt")).doesNotExist();
    }

    @Test
    void aModelThatIsNotFiniteAfterTheLastStepOfAnEpochEndsTheRunToo() {
        assertThatExceptionOfType(TrainerException.class)
                .isThrownBy(() -> train("run-a", Map.of("/training/optimizer/sgd/learningRate", "\"1e38\"", "/training/batchSize", "200",
                        "/training/schedule", "{\"constant\": {}}", "/training/epochs", "1")))
                .satisfies(e -> assertThat(e.exitCode()).isEqualTo(ExitCode.UNSOUND))
                .withMessageContaining("validation after step 1 of 1").withMessageContaining("training.optimizer.sgd.learningRate");
    }

    /** A learning rate that moves nothing: no epoch is better than the first. */
    @Test
    void patienceEndsTheRunAndSaysSo() throws IOException {
        Map<String, String> still = Map.of("/training/optimizer/sgd/learningRate", "\"1e-30\"", "/model/builtin/batchNorm", "false",
                "/training/epochs", "9", "/training/selection", "{\"everyEpochs\": 2, \"patience\": 2}");
        TrainingResult result = train("run-a", still);
        assertThat(result.selectedEpoch()).isEqualTo(2);
        assertThat(result.epochs()).isEqualTo(6);
        assertThat(result.steps()).isEqualTo(24);
        assertThat(messages).containsExactly("stopping after epoch 6 of 9: none after epoch 2 was better, in as many measurements as "
                + "training.selection.patience");
        assertThat(epochs.getLast().secondsLeft()).isZero();
        JsonNode report = JSON.readTree(folder.resolve("out/training.json").toFile());
        assertThat(report.get("stoppedEarly").asBoolean()).isTrue();
        assertThat(report.get("epochs")).hasSize(6);
    }

    @Test
    void averagedWeightsAreMeasuredAndWritten() throws IOException {
        train("run-a", Map.of());
        JsonNode plain = JSON.readTree(folder.resolve("out/training.json").toFile());
        assertThat(plain.has("stoppedEarly")).isFalse();
        train("run-b", Map.of("/output/uri", "\"pvc://models/averaged\"", "/training/weightAveraging", "{\"emaDecay\": \"0.9\"}"));
        JsonNode averaged = JSON.readTree(folder.resolve("averaged/training.json").toFile());
        // The same steps, another model.
        assertThat(averaged.at("/epochs/2/loss")).isEqualTo(plain.at("/epochs/2/loss"));
        assertThat(averaged.at("/model/sha256")).isNotEqualTo(plain.at("/model/sha256"));
    }

    @Test
    void oneExampleIsTooFew() {
        assertThatExceptionOfType(TrainerException.class)
                .isThrownBy(() -> train("run-a", Map.of("/data/train/builtinDigits/count", "1")))
                .satisfies(e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA))
                .withMessageContaining("data.train");
    }

    @Test
    void anEpsilonThatNoTwoInputsAreApartIsRefused() {
        assertThatExceptionOfType(TrainerException.class)
                .isThrownBy(() -> train("run-a", Map.of("/threatModels/0/spec/perturbation/lp", "{\"norm\": \"L2\", \"epsilon\": \"28.1\"}")))
                .satisfies(e -> assertThat(e.exitCode()).isEqualTo(ExitCode.RUN_SPEC))
                .withMessage("perturbation.lp.epsilon is 28.1, expected at most 28.0, which is as far as inputs of 784 values in inputRange "
                        + "can be apart in L2");
    }

    @Test
    void epsilonZeroIsStandardTraining() {
        train("run-a", Map.of("/threatModels/0/spec/perturbation/lp/epsilon", "\"0\""));
        for (Progress epoch : epochs) {
            assertThat(epoch.robustValidation()).isEqualTo(epoch.cleanValidation());
        }
        double adversarial = epochs.getLast().loss();
        epochs.clear();
        train("run-b", Map.of("/output/uri", "\"pvc://models/standard\"", "/threatModels/0/spec/perturbation/lp/epsilon", "\"0\"",
                "/training/innerMaximization/steps", "1", "/training/innerMaximization/randomStart", "false"));
        assertThat(epochs.getLast().loss()).isEqualTo(adversarial);
    }

    @Test
    void batchesOfOneWillDoWhereBatchNormHasMapsOfSeveralValues() {
        train("run-a", Map.of("/training/batchSize", "1", "/training/epochs", "1", "/data/train/builtinDigits/count", "12", "/training/schedule",
                "{\"constant\": {}}", "/training/innerMaximization/epsilonWarmupEpochs", "0", "/training/optimizer/sgd/learningRate", "\"1e-4\""));
        assertThat(epochs).hasSize(1);
    }

    @Test
    void adversarialTrainingIsMoreRobustThanStandardTraining() {
        Map<String, String> learning = Map.of("/data/train/builtinDigits/count", "1500", "/training/epochs", "6",
                "/model/builtin/batchNorm", "false", "/model/builtin/width", "8", "/training/innerMaximization/steps", "5");
        train("run-a", learning);
        double robust = epochs.getLast().robustValidation();
        double clean = epochs.getLast().cleanValidation();
        epochs.clear();
        Map<String, String> standard = new HashMap<>(learning);
        standard.put("/output/uri", "\"pvc://models/standard\"");
        standard.put("/training/innerMaximization", "{\"steps\": 1, \"stepSize\": \"1e-9\", \"randomStart\": false, "
                + "\"epsilonWarmupEpochs\": 0}");
        train("run-b", standard);
        assertThat(clean).isGreaterThan(0.7);
        assertThat(robust).isGreaterThan(epochs.getLast().robustValidation() + 0.3);
    }

    @Test
    void worksWithoutMomentumForL2AndWithNormalization() {
        TrainingResult result = train("run-a", Map.of("/training/optimizer/sgd/momentum", "\"0\"",
                "/training/optimizer/sgd/nesterov", "false", "/training/schedule", "{\"constant\": {}}",
                "/threatModels/0/spec/perturbation/lp/norm", "\"L2\"", "/threatModels/0/spec/perturbation/lp/epsilon", "\"1.5\"",
                "/model/normalization", "{\"mean\": [\"0.2\"], \"std\": [\"0.3\"]}", "/output/formats", "[\"TorchScript\"]"));
        assertThat(result.stepsDone()).isEqualTo(12);
        assertThat(folder.resolve("out/model.safetensors")).doesNotExist();
    }

    private TrainingResult train(String runId, Map<String, String> changes) {
        Locations locations = new Locations(Map.of(), Map.of("models", folder), false);
        return Trainer.train(RunSpecs.digits(changes), new TrainingContext(runId, 1, locations, Cancellation.NEVER, new TrainingListener() {
            @Override
            public void message(String text) {
                messages.add(text);
            }

            @Override
            public void step(Progress progress) {
                steps.add(progress);
            }

            @Override
            public void epoch(Progress progress) {
                epochs.add(progress);
            }
        }));
    }
}
