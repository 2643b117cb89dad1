package dev.advtrain.contract;

import com.fasterxml.jackson.annotation.JsonValue;

/** The commands of the trainer that a pod runs. */
public enum Command {
    TRAIN("train"),
    EVALUATE("evaluate"),
    REPORT("report");

    private final String text;

    Command(String text) {
        this.text = text;
    }

    /** As written on the command line. */
    @Override
    @JsonValue
    public String toString() {
        return text;
    }
}
