package dev.advtrain.api.v1alpha1.training;

import com.fasterxml.jackson.annotation.JsonValue;

/** Which label a record of a CIFAR binary file is trained on. */
public enum CifarLabel {
    /** The only one, as in CIFAR-10. */
    SINGLE("Single"),
    /** The first of two, as in CIFAR-100. */
    COARSE("Coarse"),
    /** The second of two, as in CIFAR-100. */
    FINE("Fine");

    private final String text;

    CifarLabel(String text) {
        this.text = text;
    }

    @Override
    @JsonValue
    public String toString() {
        return text;
    }
}
