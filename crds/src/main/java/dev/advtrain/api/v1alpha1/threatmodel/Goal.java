package dev.advtrain.api.v1alpha1.threatmodel;

import com.fasterxml.jackson.annotation.JsonValue;

/** What the attacker wants. */
public enum Goal {
    /** Any wrong class. */
    UNTARGETED("Untargeted");

    private final String text;

    Goal(String text) {
        this.text = text;
    }

    @Override
    @JsonValue
    public String toString() {
        return text;
    }
}
