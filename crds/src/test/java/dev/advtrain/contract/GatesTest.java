package dev.advtrain.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.advtrain.api.v1alpha1.evaluation.AcceptanceSpec;
import dev.advtrain.api.v1alpha1.evaluation.GradientMaskingPolicy;
import dev.advtrain.api.v1alpha1.evaluation.JudgeBy;
import dev.advtrain.api.v1alpha1.evaluation.Suite;
import dev.advtrain.api.v1alpha1.status.ConfidenceInterval;
import dev.advtrain.api.v1alpha1.status.GradientMasking;
import dev.advtrain.api.v1alpha1.status.GradientMasking.Check;
import dev.advtrain.api.v1alpha1.status.GradientMasking.CheckVerdict;
import dev.advtrain.api.v1alpha1.status.GradientMasking.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class GatesTest {
    private static final List<Check> CHECKS = List.of(new Check("BlackBoxIsWeaker", CheckVerdict.SUSPECTED, "Square broke 12 more than APGD-CE"),
            new Check("NoiseIsWeaker", CheckVerdict.PASS, "noise broke none"), new Check("SoftmaxFree", CheckVerdict.SUSPECTED, null));

    @Test
    void withoutGatesNothingIsMissed() {
        assertThat(Gates.missed(null, measured(new GradientMasking(Verdict.SUSPECTED, CHECKS)))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", value = {
        "0.801 | 0.658 | PointEstimate | -",
        "0.8011 | - | PointEstimate | clean accuracy 801/1000 is below 0.8011",
        "- | 0.6581 | PointEstimate | robust accuracy 658/1000 is below 0.6581",
        "0.77 | 0.62 | LowerBound | -",
        "- | 0.63 | LowerBound | lower bound 0.6276 of robust accuracy (658/1000, confidence 0.95) is below 0.63"})
    void accuraciesAreJudgedExactly(String clean, String robust, String judgeBy, String sentence) {
        JudgeBy by = judgeBy.equals("LowerBound") ? JudgeBy.LOWER_BOUND : JudgeBy.POINT_ESTIMATE;
        assertThat(Gates.missed(new AcceptanceSpec(clean, robust, by, GradientMaskingPolicy.REJECT), measured(null)))
                .isEqualTo(sentence == null ? List.of() : List.of(sentence));
    }

    @Test
    void suspectedMaskingIsAMissAndNamesItsChecks() {
        AcceptanceSpec gates = new AcceptanceSpec(null, "0.9", JudgeBy.POINT_ESTIMATE, GradientMaskingPolicy.REJECT);
        TerminationMessage.Evaluation measured = measured(new GradientMasking(Verdict.SUSPECTED, CHECKS));
        assertThat(Gates.maskingRejects(gates, measured)).isTrue();
        assertThat(Gates.missed(gates, measured)).containsExactly("robust accuracy 658/1000 is below 0.9",
                "gradient masking is suspected: BlackBoxIsWeaker (Square broke 12 more than APGD-CE), SoftmaxFree");
    }

    @ParameterizedTest
    @EnumSource(value = Verdict.class, names = "SUSPECTED", mode = EnumSource.Mode.EXCLUDE)
    void whatIsNotSuspectedNeverRejects(Verdict verdict) {
        AcceptanceSpec gates = new AcceptanceSpec(null, null, JudgeBy.LOWER_BOUND, GradientMaskingPolicy.REJECT);
        assertThat(Gates.missed(gates, measured(new GradientMasking(verdict, CHECKS)))).isEmpty();
    }

    @Test
    void aWarningIsNoGate() {
        AcceptanceSpec gates = new AcceptanceSpec(null, null, JudgeBy.LOWER_BOUND, GradientMaskingPolicy.WARN);
        assertThat(Gates.missed(gates, measured(new GradientMasking(Verdict.SUSPECTED, CHECKS)))).isEmpty();
    }

    private static TerminationMessage.Evaluation measured(GradientMasking masking) {
        return new TerminationMessage.Evaluation(Suite.AUTO_ATTACK, 1000, 801, 658, new ConfidenceInterval("0.95", "0.7749", "0.8254"),
                new ConfidenceInterval("0.95", "0.6276", "0.6875"), List.of(), masking);
    }
}
