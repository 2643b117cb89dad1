package dev.advtrain.trainer.attack;

import java.util.List;

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
    /** Of the parts of a batch, in their order. */
    static AttackResult joined(List<AttackResult> parts) {
        int size = parts.stream().mapToInt(AttackResult::size).sum();
        AttackResult all = new AttackResult(new float[size][], new int[size], new boolean[size], new long[size], new long[size]);
        int from = 0;
        for (AttackResult part : parts) {
            System.arraycopy(part.adversarial, 0, all.adversarial, from, part.size());
            System.arraycopy(part.predicted, 0, all.predicted, from, part.size());
            System.arraycopy(part.unstable, 0, all.unstable, from, part.size());
            System.arraycopy(part.forwards, 0, all.forwards, from, part.size());
            System.arraycopy(part.gradients, 0, all.gradients, from, part.size());
            from += part.size();
        }
        return all;
    }

    public int size() {
        return adversarial.length;
    }

    public boolean success(int i) {
        return adversarial[i] != null;
    }
}
