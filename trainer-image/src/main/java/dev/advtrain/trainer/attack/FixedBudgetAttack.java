package dev.advtrain.trainer.attack;

import ai.djl.ndarray.NDManager;
import dev.advtrain.trainer.model.Classifier;
import dev.advtrain.trainer.threat.ThreatBudget;

/** An attack that stays within a budget: an example is solved or not. */
public abstract sealed class FixedBudgetAttack extends Attack permits GradientAttack {
    private final ThreatBudget budget;

    FixedBudgetAttack(String name, ThreatBudget budget) {
        super(name);
        this.budget = budget;
    }

    public final ThreatBudget budget() {
        return budget;
    }

    @Override
    public final AttackResult run(Classifier classifier, AttackBatch batch, AttackContext context) {
        requireClasses(classifier.classes());
        try (NDManager scope = classifier.newScope()) {
            AttackRun run = new AttackRun(this, classifier, batch, context, scope);
            if (budget.epsilon() == 0) {
                // The only candidate there is: no step, no start may make this differ from clean accuracy.
                run.judge(run.all(), run.x(), run.x(), false);
            } else {
                search(run);
            }
            return run.result();
        }
    }

    abstract void requireClasses(int classes);

    /** Submits candidates to {@link AttackRun#judge}. */
    abstract void search(AttackRun run);
}
