package dev.advtrain.trainer.masking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.advtrain.trainer.data.Dataset;
import dev.advtrain.trainer.masking.TestTraining.Recipe;
import dev.advtrain.trainer.model.ModelShape;
import dev.advtrain.trainer.tensor.TorchScriptArchive;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every masked model trips the checks made for it, and sound models trip none, with 100, 500 and 1,000 samples: too slow
 * for each run of the tests, so {@code dev/prove masking} runs it. Prints a line for each.
 */
@TestInstance(Lifecycle.PER_CLASS)
class MaskingProof {
    private static final int[] SAMPLES = {100, 500, 1000};
    private static final double TEMPERATURE = 100;
    private static final String PLAIN = "plain";

    /** Sound models, by how they are trained. */
    private static final List<Recipe> SOUND = List.of(Recipe.standard(PLAIN), Recipe.standard("confident plain").confident(),
            Recipe.standard("PGD-AT").adversarial("Linf", "0.1"), Recipe.standard("L2-trained").adversarial("L2", "1.5"),
            Recipe.standard("three classes").classes(3), Recipe.standard("two classes").classes(2), Recipe.standard("batch norm").normalized(),
            Recipe.standard("wide").wide(24));

    /** Budgets within which the attacks break few, and most, of the examples of a plain model; of the last an adversarially trained one's half. */
    private static final Map<String, List<String>> EPSILONS = Map.of("Linf", List.of("0.03", "0.1"), "L2", List.of("0.5", "1.5"));

    @TempDir
    private Path folder;

    private final Map<String, TorchScriptArchive> models = new HashMap<>();
    private final Map<List<Integer>, Dataset> digits = new HashMap<>();

    static Stream<Arguments> soundModels() {
        return SOUND.stream().flatMap(recipe -> EPSILONS.entrySet().stream().flatMap(norm -> norm.getValue().stream()
                .map(epsilon -> Arguments.of(recipe, norm.getKey(), epsilon))));
    }

    @ParameterizedTest
    @MethodSource("soundModels")
    void aSoundModelTripsNone(Recipe recipe, String norm, String epsilon) {
        for (int samples : SAMPLES) {
            assertThat(examine(recipe.name(), train(recipe), recipe.shape(), norm, epsilon, samples).suspected()).isEmpty();
        }
    }

    static Stream<Arguments> maskedModels() {
        return Stream.of(MaskedModels.values()).flatMap(model -> Stream.of(Arguments.of(model, "Linf", "0.1"), Arguments.of(model, "L2", "1.5")));
    }

    @ParameterizedTest
    @MethodSource("maskedModels")
    void aMaskedModelTripsTheChecksMadeForIt(MaskedModels model, String norm, String epsilon) {
        Recipe plain = SOUND.getFirst();
        for (int samples : SAMPLES) {
            assertThat(examine(model.name(), model.of(train(plain)), plain.shape(), norm, epsilon, samples).suspected())
                    .containsAll(model.suspected());
        }
    }

    @Test
    void aDefensivelyDistilledModelTripsTheChecksOfTheLogitsScale() {
        ModelShape shape = SOUND.getFirst().shape();
        TorchScriptArchive student = new Distillation(TestTraining.trainingDigits(4000, 10), shape, TEMPERATURE, 16).student();
        for (int samples : SAMPLES) {
            Examination examination = examine("distilled", student, shape, "Linf", "0.1", samples);
            assertThat(examination.clean()).isGreaterThan(samples * 4 / 5);
            assertThat(examination.suspected()).contains("CrossEntropyMatchesDlr", "GradientsDoNotVanish");
        }
    }

    private TorchScriptArchive train(Recipe recipe) {
        return models.computeIfAbsent(recipe.name(), _ -> TestTraining.train(recipe, folder));
    }

    private Examination examine(String name, TorchScriptArchive model, ModelShape shape, String norm, String epsilon, int samples) {
        Dataset data = digits.computeIfAbsent(List.of(samples, shape.classes()), _ -> TestTraining.testDigits(samples, shape.classes()));
        Examination examination = Examination.of(model, shape, TestTraining.threatModel("WhiteBox", norm, epsilon), data);
        System.out.printf(Locale.ROOT, "%-16s %-4s %-4s n %4d  clean %4d  robust %4d  probes %4.1f x Quick  %s%n", name, norm, epsilon, samples,
                examination.clean(), examination.robust(), examination.probes() / examination.suite(), examination.suspected());
        return examination;
    }
}
