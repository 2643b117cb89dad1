package dev.advtrain.trainer.data;

import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.storage.Location;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** Reads a pair of IDX files: images {@code [n, height, width]} or {@code [n, channels, height, width]}, and labels. */
final class IdxReader {

    private IdxReader() {}

    /** One of the two files, the sha256 it must have (null: any), and how many of its examples are wanted. */
    record Part(Location location, String sha256, int limit) {
        IdxFile parse(int minDimensions, int maxDimensions, String expected, Map<String, String> digests, String name) {
            DigestedFile<IdxFile> read =
                    DigestedFile.read(location, sha256, in -> IdxFile.parse(location.uri(), in, limit));
            int dimensions = read.content().dimensions().length;
            if (dimensions < minDimensions || dimensions > maxDimensions) {
                throw new TrainerException(ExitCode.DATA,
                        location.uri() + ": has " + dimensions + " dimensions; expected " + expected);
            }
            digests.put(name, read.sha256());
            return read.content();
        }
    }

    static Dataset read(Part images, Part labels, Format format) {
        TreeMap<String, String> digests = new TreeMap<>();
        IdxFile values = images(images, digests);
        IdxFile classes = labels.parse(1, 1, "labels: [n]", digests, "labels");

        int[] size = values.dimensions();
        long[] shape = shape(size);
        if (!Arrays.equals(shape, format.shape())) {
            throw new TrainerException(ExitCode.RUN_SPEC, images.location.uri() + ": images are "
                    + Arrays.toString(shape) + "; expected the model's inputShape " + Arrays.toString(format.shape()));
        }
        if (size[0] != classes.dimensions()[0]) {
            throw new TrainerException(ExitCode.DATA, labels.location.uri() + ": holds " + classes.dimensions()[0]
                    + " labels; expected " + size[0] + ", one for each image of " + images.location.uri());
        }
        for (int i = 0; i < classes.examples().size(); i++) {
            int label = classes.examples().get(i, 0);
            if (label >= format.classes()) {
                throw new TrainerException(ExitCode.DATA, labels.location.uri() + ": label " + label + " at index " + i
                        + "; expected 0 to " + (format.classes() - 1) + ", the model's classes");
            }
        }
        return new ByteImages(values.examples(), classes.examples(), format, digests);
    }

    /** [channels, height, width] */
    static long[] shape(Part images) {
        return shape(images(images, new TreeMap<>()).dimensions());
    }

    private static IdxFile images(Part images, Map<String, String> digests) {
        return images.parse(3, 4, "images: [n, height, width] or [n, channels, height, width]", digests, "images");
    }

    private static long[] shape(int... size) {
        return size.length == 3
                ? new long[] {1, size[1], size[2]}
                : new long[] {size[1], size[2], size[3]};
    }
}
