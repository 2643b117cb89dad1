package dev.advtrain.trainer.attack;

import java.util.List;

/**
 * The attacks that each example goes through, in order.
 *
 * @param attacks their names differ
 * @param notes   what a suite has that was left out or replaced here, and why; a sentence each
 */
public record AttackPlan(List<Attack> attacks, List<String> notes) {
    public AttackPlan {
        attacks = List.copyOf(attacks);
        notes = List.copyOf(notes);
    }
}
