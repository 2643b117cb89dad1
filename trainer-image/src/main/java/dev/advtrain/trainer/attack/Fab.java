package dev.advtrain.trainer.attack;

import dev.advtrain.trainer.threat.ThreatBudget;

/**
 * FAB, the fast adaptive boundary attack (Croce and Hein 2020, arXiv:1907.02044), without a target: each step goes onto the
 * linearised boundary to the class that is nearest in the budget's norm. A step costs as many gradients as there are classes.
 * The first start is the example itself, later ones lie half the budget away.
 */
public final class Fab extends MinimumNormAttack {
    private final int steps;
    private final int restarts;

    public Fab(ThreatBudget budget, int steps, int restarts) {
        super("FAB" + repeated(restarts), budget);
        requireAtLeastOne("steps", steps);
        requireAtLeastOne("restarts", restarts);
        this.steps = steps;
        this.restarts = restarts;
    }

    @Override
    double[] minimise(AttackRun run) {
        RankedTargets.settle(run);
        double[] distances = FabSearch.unknownDistances(run);
        for (int restart = 0; restart < restarts; restart++) {
            FabSearch.run(run, steps, restart, null, distances);
        }
        return distances;
    }
}
