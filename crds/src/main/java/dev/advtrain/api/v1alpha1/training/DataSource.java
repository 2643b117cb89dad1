package dev.advtrain.api.v1alpha1.training;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.advtrain.api.v1alpha1.ApiObject;
import dev.advtrain.api.v1alpha1.Location;
import dev.advtrain.api.v1alpha1.Patterns;
import dev.advtrain.api.v1alpha1.SecretReference;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** Labelled examples: a union by format, and a limit. */
@ValidationRule(value = DataSource.UNION_RULE, message = DataSource.UNION_MESSAGE)
public record DataSource(
        @JsonPropertyDescription("Images and labels as IDX files (the format of MNIST), gzipped or not.")
        Idx idx,

        @JsonPropertyDescription("Images in the binary form of CIFAR, each file gzipped or not: records of a label and channels x height x width bytes, "
                + "of the model's inputShape.")
        CifarBinary cifarBinary,

        @JsonPropertyDescription("Images as PNG or JPEG files, those of each class in a folder of its own.")
        ImageFolder imageFolder,

        @JsonPropertyDescription("Arrays of a NumPy .npz file, compressed or not.")
        Npz npz,

        @JsonPropertyDescription("Numbers of a comma-separated text file, gzipped or not: features, and a column of labels.")
        Csv csv,

        @JsonPropertyDescription("Stroke-drawn digits, 28 x 28, made from a seed: nothing to download.")
        BuiltinDigits builtinDigits,

        @JsonPropertyDescription("Use only the first so many examples. Default: all.")
        @Min(1) @Max(1_000_000_000)
        Integer limit) implements ApiObject {
    static final String UNION_RULE = "[has(self.idx), has(self.cifarBinary), has(self.imageFolder), has(self.npz), has(self.csv), has(self.builtinDigits)]"
            + ".filter(set, set).size() == 1";
    public static final String UNION_MESSAGE = "exactly one of idx, cifarBinary, imageFolder, npz, csv, builtinDigits must be set";

    public static DataSource of(Idx idx, Integer limit) {
        return new DataSource(idx, null, null, null, null, null, limit);
    }

    public static DataSource of(CifarBinary cifarBinary, Integer limit) {
        return new DataSource(null, cifarBinary, null, null, null, null, limit);
    }

    public static DataSource of(ImageFolder imageFolder, Integer limit) {
        return new DataSource(null, null, imageFolder, null, null, null, limit);
    }

    public static DataSource of(Npz npz, Integer limit) {
        return new DataSource(null, null, null, npz, null, null, limit);
    }

    public static DataSource of(Csv csv, Integer limit) {
        return new DataSource(null, null, null, null, csv, null, limit);
    }

    public static DataSource of(BuiltinDigits digits, Integer limit) {
        return new DataSource(null, null, null, null, null, digits, limit);
    }

    public record Idx(
            @JsonPropertyDescription("Unsigned bytes, count x height x width or count x channels x height x width.")
            @Required
            Location images,

            @JsonPropertyDescription("Unsigned bytes, count.")
            @Required
            Location labels) implements ApiObject {
    }

    public record CifarBinary(
            @JsonPropertyDescription("Files, read one after the other.")
            @Required @Size(min = 1, max = 64)
            List<Location> files,

            @JsonPropertyDescription("Single: one byte before each image, as in CIFAR-10. Fine, Coarse: two, as in CIFAR-100, of which the second "
                    + "or the first is taken. Default: Single.")
            CifarLabel label) implements ApiObject {
    }

    @ValidationRule(value = SecretReference.RULE, message = SecretReference.MESSAGE, fieldPath = ".secretRef")
    public record ImageFolder(
            @JsonPropertyDescription("A folder, or an archive of one (.zip, .tar, .tar.gz, .tgz), in which every image is CLASS/FILE below one place. Classes are "
                    + "counted in the order of their folders' names, or are the numbers that all the folders are named by. A limit takes of all classes alike. "
                    + "pvc://CLAIM/path: on a PersistentVolumeClaim of the job's namespace, mounted read-only. s3://BUCKET/key: of any S3 API. "
                    + "https://HOST/path: an archive of a public host.")
            @Required @Pattern(Patterns.URI) @Size(max = Patterns.MAX_URI_LENGTH)
            @ValidationRule(value = Location.NO_FILE_RULE, message = Location.NO_FILE_MESSAGE)
            @ValidationRule(value = Location.NO_PARENT_RULE, message = Location.NO_PARENT_MESSAGE)
            @ValidationRule(value = "!self.startsWith('https:') || [self.split('?')[0].lowerAscii()].all(path, "
                    + "path.endsWith('.zip') || path.endsWith('.tar') || path.endsWith('.tar.gz') || path.endsWith('.tgz'))",
                    message = ImageFolder.ARCHIVE_MESSAGE)
            String uri,

            @JsonPropertyDescription("SHA-256, in lower-case hexadecimal, of a line 'path sha256' for each file in the folder or archive, sorted by path. "
                    + "Without it any content is accepted.")
            @Pattern(Patterns.SHA256) @Size(max = 64)
            String sha256,

            @JsonPropertyDescription(SecretReference.DESCRIPTION)
            SecretReference secretRef) implements ApiObject {
        public static final String ARCHIVE_MESSAGE = "over https there are no folders: expected an archive (.zip, .tar, .tar.gz, .tgz)";

        public Location location() {
            return new Location(uri, sha256, secretRef);
        }
    }

    @ValidationRule(value = SecretReference.RULE, message = SecretReference.MESSAGE, fieldPath = ".secretRef")
    public record Npz(
            @JsonPropertyDescription("pvc://CLAIM/path: the file on a PersistentVolumeClaim of the job's namespace, mounted read-only. "
                    + "s3://BUCKET/key: an object of any S3 API. https://HOST/path: a file of a public host.")
            @Required @Pattern(Patterns.URI) @Size(max = Patterns.MAX_URI_LENGTH)
            @ValidationRule(value = Location.NO_FILE_RULE, message = Location.NO_FILE_MESSAGE)
            @ValidationRule(value = Location.NO_PARENT_RULE, message = Location.NO_PARENT_MESSAGE)
            String uri,

            @JsonPropertyDescription(Location.SHA256_DESCRIPTION)
            @Pattern(Patterns.SHA256) @Size(max = 64)
            String sha256,

            @JsonPropertyDescription(SecretReference.DESCRIPTION)
            SecretReference secretRef,

            @JsonPropertyDescription("Name of the array of inputs, n x the model's inputShape: uint8, or float32 or float64 within inputRange. Default: x.")
            @Size(min = 1, max = 128)
            String inputs,

            @JsonPropertyDescription("Name of the array of labels, n integers. Default: y.")
            @Size(min = 1, max = 128)
            String labels) implements ApiObject {
        public static final String INPUTS = "x";
        public static final String LABELS = "y";

        public Location location() {
            return new Location(uri, sha256, secretRef);
        }
    }

    @ValidationRule(value = SecretReference.RULE, message = SecretReference.MESSAGE, fieldPath = ".secretRef")
    public record Csv(
            @JsonPropertyDescription("A UTF-8 file as RFC 4180 says, with a first line that names the columns. Every column but that of the labels is a feature, "
                    + "a decimal number within inputRange, in the order of the file: together the values of one input. "
                    + "pvc://CLAIM/path: on a PersistentVolumeClaim of the job's namespace, mounted read-only. "
                    + "s3://BUCKET/key: an object of any S3 API. https://HOST/path: a file of a public host.")
            @Required @Pattern(Patterns.URI) @Size(max = Patterns.MAX_URI_LENGTH)
            @ValidationRule(value = Location.NO_FILE_RULE, message = Location.NO_FILE_MESSAGE)
            @ValidationRule(value = Location.NO_PARENT_RULE, message = Location.NO_PARENT_MESSAGE)
            String uri,

            @JsonPropertyDescription(Location.SHA256_DESCRIPTION)
            @Pattern(Patterns.SHA256) @Size(max = 64)
            String sha256,

            @JsonPropertyDescription(SecretReference.DESCRIPTION)
            SecretReference secretRef,

            @JsonPropertyDescription("Name of the column of labels: the numbers of the classes, counted from 0, or else names, one for each of the model's "
                    + "classes, which are then counted in the order of their names. Default: label.")
            @Size(min = 1, max = 128)
            String labelColumn) implements ApiObject {
        public static final String LABEL_COLUMN = "label";

        public Location location() {
            return new Location(uri, sha256, secretRef);
        }
    }

    public record BuiltinDigits(
            @JsonPropertyDescription("Number of examples.")
            @Required @Min(1) @Max(1_000_000)
            Integer count,

            @JsonPropertyDescription("Seed of the drawings; another seed gives other drawings.")
            @Required @Min(0) @Max(SeedRange.MAX)
            Long seed) implements ApiObject {
    }
}
