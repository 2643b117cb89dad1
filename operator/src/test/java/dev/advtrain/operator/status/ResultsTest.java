package dev.advtrain.operator.status;

import static dev.advtrain.api.v1alpha1.status.ConditionType.EVALUATED;
import static dev.advtrain.api.v1alpha1.status.ConditionType.FINISHED;
import static dev.advtrain.api.v1alpha1.status.ConditionType.SUCCEEDED;
import static dev.advtrain.operator.FakeCluster.T0;
import static org.assertj.core.api.Assertions.assertThat;

import dev.advtrain.api.v1alpha1.evaluation.Suite;
import dev.advtrain.api.v1alpha1.status.Cost;
import dev.advtrain.api.v1alpha1.status.AdversarialTrainingJobStatus;
import dev.advtrain.api.v1alpha1.status.ConditionStatus;
import dev.advtrain.api.v1alpha1.status.GradientMasking;
import dev.advtrain.api.v1alpha1.status.Phase;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelKind;
import dev.advtrain.contract.TerminationMessage;
import dev.advtrain.contract.TerminationMessage.Attack;
import dev.advtrain.contract.TerminationMessage.Evaluation;
import dev.advtrain.contract.TerminationMessage.Result;
import dev.advtrain.operator.Fixtures;
import dev.advtrain.operator.Messages;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the status says of a run that is whole, and how its gates are judged. */
class ResultsTest extends StatusFixture {
    @Test
    void numbersComeFromTheReport() {
        finish(1000, 800, 658);
        assertThat(status.cleanAccuracy()).isEqualTo("0.8000");
        assertThat(status.robustAccuracy()).isEqualTo("0.6580");
        assertThat(status.confidenceInterval()).isEqualTo(Messages.ROBUST);
        assertThat(status.samples()).isEqualTo(1000);
        assertThat(status.results()).singleElement().satisfies(result -> {
            assertThat(result.name()).isEqualTo("linf-0.1");
            assertThat(result.robustAccuracy()).isEqualTo("0.6580");
            assertThat(result.attacks()).extracting(a -> a.name() + " " + a.robustAccuracy())
                    .containsExactly("FGSM 0.8000", "PGD-20 0.6580", "APGD-CE 0.6580");
        });
        assertThat(status.baseline()).isNull();
        assertThat(status.artifact().uri()).isEqualTo("pvc://models/digits/model.pt");
        assertThat(status.artifact().selectedEpoch()).isEqualTo(7);
        assertThat(status.cost()).isEqualTo(new Cost(1234L, "987.6", "8.73"));
        assertThat(status.warnings()).containsExactly("threads changed from 2 to 1");
        assertThat(status.completionTime()).isEqualTo(LATER.toString());
        assertThat(condition(SUCCEEDED).message())
                .isEqualTo("clean accuracy 0.8000, robust accuracy 0.6580 [0.6272, 0.6869] on 1000 samples");
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {
            // gates; measured: clean 800/1000 [0.7738, ...], robust 658/1000 [0.6272, ...]
            "minRobustAccuracy, 0.6272, -, Succeeded",
            "minRobustAccuracy, 0.6273, -, Rejected",
            "minRobustAccuracy, 0.6272, LowerBound, Succeeded",
            "minRobustAccuracy, 0.658, PointEstimate, Succeeded",
            "minRobustAccuracy, 0.6581, PointEstimate, Rejected",
            "minCleanAccuracy, 0.7738, LowerBound, Succeeded",
            "minCleanAccuracy, 0.7739, LowerBound, Rejected",
            "minCleanAccuracy, 0.80, PointEstimate, Succeeded",
            "minCleanAccuracy, 0.8001, PointEstimate, Rejected",
            "minCleanAccuracy, 1, LowerBound, Rejected",
            "minCleanAccuracy, 0, LowerBound, Succeeded",
    })
    void gatesAreJudgedExactly(String gate, String least, String judgeBy, String phase) {
        use(Fixtures.job(text -> text + "  acceptance: {" + gate + ": \"" + least + "\""
                + (judgeBy == null ? "" : ", judgeBy: " + judgeBy) + "}\n"));
        finish(1000, 800, 658);
        assertThat(status.phase()).hasToString(phase);
        assertThat(status.robustAccuracy()).isEqualTo("0.6580");
        assertThat(condition(EVALUATED).status()).isEqualTo(ConditionStatus.TRUE);
        assertThat(condition(FINISHED).status()).isEqualTo(ConditionStatus.TRUE);
        if (phase.equals("Rejected")) {
            assertThat(condition(SUCCEEDED).status()).isEqualTo(ConditionStatus.FALSE);
            assertThat(condition(SUCCEEDED).reason()).isEqualTo("GatesMissed");
            assertThat(condition(SUCCEEDED).message()).contains(gate.contains("Clean") ? "clean" : "robust").endsWith("is below " + least);
        }
    }

