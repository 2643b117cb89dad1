package dev.advtrain.api.v1alpha1.evaluation;

import com.fasterxml.jackson.annotation.JsonValue;

/** What a suspicion of masked gradients does. */
public enum GradientMaskingPolicy {
    REJECT("Reject"),
    WARN("Warn");

    private final String text;

    GradientMaskingPolicy(String text) {
        this.text = text;
    }

    @Override
    @JsonValue
    public String toString() {
        return text;
    }
}
