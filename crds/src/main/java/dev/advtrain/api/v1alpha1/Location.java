package dev.advtrain.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** A file to read, and optionally the digest it must have. */
@ValidationRule(value = SecretReference.RULE, message = SecretReference.MESSAGE, fieldPath = ".secretRef")
public record Location(
        @JsonPropertyDescription("pvc://CLAIM/path: a file on a PersistentVolumeClaim of the job's namespace, mounted read-only. "
                + "s3://BUCKET/key: an object of any S3 API. https://HOST/path: a file of a public host.")
        @Required @Pattern(Patterns.URI) @Size(max = Patterns.MAX_URI_LENGTH)
        @ValidationRule(value = NO_FILE_RULE, message = NO_FILE_MESSAGE)
        @ValidationRule(value = NO_PARENT_RULE, message = NO_PARENT_MESSAGE)
        String uri,

        @JsonPropertyDescription(Location.SHA256_DESCRIPTION)
        @Pattern(Patterns.SHA256) @Size(max = 64)
        String sha256,

        @JsonPropertyDescription(SecretReference.DESCRIPTION)
        SecretReference secretRef) implements ApiObject {

    public static final String SHA256_DESCRIPTION =
            "SHA-256 the bytes at uri must have, in lower-case hexadecimal. Without it any content is accepted.";
    public static final String NO_FILE_RULE = "!self.startsWith('file:')";
    public static final String NO_FILE_MESSAGE = "file:// names a path of one machine and works only without a cluster; use pvc://CLAIM/path";
    public static final String NO_PARENT_RULE = "!self.split('/').exists(s, s == '..')";
    public static final String NO_PARENT_MESSAGE = "a location must not contain '..'";

    /** A location that needs no Secret. */
    public Location(String uri, String sha256) {
        this(uri, sha256, null);
    }
}
