package dev.advtrain.api.v1alpha1.threatmodel;

import com.fasterxml.jackson.annotation.JsonValue;

/** What the attacker knows of the model. */
public enum Knowledge {
    /** Everything: architecture, parameters, gradients. */
    WHITE_BOX("WhiteBox");

    private final String text;

    Knowledge(String text) {
        this.text = text;
    }

    @Override
    @JsonValue
    public String toString() {
        return text;
    }
}
