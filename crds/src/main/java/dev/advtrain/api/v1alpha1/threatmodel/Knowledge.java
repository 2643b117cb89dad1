package dev.advtrain.api.v1alpha1.threatmodel;

import com.fasterxml.jackson.annotation.JsonValue;

/** What the attacker knows of the model. */
public enum Knowledge {
    /** Everything: architecture, parameters, gradients. */
    WHITE_BOX("WhiteBox"),
    /** The scores that the model gives for an input, a number of times; no gradients. */
    SCORE_BLACK_BOX("ScoreBlackBox");

    private final String text;

    Knowledge(String text) {
        this.text = text;
    }

    @Override
    @JsonValue
    public String toString() {
        return text;
    }
}
