package dev.advtrain.trainer.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.model.Classifier;
import dev.advtrain.trainer.model.Loss;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.tensor.Tensors;
import dev.advtrain.trainer.threat.ThreatBudget;
import java.util.Arrays;
import java.util.List;

/**
 * Projected gradient ascent (Madry et al. 2018, arXiv:1706.06083). The last iterate is the candidate, not the best one.
 * The random start is uniform in the budget. With targets the loss leads to each of these classes in turn; any wrong class
 * is a success.
 */
public final class Pgd extends GradientAttack implements InnerAttack {
    private final int steps;
    private final double stepSize;
    private final boolean randomStart;
    private final int restarts;
    private final List<Integer> targets;

    /** @param stepSize in units of the input */
    public Pgd(ThreatBudget budget, Loss loss, int steps, double stepSize, boolean randomStart) {
        this(budget, loss, steps, stepSize, randomStart, 1, List.of());
    }

    /**
     * @param restarts starts for each target, each on the examples that are still right
     * @param targets  classes to aim at, where the loss is targeted; an example is never led to its own class
     */
    public Pgd(ThreatBudget budget, Loss loss, int steps, double stepSize, boolean randomStart, int restarts, List<Integer> targets) {
        super("PGD-" + steps + (restarts > 1 ? "x" + restarts : "") + (loss.targeted() ? "-T" : ""), budget, loss);
        requireAtLeastOne("steps", steps);
        requireRestarts(restarts, randomStart);
        if (loss.targeted() == targets.isEmpty()) {
            throw new IllegalArgumentException("loss " + loss + " with the targets " + targets);
        }
        this.steps = steps;
        this.stepSize = stepSize;
        this.randomStart = randomStart;
        this.restarts = restarts;
        this.targets = List.copyOf(targets);
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

    @Override
    public NDArray craft(Classifier classifier, NDManager scope, AttackBatch batch, NDArray y, Key key, Cancellation cancellation) {
        return craft(classifier, scope, batch, y, y, key, cancellation);
    }

    private NDArray craft(Classifier classifier, NDManager scope, AttackBatch batch, NDArray y, NDArray aims, Key key, Cancellation cancellation) {
        ThreatBudget budget = budget();
        NDArray x;
        if (randomStart && budget.epsilon() > 0) {
            x = Starts.pgd(classifier, scope, budget, key, batch.x(), batch.ids());
        } else {
            x = Tensors.copy(batch.x(), scope);
        }
        if (budget.epsilon() == 0) {
            return x;
        }
        String kernel = budget.norm().kernel("pgd_step");
        try (NDManager own = classifier.newScope()) {
            List<NDArray> region = region(classifier, own, batch.x());
            for (int i = 0; i < steps; i++) {
                cancellation.check();
                classifier.gradientKernel(own, kernel, x, region, x, y, aims, loss().code(), stepSize, budget.epsilon(), budget.min(), budget.max());
            }
        }
        return x;
    }

    @Override
    void requireClasses(int classes) {
        super.requireClasses(classes);
        for (int target : targets) {
            if (target < 0 || target >= classes) {
                throw new TrainerException(ExitCode.RUN_SPEC, name() + ": target " + target + " is no class of the model, expected 0 to " + (classes - 1));
            }
        }
    }

    @Override
    void search(AttackRun run) {
        if (targets.isEmpty()) {
            for (int restart = 0; restart < restarts; restart++) {
                attempt(run, restart, run.unsolved(), run.batch().labels());
            }
            return;
        }
        for (int i = 0; i < targets.size() * restarts; i++) {
            long target = targets.get(i / restarts);
            long[] aims = new long[run.batch().size()];
            Arrays.fill(aims, target);
            attempt(run, i, Arrays.stream(run.unsolved()).filter(position -> run.batch().labels()[position] != target).toArray(), aims);
        }
    }

    /** @param aims by position in the batch */
    private void attempt(AttackRun run, int restart, int[] positions, long... aims) {
        if (positions.length == 0) {
            return;
        }
        try (NDManager scope = run.classifier().newScope()) {
            AttackBatch examples = run.examples(scope, positions);
            NDArray x = craft(run.classifier(), scope, examples, run.labels(scope, positions),
                    run.pick(scope, aims, positions), run.key().withRestart(restart), run.cancellation());
            for (int i = 0; i < steps; i++) {
                run.countGradients(positions);
            }
            run.judge(positions, examples.x(), x, false);
        }
    }
}
