package dev.advtrain.resolve;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * One thing that is wrong with an input, in the words of the API server.
 *
 * @param path     the field, such as {@code spec.training.epochs}
 * @param value    what it holds, as JSON, cut where it is long; null where the path says it all
 * @param expected what it should be
 */
public record FieldError(String path, String value, String expected) {
    private static final int MAX_SHOWN = 80;

    static FieldError missing(String path) {
        return new FieldError(path, null, "Required value");
    }

    /** A value as it is shown to a person. */
    static String shown(JsonNode value) {
        String text = value.isObject() ? "object" : value.isArray() ? "list" : StorageUri.shown(value.toString());
        return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "...";
    }

    /** The same, said of a value that is part of something larger. */
    FieldError within(String whole) {
        return new FieldError(whole + path, value, expected);
    }

    /** One line for a person. */
    public String sentence() {
        return path + ": " + (value == null ? "" : "Invalid value: " + value + ": ") + expected;
    }

    @Override
    public String toString() {
        return sentence();
    }
}
