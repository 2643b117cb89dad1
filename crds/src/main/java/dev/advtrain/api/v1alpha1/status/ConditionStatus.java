package dev.advtrain.api.v1alpha1.status;

import com.fasterxml.jackson.annotation.JsonValue;

/** Status of a condition, as in metav1.Condition. */
public enum ConditionStatus {
    TRUE("True"),
    FALSE("False"),
    UNKNOWN("Unknown");

    private final String text;

    ConditionStatus(String text) {
        this.text = text;
    }

    @Override
    @JsonValue
    public String toString() {
        return text;
    }
}
