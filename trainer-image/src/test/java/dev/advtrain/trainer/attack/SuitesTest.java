package dev.advtrain.trainer.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.advtrain.api.v1alpha1.evaluation.AttackLoss;
import dev.advtrain.api.v1alpha1.evaluation.AttackSpec;
import dev.advtrain.api.v1alpha1.evaluation.EvaluationSpec;
import dev.advtrain.api.v1alpha1.evaluation.NoiseDistribution;
import dev.advtrain.api.v1alpha1.evaluation.Suite;
import dev.advtrain.api.v1alpha1.threatmodel.Knowledge;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelSpec;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.model.ModelShape;
import dev.advtrain.trainer.threat.Norm;
import dev.advtrain.trainer.threat.ThreatBudget;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which attacks a suite has, by knowledge, shape and number of classes, and how those that are listed are set. */
class SuitesTest {
    private static final ThreatBudget BUDGET = new ThreatBudget(Norm.LINF, 0.1, 0, 1);
    private static final long[] IMAGE = {1, 28, 28};
    private static final long[] FEATURES = {5};
    private static final AttackSpec FGSM = new AttackSpec(new AttackSpec.Fgsm(), null, null, null, null, null, null, null);
    private static final AttackSpec SQUARE = new AttackSpec(null, null, null, null, null, null, new AttackSpec.Square(70), null);
    private static final AttackSpec NOISE =
            new AttackSpec(null, null, null, null, null, null, null, new AttackSpec.Noise(NoiseDistribution.GAUSSIAN, 7));
    private static final AttackSpec DLR =
            new AttackSpec(null, null, new AttackSpec.Apgd(AttackLoss.DLR, 50, 3), null, null, null, null, null);

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", value = {
        "QUICK | 2 | FGSM, PGD-20, APGD-CE | -",
        "QUICK | 10 | FGSM, PGD-20, APGD-CE | -",
        "AUTO_ATTACK | 10 | APGD-CE, APGD-T, FAB-T, Square | -",
        "AUTO_ATTACK | 4 | APGD-CE, APGD-T, FAB-T, Square | -",
        "AUTO_ATTACK | 3 | APGD-CE, APGD-DLR, FAB-T, Square | APGD-T needs at least 4 classes, the model has 3: APGD-DLR took its place.",
        "AUTO_ATTACK | 2 | APGD-CE, FAB-T, Square | APGD-T needs at least 4 classes, the model has 2: it was left out.",
        "AUTO_ATTACK_PLUS | 10 | APGD-CE x5, APGD-DLR x5, FAB x5, Square, APGD-T, FAB-T | -",
        "AUTO_ATTACK_PLUS | 3 | APGD-CE x5, APGD-DLR x5, FAB x5, Square, FAB-T | APGD-T needs at least 4 classes, the model has 3: it was left out.",
        "AUTO_ATTACK_PLUS | 2 | APGD-CE x5, FAB x5, Square, FAB-T | APGD-DLR x5 needs at least 3 classes, the model has 2: it was left out."
                + "APGD-T needs at least 4 classes, the model has 2: it was left out.",
        "AUTO_ATTACK_RANDOMIZED | 3 | APGD-CE EOT-20, APGD-DLR EOT-20 | -",
        "AUTO_ATTACK_RANDOMIZED | 2 | APGD-CE EOT-20 | APGD-DLR EOT-20 needs at least 3 classes, the model has 2: it was left out.",
        "CUSTOM | 10 | '' | -"})
    void suitesHaveWhatIsDefinedForTheClasses(Suite suite, int classes, String attacks, String notes) {
        AttackPlan plan = plan(suite, Knowledge.WHITE_BOX, classes);
        assertThat(String.join(", ", names(plan))).isEqualTo(attacks);
        assertThat(String.join("", plan.notes())).isEqualTo(notes == null ? "" : notes);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "QUICK | FGSM, PGD-20, APGD-CE",
        "AUTO_ATTACK | APGD-CE, APGD-T, FAB-T",
        "AUTO_ATTACK_PLUS | APGD-CE x5, APGD-DLR x5, FAB x5, APGD-T, FAB-T",
        "AUTO_ATTACK_RANDOMIZED | APGD-CE EOT-20, APGD-DLR EOT-20"})
    void scoresAloneLeaveSquare(Suite suite, String left) {
        AttackPlan plan = plan(suite, Knowledge.SCORE_BLACK_BOX, 10, NOISE);
        assertThat(names(plan)).containsExactly("Square", "Gaussian noise");
        assertThat(((Square) plan.attacks().getFirst()).queries()).isEqualTo(300);
        assertThat(plan.notes()).containsExactly("The attacker sees scores only: of " + suite + ", " + left
                + " need gradients and were left out; Square has the 300 queries of queryBudget.");
    }

    @Test
    void scoresAloneAllowWhatNeedsNoGradients() {
        AttackPlan plan = plan(Suite.CUSTOM, Knowledge.SCORE_BLACK_BOX, 10, SQUARE, NOISE);
        assertThat(names(plan)).containsExactly("Square", "Gaussian noise");
        assertThat(((Square) plan.attacks().getFirst()).queries()).isEqualTo(70);
        assertThat(plan.notes()).isEmpty();
        refused("evaluation.attacks[1]: FGSM needs gradients, expected square or noise with the knowledge ScoreBlackBox",
                () -> plan(Suite.CUSTOM, Knowledge.SCORE_BLACK_BOX, 10, SQUARE, FGSM));
    }

    @Test
    void listedAttacksFollowTheSuiteUnderNamesOfTheirOwn() {
        AttackPlan plan = plan(Suite.AUTO_ATTACK, Knowledge.WHITE_BOX, 10, SQUARE, DLR, SQUARE, FGSM);
        assertThat(names(plan)).containsExactly("APGD-CE", "APGD-T", "FAB-T", "Square", "Square (2)", "APGD-DLR x3", "Square (3)", "FGSM");
        assertThat(plan.attacks().get(4)).hasToString("Square (2)");
        assertThat(((Square) plan.attacks().get(4)).queries()).isEqualTo(70);
        assertThat(((Square) plan.attacks().get(3)).queries()).isEqualTo(5000);
        assertThat(((Apgd) plan.attacks().get(5)).steps()).isEqualTo(50);
    }

    @Test
    void everyListedAttackIsRunAsSet() {
        AttackPlan plan = plan(Suite.CUSTOM, Knowledge.WHITE_BOX, 4, FGSM,
                pgd(new AttackSpec.Pgd(AttackLoss.CROSS_ENTROPY, 10, null, 1, true, List.of())),
                pgd(new AttackSpec.Pgd(AttackLoss.DLR, 10, "4/255", 2, true, List.of(3, 0))),
                new AttackSpec(null, null, null, new AttackSpec.ApgdTargeted(100, 9), null, null, null, null),
                new AttackSpec(null, null, null, null, new AttackSpec.Fab(100, 2), null, null, null),
                new AttackSpec(null, null, null, null, null, new AttackSpec.FabTargeted(100, 9, 1), null, null),
                new AttackSpec(null, null, null, null, null, null, null, new AttackSpec.Noise(NoiseDistribution.UNIFORM, 100)));
        assertThat(names(plan)).containsExactly("FGSM", "PGD-10", "PGD-10x2-T", "APGD-T", "FAB x2", "FAB-T", "Uniform noise");
        assertThat(((Pgd) plan.attacks().get(1)).stepSize()).isEqualTo(0.025);
        assertThat(((Pgd) plan.attacks().get(2)).stepSize()).isEqualTo(4.0 / 255);
        assertThat(plan.attacks()).allMatch(attack -> attack.budget() == BUDGET);
    }

    @Test
    void listedAttacksMustFitTheClasses() {
        refused("evaluation.attacks[0]: APGD-DLR x3 needs at least 3 classes, the model has 2", () -> plan(Suite.QUICK, Knowledge.WHITE_BOX, 2, DLR));
        refused("evaluation.attacks[1]: PGD-10-T: target 5 is no class of the model, expected 0 to 4", () -> plan(Suite.QUICK, Knowledge.WHITE_BOX, 5, FGSM,
                pgd(new AttackSpec.Pgd(AttackLoss.CROSS_ENTROPY, 10, "0.1", 1, true, List.of(4, 5)))));
    }

    @Test
    void squareIsForImages() {
        AttackPlan plan = plan(Suite.AUTO_ATTACK, Knowledge.WHITE_BOX, FEATURES, 10);
        assertThat(names(plan)).containsExactly("APGD-CE", "APGD-T", "FAB-T");
        assertThat(plan.notes()).containsExactly("Square needs inputs of the shape [channels, height, width], the model's are [5]: it was left out.");
        refused("evaluation.attacks[0]: Square needs inputs of the shape [channels, height, width], the model's are [5]",
                () -> plan(Suite.QUICK, Knowledge.WHITE_BOX, FEATURES, 10, SQUARE));
        refused("evaluation.suite: Square needs inputs of the shape [channels, height, width], the model's are [5], and of AutoAttack the attacker can run "
                + "nothing else; expected Custom", () -> plan(Suite.AUTO_ATTACK, Knowledge.SCORE_BLACK_BOX, FEATURES, 10));
    }

    private static AttackSpec pgd(AttackSpec.Pgd pgd) {
        return new AttackSpec(null, pgd, null, null, null, null, null, null);
    }

    private static AttackPlan plan(Suite suite, Knowledge knowledge, int classes, AttackSpec... attacks) {
        return plan(suite, knowledge, IMAGE, classes, attacks);
    }

    private static AttackPlan plan(Suite suite, Knowledge knowledge, long[] input, int classes, AttackSpec... attacks) {
        return Suites.of(new EvaluationSpec(suite, Arrays.asList(attacks), 100, null, 1, 250),
                new ThreatModelSpec(null, null, knowledge, null, null, knowledge == Knowledge.SCORE_BLACK_BOX ? 300 : null), BUDGET, new ModelShape(input, classes));
    }

    private static List<String> names(AttackPlan plan) {
        return plan.attacks().stream().map(Attack::name).toList();
    }

    private static void refused(String message, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(TrainerException.class).hasMessage(message)
                .extracting(e -> ((TrainerException) e).exitCode()).isEqualTo(ExitCode.RUN_SPEC);
    }
}
