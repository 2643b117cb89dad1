package dev.advtrain.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** A Secret of the job's namespace that holds how to reach a storage. */
public record SecretReference(
        @JsonPropertyDescription("Name of the Secret.")
        @Required @Pattern(Patterns.OBJECT_NAME) @Size(max = 253)
        String name) implements ApiObject {
    /** What the field means, for descriptions. */
    public static final String DESCRIPTION = "For s3://: a Secret of the job's namespace with the label advtrain.dev/storage: \"true\" and the keys "
            + "AWS_ENDPOINT_URL, AWS_REGION (default us-east-1), AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and, where there is one, AWS_SESSION_TOKEN. "
            + "Without AWS_ENDPOINT_URL it is Amazon S3 in AWS_REGION. Mounted as files into the pods that use it.";
    /** Needed by {@code s3://}, refused by everything else. */
    public static final String RULE = "has(self.secretRef) == self.uri.startsWith('s3://')";
    public static final String MESSAGE = "s3:// needs a secretRef, and no other location takes one";
}
