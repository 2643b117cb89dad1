package dev.advtrain.api.v1alpha1.training;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.advtrain.api.v1alpha1.ApiObject;
import dev.advtrain.api.v1alpha1.Location;
import dev.advtrain.api.v1alpha1.Patterns;
import dev.advtrain.api.v1alpha1.SecretReference;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** Where the hardened model and its reports go. */
@ValidationRule(value = SecretReference.RULE, message = SecretReference.MESSAGE, fieldPath = ".secretRef")
public record OutputSpec(
        @JsonPropertyDescription("pvc://CLAIM/path: a folder on a PersistentVolumeClaim of the job's namespace. It is made if it is missing. "
                + "s3://BUCKET/prefix: objects of any S3 API, in a bucket that exists.")
        @Required @Pattern(Patterns.OUTPUT_URI) @Size(max = Patterns.MAX_URI_LENGTH)
        @ValidationRule(value = Location.NO_FILE_RULE, message = Location.NO_FILE_MESSAGE)
        @ValidationRule(value = Location.NO_PARENT_RULE, message = Location.NO_PARENT_MESSAGE)
        String uri,

        @JsonPropertyDescription(SecretReference.DESCRIPTION)
        SecretReference secretRef,

        @JsonPropertyDescription("Forms of the hardened model. TorchScript is always among them. Default: both.")
        @Size(min = 1, max = 2)
        @ValidationRule(value = "self.exists(f, f == 'TorchScript')", message = OutputSpec.FORMATS_MESSAGE)
        List<OutputFormat> formats,

        @JsonPropertyDescription("Replace what another job left at uri. Default: false, which fails instead.")
        Boolean overwrite,

        @JsonPropertyDescription("Export the model with model.normalization in front of it. Default: false.")
        Boolean includeNormalization) implements ApiObject {
    public static final String FORMATS_MESSAGE = "formats must contain TorchScript: the evaluation reads it";
}
