package dev.advtrain.api.v1alpha1.status;

import com.fasterxml.jackson.annotation.JsonValue;

/** The conditions of a job. True is good; Finished is True whatever the outcome. */
public enum ConditionType {
    ACCEPTED("Accepted"),
    TRAINED("Trained"),
    EVALUATED("Evaluated"),
    SUCCEEDED("Succeeded"),
    FINISHED("Finished");

    private final String text;

    ConditionType(String text) {
        this.text = text;
    }

    @Override
    @JsonValue
    public String toString() {
        return text;
    }
}
