package dev.advtrain.trainer.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.advtrain.trainer.model.Classifier;
import dev.advtrain.trainer.model.Loss;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.threat.ThreatBudget;
import java.util.List;

/**
 * Projected gradient ascent (Madry et al. 2018, arXiv:1706.06083). The last iterate is the candidate, not the best one.
 * The random start is uniform in the budget.
 */
public final class Pgd extends GradientAttack {
    private final int steps;
    private final double stepSize;
    private final boolean randomStart;

    /** @param stepSize in units of the input */
    public Pgd(ThreatBudget budget, Loss loss, int steps, double stepSize, boolean randomStart) {
        super("PGD-" + steps, budget, loss);
        requireSteps(steps);
        if (loss == Loss.TARGETED_DLR) {
            throw new IllegalArgumentException("PGD has no targets");
        }
        this.steps = steps;
        this.stepSize = stepSize;
        this.randomStart = randomStart;
    }

    public int steps() {
        return steps;
    }

    public double stepSize() {
        return stepSize;
    }

    public boolean randomStart() {
        return randomStart;
    }

    /**
     * The last iterates, unjudged: for training. They belong to the scope; nothing else is left in it.
     *
     * @param y   [N], int64, the batch's labels
     * @param key of the draws; the example is set here
     */
    public NDArray craft(Classifier classifier, NDManager scope, AttackBatch batch, NDArray y, Key key, Cancellation cancellation) {
        ThreatBudget budget = budget();
        NDArray x;
        if (randomStart && budget.epsilon() > 0) {
            x = Starts.pgd(classifier, scope, budget, key, batch.x(), batch.ids());
        } else {
            x = batch.x().duplicate();
            x.attach(scope);
        }
        if (budget.epsilon() == 0) {
            return x;
        }
        String kernel = budget.norm().kernel("pgd_step");
        try (NDManager own = classifier.newScope()) {
            List<NDArray> region = region(classifier, own, batch.x());
            for (int i = 0; i < steps; i++) {
                cancellation.check();
                classifier.gradientKernel(own, kernel, x, region, x, y, y, loss().code(), stepSize, budget.epsilon(), budget.min(), budget.max());
            }
        }
        return x;
    }

    @Override
    void search(AttackRun run) {
        int[] all = run.all();
        NDArray y = run.labels(run.scope(), all);
        NDArray x = craft(run.classifier(), run.scope(), run.batch(), y, run.key(), run.cancellation());
        for (int i = 0; i < steps; i++) {
            run.countGradients(all);
        }
        run.judge(all, run.x(), x, false);
    }
}
