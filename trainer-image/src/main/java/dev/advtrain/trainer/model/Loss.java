package dev.advtrain.trainer.model;

/** What a gradient attack raises, per example; computed from the logits. */
public enum Loss {
    CROSS_ENTROPY(2),
    /** Difference of logits ratio, Croce and Hein 2020, arXiv:2003.01690. Above 0 where misclassified. */
    DLR(3),
    /** The same towards a target class. */
    TARGETED_DLR(4),
    /** Cross entropy of the target class, negated. */
    TARGETED_CROSS_ENTROPY(2),
    /** The target's logit over that of the true class: 0 on the boundary between the two. */
    TARGETED_DIFFERENCE(2),
    /** Cross entropy of the logits divided by their margin, taken as a constant: it does not vanish where logits are large. */
    RESCALED_CROSS_ENTROPY(2),
    /** Cross entropy without the rounding by which the usual form loses half its gradient at a margin of 17; good up to 87. */
    EXACT_CROSS_ENTROPY(2);

    private final int leastClasses;

    Loss(int leastClasses) {
        this.leastClasses = leastClasses;
    }

    /** Below this number of classes the loss is not defined. */
    public int leastClasses() {
        return leastClasses;
    }

    /** Whether it leads to a class given rather than away from the true one. */
    public boolean targeted() {
        return switch (this) {
            case CROSS_ENTROPY, DLR, RESCALED_CROSS_ENTROPY, EXACT_CROSS_ENTROPY -> false;
            case TARGETED_DLR, TARGETED_CROSS_ENTROPY, TARGETED_DIFFERENCE -> true;
        };
    }

    /** How kernels call it. */
    public long code() {
        return ordinal();
    }
}