    @ParameterizedTest
    @CsvSource({"0.3333, 1, Succeeded, 0.3333", "0.3334, 1, Rejected, 0.3333", "0.6667, 2, Rejected, 0.6667"})
    void aShareIsJudgedAsItIsAndNotAsItIsShown(String least, int robust, String phase, String shown) {
        use(Fixtures.job(text -> text + "  acceptance: {minRobustAccuracy: \"" + least + "\", judgeBy: PointEstimate}\n"));
        finish(3, 2, robust);
        assertThat(status.phase()).hasToString(phase);
        assertThat(status.robustAccuracy()).isEqualTo(shown);
    }

    @Test
    void everyMissedGateIsNamed() {
        use(Fixtures.job(text -> text + "  acceptance: {minCleanAccuracy: \"0.9\", minRobustAccuracy: \"0.7\"}\n"));
        finish(1000, 800, 658);
        assertThat(condition(SUCCEEDED).message()).isEqualTo(
                "lower bound 0.7738 of clean accuracy (800/1000, confidence 0.95) is below 0.9; "
                + "lower bound 0.6272 of robust accuracy (658/1000, confidence 0.95) is below 0.7");
    }

    @Test
    void theIncomingModelIsShownAndNotJudged() {
        use(Fixtures.job(text -> text + "  acceptance: {minRobustAccuracy: \"0.6\"}\n"));
        Evaluation e = Messages.evaluation(1000, 800, 658);
        finish(new Evaluation(e.suite(), e.samples(), e.cleanCorrect(), e.robustCorrect(), e.cleanInterval(), e.confidenceInterval(), e.results(),
                null, new TerminationMessage.Baseline(912, 3, Messages.ROBUST)));
        assertThat(status.baseline())
                .isEqualTo(new AdversarialTrainingJobStatus.Baseline(1000, "0.9120", "0.0030", Messages.ROBUST));
        assertThat(status.phase()).isEqualTo(Phase.SUCCEEDED);
        assertThat(status.robustAccuracy()).isEqualTo("0.6580");
        assertThat(condition(SUCCEEDED).message()).isEqualTo("clean accuracy 0.8000, robust accuracy 0.6580 [0.6272, 0.6869] on 1000 samples; "
                + "the incoming model: clean accuracy 0.9120, robust accuracy 0.0030");
    }

