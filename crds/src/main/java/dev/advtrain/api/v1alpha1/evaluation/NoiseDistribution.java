package dev.advtrain.api.v1alpha1.evaluation;

import com.fasterxml.jackson.annotation.JsonValue;

/** What noise is drawn from. */
public enum NoiseDistribution {
    /** Uniform in the budget. */
    UNIFORM("Uniform"),
    /** Normal with the standard deviation epsilon, brought into the budget. */
    GAUSSIAN("Gaussian");

    private final String text;

    NoiseDistribution(String text) {
        this.text = text;
    }

    @Override
    @JsonValue
    public String toString() {
        return text;
    }
}
