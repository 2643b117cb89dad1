package dev.advtrain.api.v1alpha1.training;

import com.fasterxml.jackson.annotation.JsonValue;

/** In what a model computes while it is trained. */
public enum Precision {
    FLOAT32("Float32"),
    /** Weights stay float32 (Kalamkar et al. 2019, arXiv:1905.12322). */
    BFLOAT16("BFloat16");

    private final String text;

    Precision(String text) {
        this.text = text;
    }

    @Override
    @JsonValue
    public String toString() {
        return text;
    }
}