    @Test
    void eachThreatModelHasItsResult() {
        use(Fixtures.job(text -> text.replace("{name: linf-0.1}", "{name: linf-0.1}, {kind: ClusterThreatModel, name: l2-1.5}")));
        finish(new Evaluation(Suite.QUICK, 1000, 800, 600, Messages.CLEAN, Messages.ROBUST, List.of(
                new Result(ThreatModelKind.THREAT_MODEL, "linf-0.1", 658, Messages.ROBUST, List.of(new Attack("FGSM", 658, 1))),
                new Result(ThreatModelKind.CLUSTER_THREAT_MODEL, "l2-1.5", 640, Messages.ROBUST, null)), null));
        assertThat(status.threatSummary()).isEqualTo("Linf 0.1, L2 1.5");
        assertThat(status.robustAccuracy()).isEqualTo("0.6000");
        assertThat(status.results()).extracting(r -> String.join(" ", r.kind().toString(), r.name(), r.norm().toString(), r.epsilon(),
                r.knowledge().toString(), r.suite().toString(), r.samples().toString(), r.cleanAccuracy(), r.robustAccuracy()))
                .containsExactly("ThreatModel linf-0.1 Linf 0.1 WhiteBox Quick 1000 0.8000 0.6580",
                        "ClusterThreatModel l2-1.5 L2 1.5 ScoreBlackBox Quick 1000 0.8000 0.6400");
        assertThat(status.gradientMasking()).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", value = {
            "- | Succeeded | Succeeded",
            "{gradientMasking: Warn} | Succeeded | Succeeded",
            "{gradientMasking: Reject} | Rejected | GradientMaskingSuspected",
            "{minRobustAccuracy: \"0.6\"} | Rejected | GradientMaskingSuspected",
            "{minRobustAccuracy: \"0.6\", gradientMasking: Warn} | Succeeded | Succeeded",
            "{minRobustAccuracy: \"0.7\"} | Rejected | GatesMissed",
            "{minRobustAccuracy: \"0.7\", gradientMasking: Warn} | Rejected | GatesMissed",
    })
    void suspectedMaskingIsAlwaysSaidAndRejectsWhereItIsAGate(String gates, String phase, String reason) {
        use(Fixtures.job(text -> text + (gates == null ? "" : "  acceptance: " + gates + "\n")));
        look(T0);
        AdversarialTrainingJobStatus before = status;
        finish(Messages.masked(1000, 800, 658));
        String sentence = "gradient masking is suspected: UnboundedAttackSucceeds (658 of 800 survive an unbounded attack)";
        assertThat(status.phase()).hasToString(phase);
        assertThat(condition(SUCCEEDED).reason()).isEqualTo(reason);
        assertThat(status.warnings()).containsExactly(sentence, "threads changed from 2 to 1");
        assertThat(status.gradientMasking().verdict()).isEqualTo(GradientMasking.Verdict.SUSPECTED);
        assertThat(status.gradientMasking().checks()).extracting(check -> check.name() + " " + check.verdict())
                .containsExactly("UnboundedAttackSucceeds Suspected", "NoiseIsWeaker Pass");
        assertThat(Transitions.between(before, status)).filteredOn(t -> t.reason() == Reason.GRADIENT_MASKING_SUSPECTED)
                .singleElement().satisfies(t -> {
                    assertThat(t.normal()).isFalse();
                    assertThat(t.message()).isEqualTo(sentence);
                });
        assertThat(Transitions.between(status, look(LATER))).isEmpty();
        if (phase.equals("Rejected")) {
            assertThat(condition(SUCCEEDED).message().contains(sentence)).isEqualTo(!gates.contains("Warn"));
        }
    }

    @Test
    void whatIsInconclusiveRejectsNothingAndIsNoWarning() {
        use(Fixtures.job(text -> text + "  acceptance: {gradientMasking: Reject}\n"));
        Evaluation e = Messages.evaluation(1000, 800, 658);
        finish(new Evaluation(e.suite(), e.samples(), e.cleanCorrect(), e.robustCorrect(), e.cleanInterval(), e.confidenceInterval(),
                e.results(), new GradientMasking(GradientMasking.Verdict.INCONCLUSIVE, List.of(new GradientMasking.Check("NoiseIsWeaker",
                        GradientMasking.CheckVerdict.INCONCLUSIVE, "e".repeat(600))))));
        assertThat(status.phase()).isEqualTo(Phase.SUCCEEDED);
        assertThat(status.warnings()).containsExactly("threads changed from 2 to 1");
        assertThat(status.gradientMasking().checks()).singleElement().satisfies(check ->
                assertThat(check.evidence()).hasSize(512).endsWith("…"));
    }
}
