package dev.advtrain.trainer.train;

/**
 * The model at the end of an epoch, as a candidate for the artifact.
 *
 * @param epoch 1-based
 * @param clean accuracy on the validation examples
 * @param robust accuracy on the same examples under attack
 */
record Candidate(int epoch, double clean, double robust) {

    /** Higher robust accuracy wins; where equal, higher clean accuracy; where equal too, the earlier epoch. */
    boolean betterThan(Candidate other) {
        if (robust != other.robust) {
            return robust > other.robust;
        }
        return clean != other.clean ? clean > other.clean : epoch < other.epoch;
    }
}
