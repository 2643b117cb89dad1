package dev.advtrain.contract;

import com.fasterxml.jackson.annotation.JsonValue;

/** What a pod computes on: always one device, chosen by the resources it asks for. */
public enum ComputeDevice {
    CPU("cpu"),
    /** The first GPU that the process sees. */
    CUDA("cuda");

    private final String text;

    ComputeDevice(String text) {
        this.text = text;
    }

    /** As written on the command line. */
    @Override
    @JsonValue
    public String toString() {
        return text;
    }
}
