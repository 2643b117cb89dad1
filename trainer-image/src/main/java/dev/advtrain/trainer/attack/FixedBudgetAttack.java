package dev.advtrain.trainer.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.advtrain.trainer.model.Classifier;
import dev.advtrain.trainer.tensor.TorchModule;
import dev.advtrain.trainer.threat.ThreatBudget;
import java.util.List;

/** An attack that never leaves its budget: a candidate outside is a defect of the attack. */
public abstract sealed class FixedBudgetAttack extends Attack permits GradientAttack, Square, Noise {
    FixedBudgetAttack(String name, ThreatBudget budget) {
        super(name, budget);
    }

    /** What the norm's projection needs for these examples. */
    final List<NDArray> region(Classifier classifier, NDManager scope, NDArray x0) {
        return region(classifier, scope, budget(), x0);
    }

    static List<NDArray> region(Classifier classifier, NDManager scope, ThreatBudget budget, NDArray x0) {
        return TorchModule.tensors(classifier.tensorKernel(scope, budget.norm().kernel("region"), x0, budget.epsilon(), budget.min(), budget.max()));
    }
}
