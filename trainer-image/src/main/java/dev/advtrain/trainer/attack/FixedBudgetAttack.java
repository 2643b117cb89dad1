package dev.advtrain.trainer.attack;

import dev.advtrain.trainer.threat.ThreatBudget;

/** An attack that never leaves its budget: a candidate outside is a defect of the attack. */
public abstract sealed class FixedBudgetAttack extends Attack permits GradientAttack, Square, Noise {
    FixedBudgetAttack(String name, ThreatBudget budget) {
        super(name, budget);
    }
}
