package dev.advtrain.trainer.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.advtrain.trainer.evaluate.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The schema beside the Java types is what they say, and what is written is what the schema says. */
class ReportSchemaTest {
    private static final Path FILE = Path.of("generated/report.schema.json");
    private static final JsonMapper JSON = new JsonMapper();

    @Test
    void schemaIsUpToDate() throws IOException {
        String expected = ReportSchema.generate();
        // dev/generate runs this test to write the file instead of comparing it.
        if (Boolean.getBoolean("schema.write")) {
            Files.createDirectories(FILE.getParent());
            Files.writeString(FILE, expected);
        }
        assertThat(Files.readString(FILE)).as("trainer-image/generated differs from the Java types: run dev/generate").isEqualTo(expected);
    }

    @Test
    void reportsAreWhatItSays() throws IOException {
        for (Report report : TestReport.all().values()) {
            assertThat(ReportSchema.problems(written(report))).isEmpty();
        }
    }

    @Test
    void whatItDoesNotSayIsRefused() throws IOException {
        ObjectNode report = (ObjectNode) written(TestReport.typical());
        report.remove("runId");
        report.put("seed", "none");
        ((ObjectNode) report.at("/results/0")).put("kind", "Model");
        ((ObjectNode) report.at("/results/0/threatModel/perturbation/lp")).remove("epsilon");
        report.put("schemaVersion", 2);
        assertThat(ReportSchema.problems(report)).extracting(problem -> problem.substring(0, problem.indexOf(':')))
                .containsExactlyInAnyOrder("$", "$.seed", "$.results[0].kind", "$.results[0].threatModel.perturbation.lp", "$.schemaVersion");
    }

    @Test
    void everyFieldIsDescribed() throws IOException {
        List<String> bare = new ArrayList<>();
        JsonNode schema = JSON.readTree(ReportSchema.generate());
        undescribed("", schema, schema, bare);
        schema.get("$defs").properties().forEach(type -> undescribed(type.getKey(), type.getValue(), schema, bare));
        assertThat(bare).isEmpty();
    }

    /** What is written has no field that the schema does not know. */
    @Test
    void everyFieldIsInIt() throws IOException {
        JsonNode schema = JSON.readTree(ReportSchema.generate());
        List<String> unknown = new ArrayList<>();
        for (Report report : TestReport.all().values()) {
            unknown("$", written(report), schema, schema, unknown);
        }
        assertThat(unknown).isEmpty();
    }

    private static void undescribed(String path, JsonNode type, JsonNode schema, List<String> bare) {
        type.path("properties").properties().forEach(field -> {
            JsonNode value = field.getValue();
            if (!value.has("description") && !target(value, schema).has("description")) {
                bare.add(path + "." + field.getKey());
            }
        });
    }

    private static void unknown(String path, JsonNode value, JsonNode type, JsonNode schema, List<String> unknown) {
        JsonNode target = target(type, schema);
        if (value.isArray()) {
            value.forEach(item -> unknown(path + "[]", item, target.path("items"), schema, unknown));
        } else if (value.isObject() && target.has("properties")) {
            value.properties().forEach(field -> {
                JsonNode known = target.path("properties").path(field.getKey());
                if (known.isMissingNode()) {
                    unknown.add(path + "." + field.getKey());
                } else {
                    unknown(path + "." + field.getKey(), field.getValue(), known, schema, unknown);
                }
            });
        }
    }

    /** What a reference stands for, also one with a description of its own. */
    private static JsonNode target(JsonNode type, JsonNode schema) {
        JsonNode reference = type.has("$ref") ? type.get("$ref") : type.at("/allOf/0/$ref");
        return reference.isMissingNode() ? type : schema.at(reference.asText().substring(1));
    }

    private static JsonNode written(Report report) throws IOException {
        return JSON.readTree(JSON.writeValueAsBytes(report));
    }
}
