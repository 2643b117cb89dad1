package dev.advtrain.trainer.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.threat.ThreatBudget;

/** Random points of the budget, without looking at the model: what every search must beat. */
public final class Noise extends FixedBudgetAttack {
    private final boolean gaussian;
    private final int draws;

    private Noise(String name, ThreatBudget budget, boolean gaussian, int draws) {
        super(name, budget);
        requireAtLeastOne("draws", draws);
        this.gaussian = gaussian;
        this.draws = draws;
    }

    /**
     * Uniform in the budget.
     *
     * @param draws points for each example, until one is misclassified
     */
    public static Noise uniform(ThreatBudget budget, int draws) {
        return new Noise("Uniform noise", budget, false, draws);
    }

    /** Normal with the standard deviation epsilon, brought into the budget. */
    public static Noise gaussian(ThreatBudget budget, int draws) {
        return new Noise("Gaussian noise", budget, true, draws);
    }

    @Override
    public boolean needsGradient() {
        return false;
    }

    @Override
    void search(AttackRun run) {
        for (int draw = 0; draw < draws; draw++) {
            run.checkCancelled();
            int[] positions = run.unsolved();
            if (positions.length == 0) {
                return;
            }
            try (NDManager scope = run.classifier().newScope()) {
                AttackBatch examples = run.examples(scope, positions);
                Key key = run.key().withRestart(draw);
                NDArray noisy = gaussian
                        ? Starts.gaussian(run.classifier(), scope, budget(), budget().epsilon(), key, examples.x(), examples.ids())
                        : Starts.pgd(run.classifier(), scope, budget(), key, examples.x(), examples.ids());
                run.judge(positions, examples.x(), noisy, false);
            }
        }
    }
}
