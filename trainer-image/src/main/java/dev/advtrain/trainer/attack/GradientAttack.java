package dev.advtrain.trainer.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.model.Classifier;
import dev.advtrain.trainer.model.Loss;
import dev.advtrain.trainer.tensor.TorchModule;
import dev.advtrain.trainer.threat.ThreatBudget;
import java.util.List;

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

    /** What the norm's projection needs for these examples. */
    final List<NDArray> region(Classifier classifier, NDManager scope, NDArray x0) {
        ThreatBudget budget = budget();
        return TorchModule.tensors(classifier.tensorKernel(scope, budget.norm().kernel("region"), x0, budget.epsilon(), budget.min(), budget.max()));
    }

    static void requireRestarts(int restarts, boolean randomStart) {
        requireAtLeastOne("restarts", restarts);
        if (restarts > 1 && !randomStart) {
            throw new TrainerException(ExitCode.RUN_SPEC, "restarts is " + restarts + ", expected 1 without a random start: all would be the same");
        }
    }
}
