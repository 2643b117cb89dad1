package dev.advtrain.resolve;

import com.fasterxml.jackson.databind.JsonNode;
import dev.advtrain.api.v1alpha1.Patterns;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Quantity;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Holds JSON against a record of the API: unknown and missing fields, types, and the same annotations the CRDs are
 * generated from. What relates fields to each other is in {@link FieldRules}.
 */
final class SchemaCheck {
    private final List<FieldError> errors = new ArrayList<>();

    private SchemaCheck() {
    }

    /** What is wrong with {@code node} as a value of {@code type}; empty if nothing is. */
    static List<FieldError> check(JsonNode node, Class<? extends Record> type, String path) {
        SchemaCheck check = new SchemaCheck();
        check.object(node, type, path);
        return check.errors;
    }

    private void object(JsonNode node, Class<?> type, String path) {
        if (!node.isObject()) {
            wrong(path, node, "must be an object");
            return;
        }
        List<RecordComponent> components = List.of(type.getRecordComponents());
        List<String> known = components.stream().map(RecordComponent::getName).toList();
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            if (!known.contains(entry.getKey())) {
                errors.add(new FieldError(child(path, entry.getKey()), null, "unknown field; expected "
                        + (known.isEmpty() ? "none" : "one of " + String.join(", ", known))));
            }
        }
        for (RecordComponent component : components) {
            String field = child(path, component.getName());
            JsonNode value = node.get(component.getName());
            if (value != null && !value.isNull()) {
                value(value, component.getAnnotatedType(), component.getAccessor(), field);
            } else if (component.getAccessor().isAnnotationPresent(Required.class)) {
                errors.add(FieldError.missing(field));
            }
        }
    }

    private void value(JsonNode node, AnnotatedType type, AnnotatedElement limits, String path) {
        Class<?> raw = raw(type.getType());
        if (raw == String.class) {
            text(node, limits, path);
        } else if (raw == Integer.class || raw == Long.class || raw == int.class || raw == long.class) {
            integer(node, raw, limits, path);
        } else if (raw == Boolean.class || raw == boolean.class) {
            if (!node.isBoolean()) {
                wrong(path, node, "must be true or false");
            }
        } else if (raw.isEnum()) {
            choice(node, raw, path);
        } else if (raw == List.class) {
            list(node, type, limits, path);
        } else if (raw == Map.class) {
            map(node, type, limits, path);
        } else if (raw == Quantity.class) {
            quantity(node, path);
        } else if (raw.isRecord()) {
            object(node, raw, path);
        } else {
            throw new IllegalStateException(path + ": no check for " + raw);
        }
    }

    private void text(JsonNode node, AnnotatedElement limits, String path) {
        if (!node.isTextual()) {
            wrong(path, node, node.isValueNode() ? "must be a string: write it in quotes" : "must be a string");
            return;
        }
        Size size = limits.getAnnotation(Size.class);
        Pattern pattern = limits.getAnnotation(Pattern.class);
        if (size != null && !length(node.textValue().length(), size, "characters", node, path)) {
            return;
        }
        if (pattern != null && !java.util.regex.Pattern.matches(pattern.value(), node.textValue())) {
            wrong(path, node, "must be " + Patterns.inWords(pattern.value()));
        }
    }

    private void integer(JsonNode node, Class<?> raw, AnnotatedElement limits, String path) {
        boolean fits = raw == Integer.class || raw == int.class ? node.canConvertToInt() : node.canConvertToLong();
        if (!node.isIntegralNumber() || !fits) {
            wrong(path, node, "must be an integer");
            return;
        }
        Min min = limits.getAnnotation(Min.class);
        Max max = limits.getAnnotation(Max.class);
        if (min != null && node.longValue() < min.value()) {
            wrong(path, node, "must be at least " + (long) min.value());
        } else if (max != null && node.longValue() > max.value()) {
            wrong(path, node, "must be at most " + (long) max.value());
        }
    }

    private void choice(JsonNode node, Class<?> type, String path) {
        List<String> choices = Arrays.stream(type.getEnumConstants()).map(Object::toString).toList();
        if (!node.isTextual() || !choices.contains(node.textValue())) {
            wrong(path, node, "must be " + (choices.size() == 1 ? "" : "one of ")
                    + choices.stream().map(choice -> '"' + choice + '"').collect(Collectors.joining(", ")));
        }
    }

    private void list(JsonNode node, AnnotatedType type, AnnotatedElement limits, String path) {
        if (!node.isArray()) {
            wrong(path, node, "must be a list");
            return;
        }
        Size size = limits.getAnnotation(Size.class);
        if (size != null && !length(node.size(), size, "items", node, path)) {
            return;
        }
        AnnotatedType element = argument(type, 0);
        for (int i = 0; i < node.size(); i++) {
            String item = path + "[" + i + "]";
            if (node.get(i).isNull()) {
                errors.add(FieldError.missing(item));
            } else {
                value(node.get(i), element, element, item);
            }
        }
    }

    private void map(JsonNode node, AnnotatedType type, AnnotatedElement limits, String path) {
        if (!node.isObject()) {
            wrong(path, node, "must be an object");
            return;
        }
        Size size = limits.getAnnotation(Size.class);
        if (size != null && !length(node.size(), size, "items", node, path)) {
            return;
        }
        AnnotatedType element = argument(type, 1);
        node.properties().forEach(entry -> value(entry.getValue(), element, element, child(path, entry.getKey())));
    }

    private void quantity(JsonNode node, String path) {
        if (!node.isTextual() && !node.isNumber() || !java.util.regex.Pattern.matches(Patterns.QUANTITY, node.asText())) {
            wrong(path, node, "must be " + Patterns.inWords(Patterns.QUANTITY));
        }
    }

    /** Whether the length is within the limits. */
    private boolean length(int length, Size size, String unit, JsonNode node, String path) {
        if (length < size.min()) {
            wrong(path, node, "must have at least " + size.min() + " " + unit);
        } else if (length > size.max()) {
            wrong(path, node, "must have at most " + size.max() + " " + unit);
        } else {
            return true;
        }
        return false;
    }

    private void wrong(String path, JsonNode node, String expected) {
        errors.add(new FieldError(path, FieldError.shown(node), expected));
    }

    private static String child(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    private static Class<?> raw(Type type) {
        return (Class<?>) (type instanceof ParameterizedType parameterized ? parameterized.getRawType() : type);
    }

    private static AnnotatedType argument(AnnotatedType type, int index) {
        return ((AnnotatedParameterizedType) type).getAnnotatedActualTypeArguments()[index];
    }
}
