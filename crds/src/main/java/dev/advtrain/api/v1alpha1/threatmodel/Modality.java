package dev.advtrain.api.v1alpha1.threatmodel;

import com.fasterxml.jackson.annotation.JsonValue;

/** What an input is. */
public enum Modality {
    IMAGE("Image"),
    TABULAR("Tabular");

    private final String text;

    Modality(String text) {
        this.text = text;
    }

    @Override
    @JsonValue
    public String toString() {
        return text;
    }
}
