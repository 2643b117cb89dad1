package dev.advtrain.trainer.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.advtrain.trainer.threat.ThreatBudget;
import java.util.Arrays;

/**
 * Targeted FAB, the fast adaptive boundary attack (Croce and Hein 2020, arXiv:1907.02044): steps onto the linearised
 * boundary to each of the likeliest wrong classes in turn, drawn towards the example. The first start is the example
 * itself, later ones lie half the budget away.
 */
public final class FabT extends MinimumNormAttack {
    /** As many as the authors take: the ranks 2 to 10. */
    public static final int TARGETS = 9;
    private static final double START = 0.5;

    private final int steps;
    private final int targets;
    private final int restarts;

    public FabT(ThreatBudget budget, int steps) {
        this(budget, steps, TARGETS, 1);
    }

    /**
     * @param targets  how many classes to aim at, at most; one fewer than the model's classes where that is less
     * @param restarts starts for each target
     */
    public FabT(ThreatBudget budget, int steps, int targets, int restarts) {
        super("FAB-T", budget);
        requireAtLeastOne("steps", steps);
        requireAtLeastOne("targets", targets);
        requireAtLeastOne("restarts", restarts);
        this.steps = steps;
        this.targets = targets;
        this.restarts = restarts;
    }

    @Override
    double[] minimise(AttackRun run) {
        double[] distances = new double[run.batch().size()];
        long[][] ranked = RankedTargets.of(run, targets);
        int[] right = run.unsolved();
        for (int position : right) {
            distances[position] = Double.POSITIVE_INFINITY;
        }
        for (int restart = 0; restart < restarts; restart++) {
            for (int rank = 0; rank < ranked.length; rank++) {
                int[] positions = run.keepSolved() ? right : run.unsolved();
                if (positions.length > 0) {
                    search(run, positions, restart * ranked.length + rank, restart > 0, ranked[rank], distances);
                }
            }
        }
        return distances;
    }

    private void search(AttackRun run, int[] positions, int start, boolean random, long[] targets, double... distances) {
        try (NDManager scope = run.classifier().newScope()) {
            AttackBatch examples = run.examples(scope, positions);
            NDArray x;
            if (random) {
                x = Starts.apgd(run.classifier(), scope, budget().withEpsilon(START * budget().epsilon()), run.key().withRestart(start), examples.x(),
                        examples.ids());
            } else {
                x = examples.x();
            }
            try (FabSearch search = new FabSearch(run, positions, targets, examples.x(), x)) {
                for (int step = 0; step < steps && !search.done(); step++) {
                    search.step();
                }
                Arrays.setAll(distances, i -> Math.min(distances[i], search.distances()[i]));
            }
        }
    }
}
