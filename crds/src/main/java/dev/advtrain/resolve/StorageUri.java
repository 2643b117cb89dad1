package dev.advtrain.resolve;

import dev.advtrain.api.v1alpha1.Location;
import dev.advtrain.api.v1alpha1.Patterns;
import java.net.URI;
import java.util.List;
import java.util.regex.Pattern;

/** A location, taken apart. */
public sealed interface StorageUri {

    /** {@code pvc://CLAIM/path}: a path, relative, within a PersistentVolumeClaim. */
    record Pvc(String claim, String path) implements StorageUri {
    }

    /** {@code s3://bucket/key}: an object, or what the keys of several begin with. */
    record S3(String bucket, String key) implements StorageUri {
    }

    /** {@code https://host/path}: a file, read only. */
    record Https(URI uri) implements StorageUri {
    }

    /** {@code file:///path}: an absolute path of this machine. */
    record File(String path) implements StorageUri {
    }

    /** A text without the query and the user of every web address in it: both may open a file to everybody. */
    static String shown(String text) {
        return text.replaceAll("(?i)\\b(https?://)(?:[^/?#\\s\"]*@)?([^?#\\s\"]*)(?:[?#][^\\s\"]*)?", "$1$2");
    }

    /** @throws IllegalArgumentException if the text is not a location, or has a {@code ..} in it */
    static StorageUri parse(String uri) {
        if (!Pattern.matches(Patterns.URI, uri)) {
            throw new IllegalArgumentException("\"" + shown(uri) + "\" is not "
                    + Patterns.inWords(Patterns.URI));
        }
        if (List.of(uri.split("/")).contains("..")) {
            throw new IllegalArgumentException("\"" + shown(uri) + "\": " + Location.NO_PARENT_MESSAGE);
        }
        int end = uri.indexOf("://");
        String rest = uri.substring(end + "://".length());
        int slash = rest.indexOf('/');
        return switch (uri.substring(0, end)) {
            case "pvc" -> new Pvc(rest.substring(0, slash), rest.substring(slash + 1));
            case "s3" -> new S3(rest.substring(0, slash), rest.substring(slash + 1));
            case "https" -> new Https(URI.create(uri));
            default -> new File(rest);
        };
    }
}
