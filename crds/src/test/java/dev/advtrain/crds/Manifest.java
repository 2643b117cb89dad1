package dev.advtrain.crds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;

/** A manifest of the test resources with edits, each {@code path=YAML} or {@code -path}, such as {@code spec.training.epochs=0}. */
public final class Manifest {
    private static final YAMLMapper YAML = new YAMLMapper();

    private Manifest() {
    }

    public static ObjectNode of(String kind, String... edits) {
        String file = "/manifests/" + (kind.endsWith("ThreatModel") ? "threatmodel" : "job") + ".yaml";
        try (var in = Manifest.class.getResourceAsStream(file)) {
            ObjectNode manifest = (ObjectNode) YAML.readTree(in);
            manifest.put("kind", kind);
            for (String edit : edits) {
                edit(manifest, edit);
            }
            return manifest;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** YAML as JSON text. */
    public static String json(String yaml) {
        try {
            return YAML.readTree(yaml).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static void edit(ObjectNode manifest, String edit) {
        try {
            change(manifest, edit);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void change(ObjectNode manifest, String edit) throws IOException {
        boolean remove = edit.startsWith("-");
        int end = remove ? edit.length() : edit.indexOf('=');
        String[] steps = edit.substring(remove ? 1 : 0, end).split("\\.");
        JsonNode parent = manifest;
        for (int i = 0; i < steps.length - 1; i++) {
            parent = parent.isArray() ? parent.get(Integer.parseInt(steps[i]))
                    : parent.has(steps[i]) ? parent.get(steps[i]) : ((ObjectNode) parent).putObject(steps[i]);
        }
        String last = steps[steps.length - 1];
        if (remove) {
            ((ObjectNode) parent).remove(last);
            return;
        }
        JsonNode value = YAML.readTree(edit.substring(end + 1));
        if (parent instanceof ArrayNode array) {
            array.set(Integer.parseInt(last), value);
        } else {
            ((ObjectNode) parent).set(last, value);
        }
    }
}
