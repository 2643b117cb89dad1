package dev.advtrain.trainer.tensor;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a module's {@code forward} takes and gives, as its code says.
 *
 * @param parameters without {@code self}
 * @param result TorchScript type
 */
public record ForwardSignature(List<Parameter> parameters, String result) {
    static final String TENSOR = "Tensor";
    private static final Pattern DEFINITION = Pattern.compile("(?m)^  def forward\\(");
    private static final Pattern RESULT = Pattern.compile("\\) -> (.*):\\n");

    /** @param optional whether it has a default */
    public record Parameter(String name, String type, boolean optional) {
        private static Parameter of(String text) {
            int colon = text.indexOf(':');
            if (colon < 0) {
                return new Parameter(text, "", false);
            }
            int equals = text.indexOf('=', colon);
            return new Parameter(text.substring(0, colon).strip(), text.substring(colon + 1, equals < 0 ? text.length() : equals).strip(),
                    equals >= 0);
        }

        @Override
        public String toString() {
            return name + ": " + type;
        }
    }

    /** Null where the class has no forward. */
    static ForwardSignature of(String classText) {
        Matcher definition = DEFINITION.matcher(classText);
        if (!definition.find()) {
            return null;
        }
        List<int[]> parameters = TorchScriptText.arguments(classText, definition.end());
        Matcher result = RESULT.matcher(classText);
        if (parameters.isEmpty() || !result.find(parameters.getLast()[1])) {
            return null;
        }
        return new ForwardSignature(parameters.stream().skip(1).map(range -> Parameter.of(classText.substring(range[0], range[1]))).toList(),
                result.group(1));
    }

    /** Whether it can be called with one tensor alone. */
    public boolean takesOneTensor() {
        return !parameters.isEmpty() && parameters.getFirst().type().equals(TENSOR)
                && parameters.stream().skip(1).allMatch(Parameter::optional);
    }

    public boolean givesOneTensor() {
        return result.equals(TENSOR);
    }
}
