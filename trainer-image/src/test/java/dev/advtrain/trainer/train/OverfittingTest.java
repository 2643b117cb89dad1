package dev.advtrain.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.advtrain.trainer.attack.Cancellation;
import dev.advtrain.trainer.storage.Locations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models that resist the one step they are trained with, and nothing else. */
class OverfittingTest {
    private static final int EPOCHS = 7;
    private static final Pattern CAUGHT = Pattern.compile("catastrophic overfitting in epoch (\\d+) \\(0\\.\\d{4} right after one step of the attack, "
            + "(0\\.\\d{4}) after PGD-10\\): the weights of (?:epoch \\d+|the start) were restored and training goes on with PGD-10");

    /** A process that vanished. */
    private static final class Killed extends Error {}

    @ParameterizedTest
    @CsvSource({"90, 45, 100, true", "90, 46, 100, false", "40, 20, 100, true", "39, 20, 100, false", "30, 11, 100, false", "20, 0, 100, true",
        "19, 0, 100, false", "3, 0, 10, true", "2, 0, 10, false", "0, 0, 100, false"})
    void collapsesWhereHalfIsLostAndAFifthOfAll(long oneStep, long pgd, int examples, boolean collapsed) {
        assertThat(OverfittingCheck.collapsed(oneStep, pgd, examples)).isEqualTo(collapsed);
    }

    /** A step so short that training with it is training with noise: it is resisted, and the budget is not. */
    @Test
    void fallsBackToPgdFromTheEpochBefore(@TempDir Path folder) throws IOException {
        List<Progress> epochs = new ArrayList<>();
        List<String> messages = new ArrayList<>();
        train(folder.resolve("whole"), 0, epochs, messages);
        assertThat(messages).singleElement().asString().matches(CAUGHT);
        JsonNode report = new ObjectMapper().readTree(folder.resolve("whole/out/training.json").toFile());
        assertThat(report.get("warnings")).hasSize(1);
        assertThat(report.get("warnings").get(0).asText()).isEqualTo(messages.getFirst());

        Matcher caught = CAUGHT.matcher(messages.getFirst());
        assertThat(caught.find()).isTrue();
        int epoch = Integer.parseInt(caught.group(1));
        assertThat(epoch).isBetween(2, EPOCHS - 3);
        // What is measured at its end are the weights of the epoch before.
        assertThat(epochs.get(epoch - 1).cleanValidation()).isEqualTo(epochs.get(epoch - 2).cleanValidation());
        assertThat(epochs.get(epoch - 1).robustValidation()).isEqualTo(epochs.get(epoch - 2).robustValidation());
        assertThat(epochs.getLast().robustValidation()).isGreaterThan(epochs.get(epoch - 1).robustValidation() + 0.2);

        long stepsPerEpoch = epochs.getFirst().step();
        for (long killed : new long[] {epoch * stepsPerEpoch, epoch * stepsPerEpoch + 2}) {
            Path resumed = folder.resolve("killed-" + killed);
            assertThatExceptionOfType(Killed.class).isThrownBy(() -> train(resumed, killed, new ArrayList<>(), new ArrayList<>()));
            train(resumed, 0, new ArrayList<>(), new ArrayList<>());
            assertThat(resumed.resolve("out/model.pt")).hasSameBinaryContentAs(folder.resolve("whole/out/model.pt"));
        }
    }

    /** The real thing: a large budget, a step more than twice as long. The numbers hold for each of ten seeds, with twice this margin. */
    @Test
    void catastrophicOverfittingEndsInARobustModel(@TempDir Path folder) throws IOException {
        List<Progress> epochs = new ArrayList<>();
        List<String> messages = new ArrayList<>();
        train(folder, 0, epochs, messages, Map.of("/training/epochs", "20", "/training/schedule", "{\"constant\": {}}", "/model/builtin/batchNorm", "true",
                "/threatModels/0/spec/perturbation/lp/epsilon", "\"0.2\"", "/training/innerMaximization",
                "{\"attack\": \"Pgd\", \"steps\": 1, \"stepSize\": \"0.48\", \"randomStart\": true, \"epsilonWarmupEpochs\": 7}"));
        assertThat(messages).singleElement().asString().matches(CAUGHT);
        Matcher caught = CAUGHT.matcher(messages.getFirst());
        assertThat(caught.find()).isTrue();
        List<Progress> after = epochs.subList(Integer.parseInt(caught.group(1)), epochs.size());
        assertThat(after.stream().mapToDouble(Progress::robustValidation).max().orElse(0)).isGreaterThan(Double.parseDouble(caught.group(2)) + 0.06);
        assertThat(after.getLast().cleanValidation()).isGreaterThan(0.7);
    }

    private static void train(Path folder, long killedAfter, List<Progress> epochs, List<String> messages) throws IOException {
        train(folder, killedAfter, epochs, messages, Map.of());
    }

    private static void train(Path folder, long killedAfter, List<Progress> epochs, List<String> messages, Map<String, String> changes)
            throws IOException {
        Files.createDirectories(folder);
        Map<String, String> all = new HashMap<>(Map.of("/training/method", "{\"fgsmRs\": {}}", "/data/train/builtinDigits/count", "800",
                "/training/epochs", "" + EPOCHS, "/model/builtin/batchNorm", "false", "/model/builtin/width", "8", "/training/innerMaximization",
                "{\"attack\": \"Pgd\", \"steps\": 1, \"stepSize\": \"0.001\", \"randomStart\": true, \"epsilonWarmupEpochs\": 0}"));
        all.putAll(changes);
        Trainer.train(RunSpecs.digits(all), new TrainingContext("run", 1, new Locations(Map.of(), Map.of("models", folder), false), Cancellation.NEVER,
                new TrainingListener() {
                    @Override
                    public void message(String text) {
                        messages.add(text);
                    }

                    @Override
                    public void step(Progress progress) {
                        if (progress.step() == killedAfter) {
                            throw new Killed();
                        }
                    }

                    @Override
                    public void epoch(Progress progress) {
                        epochs.add(progress);
                    }
                }));
    }
}
