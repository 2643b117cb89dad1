package dev.advtrain.resolve;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.advtrain.api.v1alpha1.ApiGroup;
import dev.advtrain.api.v1alpha1.threatmodel.ClusterThreatModel;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModel;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelSpec;
import dev.advtrain.api.v1alpha1.training.AdversarialTrainingJob;
import dev.advtrain.api.v1alpha1.training.AdversarialTrainingJobSpec;
import io.fabric8.kubernetes.client.CustomResource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Reads manifests from files as the API server would, only without one: several documents a file, unknown fields refused. */
public final class ManifestReader {
    private static final YAMLMapper YAML = YAMLMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
    private static final Set<String> TOP_LEVEL = Set.of("apiVersion", "kind", "metadata", "spec", "status");

    private final List<AdversarialTrainingJob> jobs = new ArrayList<>();
    private final List<ThreatModel> threatModels = new ArrayList<>();
    private final List<ClusterThreatModel> clusterThreatModels = new ArrayList<>();
    private final List<String> ignored = new ArrayList<>();
    private final List<FieldError> errors = new ArrayList<>();
    private final Set<String> seen = new HashSet<>();

    private ManifestReader() {
    }

    /**
     * @param paths YAML or JSON files, or folders of such
     * @throws InvalidInputException naming file, object and field of everything that is wrong
     */
    public static Manifests read(List<Path> paths) {
        ManifestReader reader = new ManifestReader();
        for (Path path : paths) {
            reader.path(path);
        }
        return reader.manifests();
    }

    /** @param source what the text is called in errors */
    public static Manifests parse(String source, String text) {
        ManifestReader reader = new ManifestReader();
        reader.documents(source, text);
        return reader.manifests();
    }

    private Manifests manifests() {
        if (!errors.isEmpty()) {
            throw new InvalidInputException(errors);
        }
        return new Manifests(List.copyOf(jobs), List.copyOf(threatModels), List.copyOf(clusterThreatModels), List.copyOf(ignored));
    }

    private void path(Path path) {
        try {
            if (!Files.isDirectory(path)) {
                documents(path.toString(), Files.readString(path));
                return;
            }
            try (Stream<Path> files = Files.list(path)) {
                for (Path file : files.filter(ManifestReader::isManifest).sorted().toList()) {
                    documents(file.toString(), Files.readString(file));
                }
            }
        } catch (IOException e) {
            errors.add(new FieldError(path.toString(), null, "cannot be read: " + (e.getMessage().equals(path.toString())
                    ? "no such file" : e.getMessage())));
        }
    }

    private static boolean isManifest(Path file) {
        String name = file.getFileName().toString();
        return Files.isRegularFile(file) && (name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json"));
    }

    private void documents(String source, String text) {
        try (MappingIterator<JsonNode> documents = YAML.readerFor(JsonNode.class).readValues(text)) {
            while (documents.hasNextValue()) {
                JsonNode document = documents.nextValue();
                if (document != null && !document.isNull() && !document.isMissingNode()) {
                    document(source, document);
                }
            }
        } catch (JsonProcessingException e) {
            String line = e.getLocation() == null ? "" : ", line " + e.getLocation().getLineNr();
            errors.add(new FieldError(source + line, null, "is not YAML: " + e.getOriginalMessage().lines().findFirst().orElse("")));
        } catch (IOException e) {
            errors.add(new FieldError(source, null, "cannot be read: " + e.getMessage()));
        }
    }

    private void document(String source, JsonNode document) {
        if (!document.isObject()) {
            errors.add(new FieldError(source, FieldError.shown(document), "must be a Kubernetes object"));
            return;
        }
        String apiVersion = document.path("apiVersion").asText("");
        String kind = document.path("kind").asText("");
        String name = document.path("metadata").path("name").asText("");
        if (apiVersion.isEmpty() || kind.isEmpty()) {
            errors.add(new FieldError(source, null, "a document has no apiVersion and kind"));
            return;
        }
        if (!apiVersion.startsWith(ApiGroup.NAME + "/")) {
            ignored.add(kind + " " + name);
            return;
        }
        String where = source + ": " + kind + " " + name + ": ";
        if (!apiVersion.equals(ApiGroup.API_VERSION)) {
            errors.add(new FieldError(where + "apiVersion", '"' + apiVersion + '"', "must be \"" + ApiGroup.API_VERSION + '"'));
            return;
        }
        switch (kind) {
            case "AdversarialTrainingJob" ->
                    object(where, document, AdversarialTrainingJobSpec.class, AdversarialTrainingJob.class, jobs);
            case "ThreatModel" -> object(where, document, ThreatModelSpec.class, ThreatModel.class, threatModels);
            case "ClusterThreatModel" -> object(where, document, ThreatModelSpec.class, ClusterThreatModel.class, clusterThreatModels);
            default -> errors.add(new FieldError(source + ": kind", '"' + kind + '"', "unknown kind; expected one of "
                    + "AdversarialTrainingJob, ThreatModel, ClusterThreatModel"));
        }
    }

    private <T extends CustomResource<?, ?>> void object(String where, JsonNode document, Class<? extends Record> specType,
            Class<T> type, List<T> into) {
        List<FieldError> wrong = new ArrayList<>();
        for (String field : document.properties().stream().map(Map.Entry::getKey).toList()) {
            if (!TOP_LEVEL.contains(field)) {
                wrong.add(new FieldError(field, null, "unknown field; expected one of apiVersion, kind, metadata, spec"));
            }
        }
        JsonNode name = document.path("metadata").path("name");
        if (!name.isTextual() || name.textValue().isEmpty()) {
            wrong.add(FieldError.missing("metadata.name"));
        } else if (name.textValue().length() > ApiGroup.MAX_NAME_LENGTH) {
            wrong.add(new FieldError("metadata.name", name.toString(), ApiGroup.NAME_MESSAGE));
        } else if (!seen.add(type.getSimpleName() + "/" + document.path("metadata").path("namespace").asText("default") + "/"
                + name.textValue())) {
            wrong.add(new FieldError("metadata.name", name.toString(), "is there twice"));
        }
        JsonNode spec = document.path("spec");
        if (spec.isMissingNode() || spec.isNull()) {
            wrong.add(FieldError.missing("spec"));
        } else {
            wrong.addAll(SchemaCheck.check(spec, specType, "spec"));
        }
        if (wrong.isEmpty()) {
            try {
                // What a job's status was is no part of what is wanted.
                into.add(YAML.treeToValue(((ObjectNode) document).without("status"), type));
            } catch (JsonProcessingException e) {
                wrong.add(new FieldError("metadata", null, "is malformed: " + e.getOriginalMessage()));
            }
        }
        wrong.forEach(error -> errors.add(error.within(where)));
    }
}
