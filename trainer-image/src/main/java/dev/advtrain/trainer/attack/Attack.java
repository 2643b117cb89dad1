package dev.advtrain.trainer.attack;

import ai.djl.ndarray.NDManager;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.model.Classifier;
import dev.advtrain.trainer.threat.ThreatBudget;

/** Searches inputs that a classifier gets wrong. An attack is a value: its settings; it keeps nothing between runs. */
public abstract sealed class Attack implements Cloneable permits FixedBudgetAttack, MinimumNormAttack {
    private static final int LEAST_CLASSES = 2;

    /** Set once more only by {@link #named}, on a copy. */
    private String name;
    private final ThreatBudget budget;

    Attack(String name, ThreatBudget budget) {
        this.name = name;
        this.budget = budget;
    }

    /** As in reports: {@code PGD-20}. */
    public final String name() {
        return name;
    }

    /** The same attack under another name: reports tell attacks apart by it. */
    final Attack named(String other) {
        try {
            Attack copy = (Attack) clone();
            copy.name = other;
            return copy;
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException(e);
        }
    }

    public final ThreatBudget budget() {
        return budget;
    }

    /**
     * Attacks every example of the batch; those that are misclassified as they are count as solved.
     *
     * @throws dev.advtrain.trainer.TrainerException 70 where a candidate breaks the attack's rules, 65 where the model
     *         has too few classes
     * @throws AttackCancelledException where the context asks to stop
     */
    public final AttackResult run(Classifier classifier, AttackBatch batch, AttackContext context) {
        requireClasses(classifier.classes());
        return AttackResult.joined(Parts.each(classifier, batch, part -> runAlone(classifier, part, context)));
    }

    private AttackResult runAlone(Classifier classifier, AttackBatch batch, AttackContext context) {
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

    void requireClasses(int classes) {
        if (classes < leastClasses()) {
            throw new TrainerException(ExitCode.DATA, name + " needs at least " + leastClasses() + " classes, the model has " + classes);
        }
    }

    /** Below this number of classes the attack is not defined. */
    int leastClasses() {
        return LEAST_CLASSES;
    }

    /** Whether it is defined for inputs of the shape [channels, height, width] only. */
    boolean needsImages() {
        return false;
    }

    /** Whether it differentiates the model with respect to its input. */
    public boolean needsGradient() {
        return true;
    }

    /** Submits candidates to {@link AttackRun#judge}. */
    abstract void search(AttackRun run);

    /** How names say it: {@code APGD-CE x5}. */
    static String repeated(int restarts) {
        return restarts > 1 ? " x" + restarts : "";
    }

    static void requireAtLeastOne(String setting, int value) {
        if (value < 1) {
            throw new TrainerException(ExitCode.RUN_SPEC, setting + " is " + value + ", expected at least 1");
        }
    }

    @Override
    public final String toString() {
        return name;
    }
}
