package dev.advtrain.resolve;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.advtrain.resolve.RunSpec.ResolvedThreatModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads a run spec strictly: what this version does not know would otherwise be silently left out of the run. */
public final class RunSpecReader {
    private static final JsonMapper JSON = JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    private RunSpecReader() {
    }

    /**
     * @param json the text of {@code train.json} or {@code evaluate.json}
     * @throws InvalidInputException naming each field that is unknown, missing or wrong
     */
    public static RunSpec read(String json) {
        try {
            JsonNode tree = JSON.readTree(json);
            refuse(schemaErrors(tree));
            RunSpec runSpec = JSON.treeToValue(tree, RunSpec.class);
            refuse(threatModelErrors(runSpec));
            refuse(unresolved(runSpec));
            return runSpec;
        } catch (JsonProcessingException e) {
            throw new InvalidInputException(List.of(new FieldError("run spec", null, "is not JSON: " + e.getOriginalMessage())));
        }
    }

    /** The part for training has neither test data nor evaluation; the whole has both. */
    private static List<FieldError> schemaErrors(JsonNode tree) {
        List<FieldError> errors = new ArrayList<>(SchemaCheck.check(tree, RunSpec.class, ""));
        if (tree.path("evaluation").isMissingNode() && tree.path("data").path("test").isMissingNode()) {
            errors.remove(FieldError.missing("data.test"));
        } else if (tree.path("evaluation").isMissingNode()) {
            errors.add(FieldError.missing("evaluation"));
        }
        return errors;
    }

    private static List<FieldError> threatModelErrors(RunSpec runSpec) {
        List<FieldError> errors = new ArrayList<>();
        for (ResolvedThreatModel threatModel : runSpec.threatModels()) {
            Resolver.check(threatModel.spec()).forEach(error -> errors.add(error.within(threatModel.kind() + " " + threatModel.name() + ": ")));
        }
        return errors;
    }

    /** A default filled in here would be a run other than the one whose digest this is. */
    private static List<FieldError> unresolved(RunSpec given) {
        List<FieldError> errors = new ArrayList<>();
        missing(JSON.valueToTree(given), JSON.valueToTree(Defaults.runSpec(given)), "", errors);
        return errors;
    }

    private static void missing(JsonNode given, JsonNode resolved, String path, List<FieldError> errors) {
        for (Map.Entry<String, JsonNode> field : resolved.properties()) {
            String child = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
            if (given.path(field.getKey()).isMissingNode()) {
                errors.add(FieldError.missing(child));
            } else {
                missing(given.get(field.getKey()), field.getValue(), child, errors);
            }
        }
        for (int i = 0; resolved.isArray() && i < resolved.size(); i++) {
            missing(given.get(i), resolved.get(i), path + "[" + i + "]", errors);
        }
    }

    private static void refuse(List<FieldError> errors) {
        if (!errors.isEmpty()) {
            throw new InvalidInputException(errors);
        }
    }
}
