package dev.advtrain.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** A file to read, and optionally the digest it must have. */
public record Location(
        @JsonPropertyDescription("pvc://CLAIM/path: a file on a PersistentVolumeClaim of the job's namespace, mounted read-only.")
        @Required @Pattern(Patterns.URI) @Size(max = Patterns.MAX_URI_LENGTH)
        @ValidationRule(value = NO_FILE_RULE, message = NO_FILE_MESSAGE)
        @ValidationRule(value = NO_PARENT_RULE, message = NO_PARENT_MESSAGE)
        String uri,

        @JsonPropertyDescription("SHA-256 the bytes at uri must have, in lower-case hexadecimal. Without it any content is accepted.")
        @Pattern(Patterns.SHA256) @Size(max = 64)
        String sha256) implements ApiObject {

    public static final String NO_FILE_RULE = "!self.startsWith('file:')";
    public static final String NO_FILE_MESSAGE = "file:// names a path of one machine and works only without a cluster; use pvc://CLAIM/path";
    public static final String NO_PARENT_RULE = "!self.split('/').exists(s, s == '..')";
    public static final String NO_PARENT_MESSAGE = "a location must not contain '..'";
}
