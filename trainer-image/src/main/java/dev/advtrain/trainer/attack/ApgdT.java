package dev.advtrain.trainer.attack;

import dev.advtrain.trainer.model.Loss;
import dev.advtrain.trainer.threat.ThreatBudget;

/**
 * Targeted Auto-PGD (Croce and Hein 2020, arXiv:2003.01690): the targeted DLR loss towards each of the likeliest wrong
 * classes in turn, each from a start of its own and only on the examples still right. Any wrong class is a success.
 */
public final class ApgdT extends GradientAttack {
    /** As many as the authors take: the ranks 2 to 10. */
    public static final int TARGETS = 9;

    private final Apgd search;
    private final int targets;

    public ApgdT(ThreatBudget budget, int steps) {
        this(budget, steps, TARGETS, true);
    }

    /**
     * @param targets     how many classes to aim at, at most; one fewer than the model's classes where that is less
     * @param randomStart on the bound of the budget; else the example itself
     */
    public ApgdT(ThreatBudget budget, int steps, int targets, boolean randomStart) {
        super("APGD-T", budget, Loss.TARGETED_DLR);
        requireAtLeastOne("targets", targets);
        this.search = Apgd.targeted(name(), budget, steps, randomStart);
        this.targets = targets;
    }

    @Override
    void search(AttackRun run) {
        long[][] ranked = RankedTargets.of(run, targets);
        for (int rank = 0; rank < ranked.length; rank++) {
            search.search(run, rank, ranked[rank]);
        }
    }
}
