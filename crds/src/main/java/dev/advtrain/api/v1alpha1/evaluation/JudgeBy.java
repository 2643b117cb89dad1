package dev.advtrain.api.v1alpha1.evaluation;

import com.fasterxml.jackson.annotation.JsonValue;

/** Which end of an accuracy is compared with a gate. */
public enum JudgeBy {
    /** The lower bound of the confidence interval. */
    LOWER_BOUND("LowerBound"),
    /** The measured share itself. */
    POINT_ESTIMATE("PointEstimate");

    private final String text;

    JudgeBy(String text) {
        this.text = text;
    }

    @Override
    @JsonValue
    public String toString() {
        return text;
    }
}
