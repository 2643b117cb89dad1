package dev.advtrain.trainer.attack;

/** An attack stopped between two steps because it was asked to; it has no result. */
public final class AttackCancelledException extends RuntimeException {
    public AttackCancelledException() {
        super("the attack was asked to stop");
    }
}
