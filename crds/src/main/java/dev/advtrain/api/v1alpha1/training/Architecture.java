package dev.advtrain.api.v1alpha1.training;

import com.fasterxml.jackson.annotation.JsonValue;

/** Models the trainer can build itself. */
public enum Architecture {
    /** Two 4x4 convolutions of stride 2 and padding 1 (width and 2 x width filters), a hidden layer of 100, one output a class. */
    SMALL_CNN("SmallCnn");

    private final String text;

    Architecture(String text) {
        this.text = text;
    }

    @Override
    @JsonValue
    public String toString() {
        return text;
    }
}
