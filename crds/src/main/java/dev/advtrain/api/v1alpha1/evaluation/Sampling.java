package dev.advtrain.api.v1alpha1.evaluation;

import com.fasterxml.jackson.annotation.JsonValue;

/** How samples are taken from the test set. */
public enum Sampling {
    /** Without replacement, by a permutation keyed by the seed. */
    RANDOM("Random"),
    /** The first ones, to compare with published runs. */
    FIRST("First");

    private final String text;

    Sampling(String text) {
        this.text = text;
    }

    @Override
    @JsonValue
    public String toString() {
        return text;
    }
}
