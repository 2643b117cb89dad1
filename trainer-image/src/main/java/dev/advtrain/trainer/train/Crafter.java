package dev.advtrain.trainer.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.advtrain.trainer.attack.AttackBatch;
import dev.advtrain.trainer.attack.Cancellation;
import dev.advtrain.trainer.attack.Pgd;
import dev.advtrain.trainer.model.Classifier;
import dev.advtrain.trainer.model.Loss;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.random.Purpose;
import dev.advtrain.trainer.threat.ThreatBudget;

/** Makes the adversarial examples of a training step: the last iterates of PGD. */
final class Crafter {
    private final Classifier classifier;
    private final ThreatBudget budget;
    private final Hyperparameters hyperparameters;
    private final Cancellation cancellation;

    Crafter(Classifier classifier, ThreatBudget budget, Hyperparameters hyperparameters, Cancellation cancellation) {
        this.classifier = classifier;
        this.budget = budget;
        this.hyperparameters = hyperparameters;
        this.cancellation = cancellation;
    }

    /**
     * @param y [N], int64, the batch's labels
     * @param epoch 1-based, part of the key of the random starts
     * @param scale of budget and step size, in (0, 1]
     */
    NDArray craft(NDManager scope, AttackBatch batch, NDArray y, int epoch, double scale) {
        Pgd pgd = new Pgd(budget.withEpsilon(budget.epsilon() * scale), Loss.CROSS_ENTROPY, hyperparameters.attackSteps(),
                hyperparameters.stepSize() * scale, hyperparameters.randomStart());
        Key key = Key.of(hyperparameters.seed(), Purpose.ATTACK_START).withEpoch(epoch);
        return pgd.craft(classifier, scope, batch, y, key, cancellation);
    }
}
