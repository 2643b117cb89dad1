package dev.advtrain.api.v1alpha1.evaluation;

import com.fasterxml.jackson.annotation.JsonValue;

/** A named list of attacks, run in order on the samples that are left. */
public enum Suite {
    /** FGSM, PGD-20, APGD-CE. */
    QUICK("Quick");

    private final String text;

    Suite(String text) {
        this.text = text;
    }

    @Override
    @JsonValue
    public String toString() {
        return text;
    }
}
