package dev.advtrain.api.v1alpha1.threatmodel;

import com.fasterxml.jackson.annotation.JsonValue;

/** The norm in which a perturbation is measured. */
public enum Norm {
    /** Largest absolute change of a component. */
    LINF("Linf"),
    /** Euclidean length over all components of one input. */
    L2("L2");

    private final String text;

    Norm(String text) {
        this.text = text;
    }

    @Override
    @JsonValue
    public String toString() {
        return text;
    }
}
