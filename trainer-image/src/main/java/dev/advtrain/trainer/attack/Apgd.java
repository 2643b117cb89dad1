package dev.advtrain.trainer.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.advtrain.trainer.model.Loss;
import dev.advtrain.trainer.threat.ThreatBudget;

/**
 * Auto-PGD (Croce and Hein 2020, arXiv:2003.01690): momentum, and a step size per example that is halved, going back to
 * the best point, where progress stalls. The candidate is the latest misclassified iterate; the start counts as one.
 */
public final class Apgd extends GradientAttack {
    private static final double FIRST_WINDOW = 0.22;
    private static final double WINDOW_DECREASE = 0.03;
    private static final double LEAST_WINDOW = 0.06;

    private final int steps;
    private final boolean randomStart;

    public Apgd(ThreatBudget budget, Loss loss, int steps) {
        this(budget, loss, steps, true);
    }

    /** @param randomStart on the bound of the budget; else the example itself */
    public Apgd(ThreatBudget budget, Loss loss, int steps, boolean randomStart) {
        super(loss == Loss.CROSS_ENTROPY ? "APGD-CE" : "APGD-DLR", budget, loss);
        requireSteps(steps);
        if (loss == Loss.TARGETED_DLR) {
            throw new IllegalArgumentException("untargeted APGD has no targets");
        }
        this.steps = steps;
        this.randomStart = randomStart;
    }

    public int steps() {
        return steps;
    }

    @Override
    void search(AttackRun run) {
        try (NDManager scope = run.classifier().newScope();
                ApgdSearch search = new ApgdSearch(run, this, start(run, scope))) {
            while (!search.done()) {
                search.step();
            }
            search.finish();
        }
    }

    NDArray start(AttackRun run, NDManager scope) {
        if (randomStart) {
            return Starts.apgd(run.classifier(), scope, budget(), run.key(), run.x(), run.batch().ids());
        }
        NDArray x = run.x().duplicate();
        x.attach(scope);
        return x;
    }

    /** Which window ends after each step: its length, or 0 within one. */
    int[] windows() {
        int[] ends = new int[steps];
        int window = share(FIRST_WINDOW);
        for (int end = window; end <= steps; end += window) {
            ends[end - 1] = window;
            window = Math.max(window - share(WINDOW_DECREASE), share(LEAST_WINDOW));
        }
        return ends;
    }

    private int share(double part) {
        return Math.max((int) (part * steps), 1);
    }
}
