package dev.advtrain.trainer.data;

import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.storage.Location;
import java.util.Arrays;
import java.util.TreeMap;

/** Reads a pair of IDX files: images {@code [n, height, width]} or {@code [n, channels, height, width]}, and labels. */
final class IdxReader {
    private static final String IMAGES = "images: [n, height, width] or [n, channels, height, width]";

    private IdxReader() {}

    /** One of the two files, and the sha256 it must have (null: any). */
    record Part(Location location, String sha256) {
        DigestedFile<IdxFile> parse(int limit, long heapLimit, IdxFile.DimensionCheck check) {
            return DigestedFile.read(location, sha256, in -> IdxFile.parse(location.uri(), in, limit, heapLimit, check));
        }

        void requireRank(int[] dimensions, int least, int most, String expected) {
            if (dimensions.length < least || dimensions.length > most) {
                throw new TrainerException(ExitCode.DATA,
                        location.uri() + ": has " + dimensions.length + " dimensions; expected " + expected);
            }
        }
    }

    static Dataset read(Part images, Part labels, Format format, int limit, long heapLimit) {
        DigestedFile<IdxFile> values = images.parse(limit, heapLimit, dimensions -> {
            long[] shape = shape(images, dimensions);
            if (!Arrays.equals(shape, format.shape())) {
                throw new TrainerException(ExitCode.RUN_SPEC, images.location.uri() + ": images are "
                        + Arrays.toString(shape) + "; expected the model's inputShape " + Arrays.toString(format.shape()));
            }
        });
        int size = values.content().dimensions()[0];
        DigestedFile<IdxFile> classes = labels.parse(limit, heapLimit, dimensions -> labels.requireRank(dimensions, 1, 1, "labels: [n]"));
        if (size != classes.content().dimensions()[0]) {
            throw new TrainerException(ExitCode.DATA, labels.location.uri() + ": holds " + classes.content().dimensions()[0]
                    + " labels; expected " + size + ", one for each image of " + images.location.uri());
        }
        int[] label = new int[classes.content().examples().size()];
        for (int i = 0; i < label.length; i++) {
            label[i] = format.requireLabel(labels.location.uri(), "index " + i, classes.content().examples().get(i, 0));
        }
        TreeMap<String, String> digests = new TreeMap<>();
        digests.put("images", values.sha256());
        digests.put("labels", classes.sha256());
        return PackedDataset.ofBytes(values.content().examples(), label, format, digests);
    }

    /** [channels, height, width] */
    static long[] shape(Part images) {
        return shape(images, images.parse(0, 0, _ -> { }).content().dimensions());
    }

    private static long[] shape(Part images, int... size) {
        images.requireRank(size, 3, 4, IMAGES);
        return size.length == 3
                ? new long[] {1, size[1], size[2]}
                : new long[] {size[1], size[2], size[3]};
    }
}
