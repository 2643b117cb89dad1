package dev.advtrain.api.v1alpha1.training;

import com.fasterxml.jackson.annotation.JsonValue;

/** How training meets several threat models. */
public enum MultiThreat {
    /** Each example under the threat model that raises its loss most. */
    MAX("Max"),
    /** The mean of the losses under each. */
    AVERAGE("Average"),
    /** Each batch under one, drawn. */
    RANDOM_ONE("RandomOne");

    private final String text;

    MultiThreat(String text) {
        this.text = text;
    }

    @Override
    @JsonValue
    public String toString() {
        return text;
    }
}
