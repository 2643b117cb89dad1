package dev.advtrain.api.v1alpha1.training;

import com.fasterxml.jackson.annotation.JsonValue;

/** What makes adversarial examples while training. */
public enum TrainingAttack {
    PGD("Pgd"),
    DEEP_FOOL("DeepFool");

    private final String text;

    TrainingAttack(String text) {
        this.text = text;
    }

    @Override
    @JsonValue
    public String toString() {
        return text;
    }
}
