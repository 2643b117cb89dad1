package dev.advtrain.resolve;

import dev.advtrain.api.v1alpha1.Patterns;
import java.util.regex.Pattern;

/**
 * A size in units of the input range, written as a decimal ("0.1") or a fraction ("8/255").
 *
 * @param text  as written
 * @param value the nearest double
 */
public record Budget(String text, double value) {
    private static final Pattern FORM = Pattern.compile(Patterns.BUDGET);

    /** @throws IllegalArgumentException if the text is neither a decimal nor a fraction */
    public static Budget parse(String text) {
        if (text == null || !FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("\"" + text + "\" is not " + Patterns.inWords(Patterns.BUDGET));
        }
        int slash = text.indexOf('/');
        double value = slash < 0
                ? Double.parseDouble(text)
                : Double.parseDouble(text.substring(0, slash)) / Double.parseDouble(text.substring(slash + 1));
        return new Budget(text, value);
    }

    @Override
    public String toString() {
        return text;
    }
}
