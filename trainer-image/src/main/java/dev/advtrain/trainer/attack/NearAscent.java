package dev.advtrain.trainer.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.advtrain.trainer.model.Classifier;
import dev.advtrain.trainer.model.Loss;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.tensor.Tensors;
import dev.advtrain.trainer.tensor.TorchModule;
import dev.advtrain.trainer.threat.ThreatBudget;
import java.util.List;

/**
 * Projected gradient ascent as the authors of TRADES and MART do it, in either norm: it starts at the example plus normal
 * noise with a standard deviation of a thousandth of the input range, brought into the budget. The last iterate counts.
 *
 * @param divergence whether to raise the divergence of the prediction from that for the example (TRADES, Zhang et al.
 *                   2019, arXiv:1901.08573); else the cross entropy (MART, Wang et al. 2020)
 * @param noise      whether to start with noise; the divergence has no slope without
 * @param stepSize   in units of the input
 */
public record NearAscent(ThreatBudget budget, boolean divergence, int steps, double stepSize, boolean noise) implements InnerAttack {
    private static final double DEVIATION = 0.001;

    public NearAscent {
        Attack.requireAtLeastOne("steps", steps);
        if (divergence && !noise) {
            throw new IllegalArgumentException("the divergence has no slope at the example itself");
        }
    }

    @Override
    public NDArray craft(Classifier classifier, NDManager scope, AttackBatch batch, NDArray y, Key key, Cancellation cancellation) {
        if (budget.epsilon() == 0) {
            return Tensors.copy(batch.x(), scope);
        }
        NDArray x = noise
                ? Starts.gaussian(classifier, scope, budget, DEVIATION * (budget.max() - budget.min()), key, batch.x(), batch.ids())
                : Tensors.copy(batch.x(), scope);
        try (NDManager own = classifier.newScope()) {
            List<NDArray> region = FixedBudgetAttack.region(classifier, own, budget, batch.x());
            NDArray p = divergence ? TorchModule.tensor(classifier.forwardKernel(own, "probabilities", x, batch.x())) : null;
            for (int i = 0; i < steps; i++) {
                cancellation.check();
                if (divergence) {
                    classifier.gradientKernel(own, budget.norm().kernel("divergence_step"), x, region, x, p, stepSize, budget.epsilon(),
                            budget.min(), budget.max());
                } else {
                    classifier.gradientKernel(own, budget.norm().kernel("pgd_step"), x, region, x, y, y, Loss.CROSS_ENTROPY.code(), stepSize,
                            budget.epsilon(), budget.min(), budget.max());
                }
            }
        }
        return x;
    }
}
