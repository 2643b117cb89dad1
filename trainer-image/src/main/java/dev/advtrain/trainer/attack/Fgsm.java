package dev.advtrain.trainer.attack;

import dev.advtrain.trainer.model.Loss;
import dev.advtrain.trainer.threat.ThreatBudget;

/** One step of length epsilon along the gradient's direction (Goodfellow et al. 2015, arXiv:1412.6572). */
public final class Fgsm extends GradientAttack {
    private final Pgd step;

    public Fgsm(ThreatBudget budget) {
        super("FGSM", budget, Loss.CROSS_ENTROPY);
        step = new Pgd(budget, Loss.CROSS_ENTROPY, 1, budget.epsilon(), false);
    }

    @Override
    void search(AttackRun run) {
        step.search(run);
    }
}
