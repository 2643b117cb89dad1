package dev.advtrain.crds;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.advtrain.api.v1alpha1.Patterns;
import dev.advtrain.api.v1alpha1.threatmodel.ClusterThreatModel;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModel;
import dev.advtrain.api.v1alpha1.training.AdversarialTrainingJob;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import io.fabric8.kubernetes.client.CustomResource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The CRDs as YAML: what the generator makes of the Java types, with what it cannot say added. */
final class CrdYaml {
    private static final List<Class<? extends CustomResource<?, ?>>> KINDS =
            List.of(ThreatModel.class, ClusterThreatModel.class, AdversarialTrainingJob.class);
    private static final String HEADER = "# Generated from the Java types of this module by dev/generate. Do not edit.\n";

    private CrdYaml() {
    }

    /** File name to content. */
    static Map<String, String> generate() {
        Map<String, String> files = new TreeMap<>();
        for (Class<? extends CustomResource<?, ?>> kind : KINDS) {
            CustomResourceDefinition crd = generate(kind);
            files.put(crd.getMetadata().getName() + ".yaml", HEADER + yaml(crd));
        }
        return files;
    }

    private static CustomResourceDefinition generate(Class<? extends CustomResource<?, ?>> kind) {
        CustomResourceDefinition[] result = new CustomResourceDefinition[1];
        new CRDGenerator()
                .customResourceClasses(List.of(kind))
                .forCRDVersions("v1")
                .withParallelGenerationEnabled(false)
                .withOutput(new Discarded())
                .withPostProcessor(new CRDPostProcessor() {
                    @Override
                    public HasMetadata process(HasMetadata crd, String version) {
                        result[0] = complete((CustomResourceDefinition) crd, kind);
                        return crd;
                    }
                })
                .generate();
        return result[0];
    }

    /** Adds what the generator cannot say. */
    private static CustomResourceDefinition complete(CustomResourceDefinition crd, Class<?> kind) {
        for (CustomResourceDefinitionVersion version : crd.getSpec().getVersions()) {
            inOrderOfAnnotations(version.getAdditionalPrinterColumns(), kind);
            JSONSchemaProps root = version.getSchema().getOpenAPIV3Schema();
            root.setDescription(kind.getAnnotation(JsonClassDescription.class).value());
            root.setRequired(List.of("spec"));
            root.getProperties().get("spec").setDescription("What is wanted.");
            rulesOnce(root);
            if (kind == AdversarialTrainingJob.class) {
                completeJob(root.getProperties().get("spec"), root.getProperties().get("status"));
            } else {
                // Threat models have no status, but the generator makes one of Void.
                root.getProperties().remove("status");
                version.setSubresources(null);
            }
        }
        return crd;
    }

    private static void completeJob(JSONSchemaProps spec, JSONSchemaProps status) {
        spec.getProperties().get("output").getProperties().get("formats").setXKubernetesListType("set");
        item(spec.getProperties().get("evaluation"), "attacks").getProperties().get("pgd").getProperties().get("targets")
                .setXKubernetesListType("set");
        for (String each : List.of("requests", "limits")) {
            quantities(spec.getProperties().get("resources").getProperties().get(each));
        }
        status.setDescription("What became of it. Written by the operator only.");
        listMap(status, "conditions", "type");
        listMap(status, "results", "kind", "name");
        listMap(item(status, "results"), "attacks", "name");
        listMap(status.getProperties().get("gradientMasking"), "checks", "name");
        item(status, "conditions").getProperties().get("lastTransitionTime").setFormat("date-time");
        for (String time : List.of("startTime", "completionTime")) {
            status.getProperties().get(time).setFormat("date-time");
        }
    }

    /** The generator collects the columns in a set; people read them in the order in which they are written. */
    private static void inOrderOfAnnotations(List<CustomResourceColumnDefinition> columns, Class<?> kind) {
        List<String> order = Arrays.stream(kind.getAnnotationsByType(AdditionalPrinterColumn.class))
                .map(AdditionalPrinterColumn::name).toList();
        columns.sort(Comparator.comparingInt(column -> order.indexOf(column.getName())));
    }

    /** An annotation of a record component is on its field and on its accessor, and the generator reads both. */
    private static void rulesOnce(JSONSchemaProps schema) {
        List<ValidationRule> rules = schema.getXKubernetesValidations();
        schema.setXKubernetesValidations(List.copyOf(new LinkedHashSet<>(rules)));
        schema.getProperties().values().forEach(CrdYaml::rulesOnce);
        if (schema.getItems() != null) {
            rulesOnce(schema.getItems().getSchema());
        }
    }

    private static void listMap(JSONSchemaProps parent, String list, String... keys) {
        JSONSchemaProps schema = parent.getProperties().get(list);
        schema.setXKubernetesListType("map");
        schema.setXKubernetesListMapKeys(List.of(keys));
    }

    private static JSONSchemaProps item(JSONSchemaProps parent, String list) {
        return parent.getProperties().get(list).getItems().getSchema();
    }

    private static void quantities(JSONSchemaProps map) {
        JSONSchemaProps quantity = map.getAdditionalProperties().getSchema();
        quantity.setPattern(Patterns.QUANTITY);
        quantity.setMaxLength(64L);
    }

    private static String yaml(CustomResourceDefinition crd) {
        YAMLMapper yaml = YAMLMapper.builder()
                .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
                .disable(YAMLGenerator.Feature.SPLIT_LINES)
                .build();
        try {
            return yaml.writeValueAsString(plain(new ObjectMapper().convertValue(crd, Object.class)));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sorted maps, and whole numbers without a decimal point. */
    private static Object plain(Object value) {
        return switch (value) {
            case Map<?, ?> map -> {
                Map<String, Object> sorted = new TreeMap<>();
                map.forEach((key, each) -> sorted.put((String) key, plain(each)));
                yield sorted;
            }
            case List<?> list -> list.stream().map(CrdYaml::plain).toList();
            case Double number when number == Math.rint(number) -> number.longValue();
            case null, default -> value;
        };
    }

    /** The generator insists on writing somewhere. */
    private static final class Discarded extends CRDGenerator.AbstractCRDOutput<ByteArrayOutputStream> {
        @Override
        protected ByteArrayOutputStream createStreamFor(String name) throws IOException {
            return new ByteArrayOutputStream();
        }
    }
}
