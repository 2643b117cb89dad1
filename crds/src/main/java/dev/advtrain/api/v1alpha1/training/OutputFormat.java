package dev.advtrain.api.v1alpha1.training;

import com.fasterxml.jackson.annotation.JsonValue;

/** The forms in which the hardened model is written. */
public enum OutputFormat {
    TORCH_SCRIPT("TorchScript"),
    SAFE_TENSORS("SafeTensors");

    private final String text;

    OutputFormat(String text) {
        this.text = text;
    }

    @Override
    @JsonValue
    public String toString() {
        return text;
    }
}
