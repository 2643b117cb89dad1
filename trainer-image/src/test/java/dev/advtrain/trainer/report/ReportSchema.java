package dev.advtrain.trainer.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaGenerator;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import com.github.victools.jsonschema.module.jackson.JacksonModule;
import com.github.victools.jsonschema.module.jackson.JacksonOption;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import dev.advtrain.contract.OutputFiles;
import dev.advtrain.trainer.evaluate.Report;
import io.fabric8.generator.annotation.Nullable;
import io.fabric8.generator.annotation.Required;
import java.util.List;

/** The JSON Schema of report.json, made from the Java types. */
public final class ReportSchema {
    private ReportSchema() {}

    /** Where it is not what the schema says, and why. */
    public static List<String> problems(JsonNode report) {
        return JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(generate()).validate(report).stream().map(Object::toString).toList();
    }

    static String generate() {
        SchemaGeneratorConfigBuilder config = new SchemaGeneratorConfigBuilder(SchemaVersion.DRAFT_2020_12, OptionPreset.PLAIN_JSON)
                .with(new JacksonModule(JacksonOption.FLATTENED_ENUMS_FROM_JSONVALUE))
                .with(Option.DEFINITIONS_FOR_ALL_OBJECTS, Option.MAP_VALUES_AS_ADDITIONAL_PROPERTIES).without(Option.FLATTENED_ENUMS);
        // In the order of the Java types.
        config.forTypesInGeneral().withPropertySorter((a, b) -> 0);
        // What the API calls required is; of the report itself everything that is not said to be absent at times.
        config.forFields().withRequiredCheck(field -> field.getDeclaringType().getErasedType().getPackage().equals(Report.class.getPackage())
                ? field.getAnnotationConsideringFieldAndGetter(Nullable.class) == null
                : field.getAnnotationConsideringFieldAndGetter(Required.class) != null);
        ObjectNode schema = new SchemaGenerator(config.build()).generateSchema(Report.class);
        ((ObjectNode) schema.at("/properties/schemaVersion")).put("const", OutputFiles.SCHEMA_VERSION);
        schema.put("title", "report.json of advtrain, version " + OutputFiles.SCHEMA_VERSION);
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n"));
        try {
            return new JsonMapper().writer(printer).writeValueAsString(schema) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
