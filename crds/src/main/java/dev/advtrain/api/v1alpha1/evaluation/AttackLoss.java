package dev.advtrain.api.v1alpha1.evaluation;

import com.fasterxml.jackson.annotation.JsonValue;

/** What an attack raises. */
public enum AttackLoss {
    CROSS_ENTROPY("CrossEntropy"),
    /** Difference of logits ratio (Croce and Hein 2020): does not depend on the scale of the logits; needs three classes, targeted four. */
    DLR("Dlr");

    private final String text;

    AttackLoss(String text) {
        this.text = text;
    }

    @Override
    @JsonValue
    public String toString() {
        return text;
    }
}
