package dev.advtrain.api.v1alpha1.training;

import com.fasterxml.jackson.annotation.JsonValue;

/** What comes between the layers of a built-in model. */
public enum Activation {
    RELU("ReLU"),
    /** x sigmoid(x), also called swish: smooth, which helps adversarial training (Gowal et al. 2020, arXiv:2010.03593). */
    SILU("SiLU");

    private final String text;

    Activation(String text) {
        this.text = text;
    }

    @Override
    @JsonValue
    public String toString() {
        return text;
    }
}
