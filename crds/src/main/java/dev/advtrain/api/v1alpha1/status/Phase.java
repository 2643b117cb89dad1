package dev.advtrain.api.v1alpha1.status;

import com.fasterxml.jackson.annotation.JsonValue;

/** Where a job is. The last three are terminal. */
public enum Phase {
    PENDING("Pending"),
    TRAINING("Training"),
    EVALUATING("Evaluating"),
    REPORTING("Reporting"),
    SUCCEEDED("Succeeded"),
    /** Done, but a gate was missed. */
    REJECTED("Rejected"),
    FAILED("Failed");

    private final String text;

    Phase(String text) {
        this.text = text;
    }

    @Override
    @JsonValue
    public String toString() {
        return text;
    }
}
