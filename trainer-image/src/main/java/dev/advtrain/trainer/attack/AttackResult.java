package dev.advtrain.trainer.attack;

/**
 * What an attack did to each example of a batch.
 *
 * @param adversarial the input that is misclassified, null where the attack failed
 * @param predicted   the class that input is given; 0 where the attack failed
 * @param unstable    whether the attack once took the example for solved and a fresh forward pass did not
 * @param forwards    forward passes spent on the example alone
 * @param gradients   gradients spent on it, each with a forward pass of its own
 */
public record AttackResult(float[][] adversarial, int[] predicted, boolean[] unstable, long[] forwards, long[] gradients) {
    public int size() {
        return adversarial.length;
    }

    public boolean success(int i) {
        return adversarial[i] != null;
    }
}
