package dev.advtrain.resolve;

/**
 * One thing that is wrong with an input, in the words of the API server.
 *
 * @param path     the field, such as {@code spec.training.epochs}
 * @param value    what it holds, as text; null if it is missing
 * @param expected what it should be, as a sentence
 */
public record FieldError(String path, String value, String expected) {
    static FieldError missing(String path) {
        return new FieldError(path, null, "Required value");
    }

    FieldError below(String parent) {
        return new FieldError(parent + path, value, expected);
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
