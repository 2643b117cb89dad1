package dev.advtrain.trainer.attack;

import dev.advtrain.trainer.threat.ThreatBudget;

/**
 * Targeted FAB, the fast adaptive boundary attack (Croce and Hein 2020, arXiv:1907.02044): steps onto the linearised
 * boundary to each of the likeliest wrong classes in turn, drawn towards the example. The first start is the example
 * itself, later ones lie half the budget away.
 */
public final class FabT extends MinimumNormAttack {
    /** As many as the authors take: the ranks 2 to 10. */
    public static final int TARGETS = 9;

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
        super("FAB-T" + repeated(restarts), budget);
        requireAtLeastOne("steps", steps);
        requireAtLeastOne("targets", targets);
        requireAtLeastOne("restarts", restarts);
        this.steps = steps;
        this.targets = targets;
        this.restarts = restarts;
    }

    @Override
    double[] minimise(AttackRun run) {
        long[][] ranked = RankedTargets.of(run, targets);
        double[] distances = FabSearch.unknownDistances(run);
        for (int restart = 0; restart < restarts; restart++) {
            for (int rank = 0; rank < ranked.length; rank++) {
                FabSearch.run(run, steps, restart == 0 ? 0 : restart * ranked.length + rank, ranked[rank], distances);
            }
        }
        return distances;
    }
}
