package dev.advtrain.api.v1alpha1.training;

/** Seeds are integers that every JSON reader keeps exactly. */
public final class SeedRange {
    /** 2 to the 53rd, less 1. */
    public static final long MAX = (1L << 53) - 1;

    private SeedRange() {
    }
}
