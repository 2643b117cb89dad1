package dev.advtrain.resolve;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.advtrain.resolve.RunSpec.ResolvedThreatModel;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a run spec strictly: what this version does not know would otherwise be silently left out of the run. A field with
 * a default may be missing: it is one that the version that wrote the run spec did not have.
 */
public final class RunSpecReader {
    private static final JsonMapper JSON = JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    private RunSpecReader() {
    }

    /**
     * @param json the text of {@code train.json} or {@code evaluate.json}
     * @return the run spec with every default filled in; its own text and hash may be others than those that were read
     * @throws InvalidInputException naming each field that is unknown, missing or wrong
     */
    public static RunSpec read(String json) {
        try {
            JsonNode tree = JSON.readTree(json);
            refuse(schemaErrors(tree));
            RunSpec given = JSON.treeToValue(tree, RunSpec.class);
            refuse(threatModelErrors(given));
            refuse(FieldRules.check(given));
            RunSpec runSpec = Defaults.runSpec(given);
            // What a default brought together with what was given must fit too.
            refuse(FieldRules.check(runSpec));
            refuse(ThreatModelRules.oneInputRange(runSpec.threatModels()));
            refuse(ThreatModelRules.fit(runSpec.threatModels(), runSpec.model(), runSpec.data()));
            if (!runSpec.onlyForTraining()) {
                refuse(AttackRules.allowed(runSpec.evaluation(), runSpec.model(), runSpec.threatModels(), "evaluation"));
            }
            return runSpec;
        } catch (JsonProcessingException e) {
            throw new InvalidInputException(List.of(new FieldError("run spec", null, "is not JSON: " + e.getOriginalMessage())));
        }
    }

    /** The part for training has no test data, and of evaluation at most baseline; the whole has both. */
    private static List<FieldError> schemaErrors(JsonNode tree) {
        List<FieldError> errors = new ArrayList<>(SchemaCheck.check(tree, RunSpec.class, ""));
        JsonNode evaluation = tree.path("evaluation");
        boolean evaluated = !evaluation.isMissingNode() && !(evaluation.size() == 1 && evaluation.has("baseline"));
        if (!evaluated && tree.path("data").path("test").isMissingNode()) {
            errors.remove(FieldError.missing("data.test"));
        } else if (evaluation.isMissingNode()) {
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

    private static void refuse(List<FieldError> errors) {
        if (!errors.isEmpty()) {
            throw new InvalidInputException(errors);
        }
    }
}
