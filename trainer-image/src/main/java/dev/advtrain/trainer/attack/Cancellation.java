package dev.advtrain.trainer.attack;

/** Asked between the steps of an attack: whether to stop. */
@FunctionalInterface
public interface Cancellation {
    Cancellation NEVER = () -> false;

    boolean requested();

    /** @throws AttackCancelledException where the answer is yes */
    default void check() {
        if (requested()) {
            throw new AttackCancelledException();
        }
    }
}
