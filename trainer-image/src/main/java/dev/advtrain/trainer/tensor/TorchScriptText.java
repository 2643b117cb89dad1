package dev.advtrain.trainer.tensor;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Small pieces of TorchScript source text. */
final class TorchScriptText {
    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private TorchScriptText() {}

    /** Reads attribute {@code name} of {@code object}; names such as {@code 0} in a Sequential need getattr. */
    static String attribute(String object, String name) {
        return IDENTIFIER.matcher(name).matches() ? object + "." + name : "getattr(" + object + ", \"" + name + "\")";
    }

    /** Declares an attribute in a class body. */
    static String declaration(String name, String type) {
        return IDENTIFIER.matcher(name).matches() ? "  " + name + " : " + type + "\n"
                : "  __annotations__[\"" + name + "\"] = " + type + "\n";
    }

    /** The list form of {@code __parameters__} and {@code __buffers__}. */
    static String names(List<String> names) {
        return names.stream().map(name -> '"' + name + "\", ").collect(Collectors.joining("", "[", "]"));
    }

    /** Name the class itself goes by in texts that are written before its name is chosen. */
    static String forClass(String text, String qualifiedName) {
        return text.replace("$SELF", qualifiedName);
    }
}
