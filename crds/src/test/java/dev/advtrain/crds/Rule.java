package dev.advtrain.crds;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * One rule of the API: what is accepted, what is refused, and the sentence a user reads.
 *
 * @param kind     kind of the manifest that is edited, as {@link Manifest} says
 * @param accepted edits that keep the rule
 * @param refused  edits that break it and no other
 * @param path     the field the sentence names
 * @param server   what the API server says of it
 * @param offlinePath the field that is named without an API server: nearer than a rule of the API server can
 * @param offline  what is said of it without an API server
 */
public record Rule(String kind, List<String> accepted, List<String> refused, String path, String server, String offlinePath, String offline) {

    public ObjectNode acceptedManifest() {
        return Manifest.of(kind, accepted.toArray(String[]::new));
    }

    public ObjectNode refusedManifest() {
        return Manifest.of(kind, refused.toArray(String[]::new));
    }

    /** The name of the test. */
    @Override
    public String toString() {
        return kind + " " + (refused.toString().length() > 100 ? path + " too long" : refused) + ": " + offline;
    }
}
