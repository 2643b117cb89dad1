package dev.advtrain.trainer.attack;

import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.model.Loss;
import dev.advtrain.trainer.threat.ThreatBudget;

/** An attack that follows the gradient of a loss with respect to the input. */
public abstract sealed class GradientAttack extends FixedBudgetAttack permits Fgsm, Pgd, Apgd, ApgdT {
    private final Loss loss;

    GradientAttack(String name, ThreatBudget budget, Loss loss) {
        super(name, budget);
        this.loss = loss;
    }

    public final Loss loss() {
        return loss;
    }

    @Override
    final int leastClasses() {
        return loss.leastClasses();
    }

    static void requireRestarts(int restarts, boolean randomStart) {
        requireAtLeastOne("restarts", restarts);
        if (restarts > 1 && !randomStart) {
            throw new TrainerException(ExitCode.RUN_SPEC, "restarts is " + restarts + ", expected 1 without a random start: all would be the same");
        }
    }
}
