package dev.advtrain.trainer.attack;

import ai.djl.ndarray.NDManager;
import dev.advtrain.trainer.model.Classifier;
import dev.advtrain.trainer.threat.ThreatBudget;

/**
 * An attack that looks for the nearest misclassified input. One beyond the budget is a result too, but does not solve its
 * example.
 */
public abstract sealed class MinimumNormAttack extends Attack permits Fab, FabT {
    MinimumNormAttack(String name, ThreatBudget budget) {
        super(name, budget);
    }

    /**
     * The distance of the nearest misclassified input found for each example, whatever the budget; 0 where the example is
     * misclassified as it is, infinite where none was found. Examples do not leave the search when they are solved.
     */
    public final double[] distances(Classifier classifier, AttackBatch batch, AttackContext context) {
        requireClasses(classifier.classes());
        try (NDManager scope = classifier.newScope()) {
            return minimise(new AttackRun(this, classifier, batch, new AttackContext(context.key(), context.cancellation(), true), scope));
        }
    }

    @Override
    final void search(AttackRun run) {
        minimise(run);
    }

    /** Submits what lies within the budget, and where {@link AttackRun#keepSolved} lets it, goes on to come nearer. */
    abstract double[] minimise(AttackRun run);
}
