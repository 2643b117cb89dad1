package dev.advtrain.trainer.attack;

import dev.advtrain.trainer.model.Classifier;

/** Searches inputs that a classifier gets wrong. An attack is a value: its settings; it keeps nothing between runs. */
public abstract sealed class Attack permits FixedBudgetAttack {
    private final String name;

    Attack(String name) {
        this.name = name;
    }

    /** As in reports: {@code PGD-20}. */
    public final String name() {
        return name;
    }

    /**
     * Attacks every example of the batch; those that are misclassified as they are count as solved.
     *
     * @throws dev.advtrain.trainer.TrainerException 70 where a candidate breaks the attack's rules, 65 where the model
     *         has too few classes
     * @throws AttackCancelledException where the context asks to stop
     */
    public abstract AttackResult run(Classifier classifier, AttackBatch batch, AttackContext context);

    @Override
    public final String toString() {
        return name;
    }
}
