package dev.advtrain.trainer.masking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.advtrain.api.v1alpha1.status.GradientMasking.Check;
import dev.advtrain.api.v1alpha1.status.GradientMasking.Verdict;
import dev.advtrain.trainer.data.Dataset;
import dev.advtrain.trainer.masking.TestTraining.Recipe;
import dev.advtrain.trainer.tensor.ScriptWrapper;
import dev.advtrain.trainer.tensor.TorchScriptArchive;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The checks on a few models; {@code dev/prove masking} has all of them. */
class MaskedModelsTest {
    private static final Recipe PLAIN = new Recipe("plain", 10, 4, false, 2000, 4, "5e-4", "Linf", "0", 1);
    private static final Dataset DIGITS = TestTraining.testDigits(100, 10);
    private static final String EPSILON = "0.1";

    private static TorchScriptArchive plain;

    @BeforeAll
    static void train(@TempDir Path folder) {
        plain = TestTraining.train(PLAIN, folder);
    }

    @Test
    void aSoundModelTripsNone() {
        Examination examination = examine(plain, "WhiteBox", EPSILON);
        assertThat(examination.masking().verdict()).isEqualTo(Verdict.NOT_SUSPECTED);
        assertThat(examination.masking().checks()).hasSize(11);
        assertThat(examination.clean()).isGreaterThan(80);
    }

    @ParameterizedTest
    @EnumSource(value = MaskedModels.class, names = {"QUANTISED_INPUT", "SATURATED_LOGITS"})
    void aMaskedModelTripsTheChecksMadeForIt(MaskedModels model) {
        assertThat(examine(model.of(plain), "WhiteBox", EPSILON).suspected()).containsAll(model.suspected());
    }

    @Test
    void aModelWithoutGradientIsSuspectedAndNotAttackedByGradients() {
        TorchScriptArchive detached = ScriptWrapper.wrap(plain, new LinkedHashMap<>(),
                "  def forward(self: $SELF,\n    x: Tensor) -> Tensor:\n    return (self.model).forward(torch.detach(x), )\n");
        Examination examination = examine(detached, "WhiteBox", EPSILON);
        assertThat(examination.suspected()).containsExactly("Differentiable");
        assertThat(examination.masking().checks().getLast().evidence()).contains("does not require grad");
    }

    @Test
    void withoutABudgetThereIsNothingToProbe() {
        Examination examination = examine(plain, "WhiteBox", "0");
        assertThat(examination.probes()).isZero();
        assertThat(examination.masking().verdict()).isEqualTo(Verdict.NOT_SUSPECTED);
        assertThat(examination.masking().checks()).extracting(Check::name).containsExactly("DeterministicForwardPass", "OutputsAreLogits");
    }

    @Test
    void whoSeesOnlyScoresIsNotJudgedByGradients() {
        Examination examination = examine(plain, "ScoreBlackBox", EPSILON);
        assertThat(examination.suspected()).isEmpty();
        assertThat(examination.masking().checks()).extracting(Check::name).containsExactly("SuccessGrowsWithEpsilon", "SearchBeatsNoise",
                "DeterministicForwardPass", "OutputsAreLogits");
    }

    private static Examination examine(TorchScriptArchive model, String knowledge, String epsilon) {
        return Examination.of(model, PLAIN.shape(), TestTraining.threatModel(knowledge, "Linf", epsilon), DIGITS);
    }
}
