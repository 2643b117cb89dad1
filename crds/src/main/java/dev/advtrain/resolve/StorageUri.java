package dev.advtrain.resolve;

import dev.advtrain.api.v1alpha1.Location;
import dev.advtrain.api.v1alpha1.Patterns;
import java.util.List;
import java.util.regex.Pattern;

/** A location, taken apart. */
public sealed interface StorageUri {

    /** {@code pvc://CLAIM/path}: a path, relative, within a PersistentVolumeClaim. */
    record Pvc(String claim, String path) implements StorageUri {
    }

    /** {@code file:///path}: an absolute path of this machine. */
    record File(String path) implements StorageUri {
    }

    /** @throws IllegalArgumentException if the text is not a location, or has a {@code ..} in it */
    static StorageUri parse(String uri) {
        if (!Pattern.matches(Patterns.URI, uri)) {
            throw new IllegalArgumentException("\"" + uri + "\" is not "
                    + Patterns.inWords(Patterns.URI));
        }
        if (List.of(uri.split("/")).contains("..")) {
            throw new IllegalArgumentException("\"" + uri + "\": " + Location.NO_PARENT_MESSAGE);
        }
        if (uri.startsWith("file://")) {
            return new File(uri.substring("file://".length()));
        }
        String rest = uri.substring("pvc://".length());
        int slash = rest.indexOf('/');
        return new Pvc(rest.substring(0, slash), rest.substring(slash + 1));
    }
}
