package dev.advtrain.trainer.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.advtrain.api.v1alpha1.ApiGroup;
import dev.advtrain.trainer.evaluate.Report;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What it takes to get the same numbers again. */
record Reproduction(List<Setting> settings, List<Manifest> manifests) {
    private static final YAMLMapper YAML = YAMLMapper.builder().disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES).enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .defaultPropertyInclusion(JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL)).build();

    record Setting(String name, String value) {}

    /** @param text YAML */
    record Manifest(String name, String text) {}

    static Reproduction of(Report report) {
        return new Reproduction(settings(report), manifests(report));
    }

    private static List<Setting> settings(Report report) {
        List<Setting> settings = new ArrayList<>();
        add(settings, "Run id", report.runId());
        add(settings, "Model", report.model().uri());
        add(settings, "Model sha256", report.model().sha256());
        add(settings, "Selected epoch", report.model().selectedEpoch());
        if (report.baseline() != null) {
            add(settings, "Incoming model", report.baseline().uri());
            add(settings, "Incoming model sha256", report.baseline().sha256());
        }
        add(settings, "Classes", report.model().classes());
        add(settings, "Input shape", report.model().inputShape());
        digests(settings, "Training data", report.data().train());
        digests(settings, "Test data", report.data().test());
        add(settings, "Seed", report.seed());
        add(settings, "Threads", several(report.environment().threads()));
        add(settings, "Instruction set", several(report.environment().instructionSets()));
        add(settings, "advtrain", report.environment().version());
        add(settings, "libtorch", report.environment().torch());
        return settings;
    }

    private static void digests(List<Setting> settings, String data, Map<String, String> digests) {
        if (digests != null) {
            new TreeMap<>(digests).forEach((part, digest) -> add(settings, data + ", " + part, digest));
        }
    }

    private static void add(List<Setting> settings, String name, Object value) {
        if (value != null) {
            settings.add(new Setting(name, value.toString()));
        }
    }

    /** Null for none. */
    private static String several(List<?> values) {
        return values.isEmpty() ? null : values.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    private static List<Manifest> manifests(Report report) {
        List<Manifest> manifests = new ArrayList<>();
        manifests.add(new Manifest("Evaluation", yaml(Map.of("evaluation", report.evaluation()))));
        for (Report.Result result : report.results()) {
            Map<String, Object> manifest = new LinkedHashMap<>();
            manifest.put("apiVersion", ApiGroup.API_VERSION);
            manifest.put("kind", result.kind());
            manifest.put("metadata", Map.of("name", result.name()));
            manifest.put("spec", result.threatModel());
            manifests.add(new Manifest("Threat model " + result.name(), yaml(manifest)));
        }
        return manifests;
    }

    private static String yaml(Object value) {
        try {
            return YAML.writeValueAsString(value).strip();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a report cannot be written as YAML", e);
        }
    }
}
