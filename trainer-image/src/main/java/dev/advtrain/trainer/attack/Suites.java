package dev.advtrain.trainer.attack;

import dev.advtrain.api.v1alpha1.evaluation.EvaluationSpec;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelSpec;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.model.Loss;
import dev.advtrain.trainer.threat.ThreatBudget;
import java.util.List;

/** The attacks of an evaluation, in order: each gets only the examples that the clean model and all before it left right. */
public final class Suites {
    private static final int PGD_STEPS = 20;
    /** A quarter of the budget a step: far enough to cross it five times. */
    private static final double PGD_STEP = 0.25;
    private static final int APGD_STEPS = 100;

    private Suites() {}

    /** @param classes of the model */
    public static AttackPlan of(EvaluationSpec evaluation, ThreatModelSpec threatModel, ThreatBudget budget, int classes) {
        return switch (evaluation.suite()) {
            case QUICK -> new AttackPlan(quick(budget), List.of());
            case AUTO_ATTACK, AUTO_ATTACK_PLUS, AUTO_ATTACK_RANDOMIZED, CUSTOM -> throw new TrainerException(ExitCode.RUN_SPEC,
                    "evaluation.suite: " + evaluation.suite() + "; expected Quick");
        };
    }

    /** FGSM, PGD-20 with steps of epsilon / 4 from a random start, APGD-CE with 100 steps. */
    public static List<Attack> quick(ThreatBudget budget) {
        return List.of(new Fgsm(budget), pgd20(budget), new Apgd(budget, Loss.CROSS_ENTROPY, APGD_STEPS));
    }

    /** Also the attack that training selects by. */
    public static Pgd pgd20(ThreatBudget budget) {
        return new Pgd(budget, Loss.CROSS_ENTROPY, PGD_STEPS, budget.epsilon() * PGD_STEP, true);
    }
}
