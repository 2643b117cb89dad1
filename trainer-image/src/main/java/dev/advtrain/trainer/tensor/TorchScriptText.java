package dev.advtrain.trainer.tensor;

import java.util.ArrayList;
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

    /**
     * Where the arguments of a call or the parameters of a method lie, each from its first character to behind its last.
     *
     * @param from behind the opening parenthesis
     */
    static List<int[]> arguments(String text, int from) {
        List<int[]> found = new ArrayList<>();
        int depth = 0;
        int start = from;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\'') {
                i = endOfString(text, i);
            } else if (c == '(' || c == '[' || c == '{') {
                depth++;
            } else if (depth > 0 && (c == ')' || c == ']' || c == '}')) {
                depth--;
            } else if (depth == 0 && (c == ',' || c == ')')) {
                add(found, text, start, i);
                start = i + 1;
                if (c == ')') {
                    return found;
                }
            }
        }
        return List.of();
    }

    /** The same text with nothing in its string literals; all else stays where it is. */
    static String withoutStrings(String text) {
        StringBuilder result = new StringBuilder(text);
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '"' || text.charAt(i) == '\'') {
                int end = endOfString(text, i);
                for (int j = i + 1; j < Math.min(end, text.length()); j++) {
                    result.setCharAt(j, '_');
                }
                i = end;
            }
        }
        return result.toString();
    }

    private static void add(List<int[]> found, String text, int start, int end) {
        int from = start;
        int to = end;
        while (from < to && Character.isWhitespace(text.charAt(from))) {
            from++;
        }
        while (to > from && Character.isWhitespace(text.charAt(to - 1))) {
            to--;
        }
        if (from < to) {
            found.add(new int[] {from, to});
        }
    }

    private static int endOfString(String text, int quote) {
        int i = quote + 1;
        while (i < text.length() && text.charAt(i) != text.charAt(quote)) {
            i += text.charAt(i) == '\\' ? 2 : 1;
        }
        return i;
    }
}
