package dev.advtrain.trainer.data;

import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.storage.BulkInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * The content of an IDX file of unsigned bytes, the format of MNIST and its successors: two zero bytes, the type 8,
 * the number of dimensions, each dimension as a big-endian 32-bit integer, then the values in row-major order.
 *
 * @param dimensions of the whole file; the first counts the examples
 * @param examples as many as were asked for, each in row-major order
 */
record IdxFile(int[] dimensions, Rows examples) {
    private static final int UNSIGNED_BYTE = 8;
    private static final int MAX_DIMENSIONS = 4;
    /** An example far beyond any model's input; the size of a row is an int. */
    private static final long MAX_EXAMPLE = 1 << 30;

    /** Looks at the dimensions before the values are read. */
    @FunctionalInterface
    interface DimensionCheck {
        void check(int... dimensions);
    }

    /**
     * Parses a stream to its end, gzip or not.
     *
     * @param limit examples that are kept
     * @param heapLimit bytes of examples beyond which they are kept in a file
     */
    static IdxFile parse(String uri, InputStream in, int limit, long heapLimit, DimensionCheck check) throws IOException {
        DataInputStream data = new DataInputStream(Streams.unzipped(uri, in));
        int magic = data.readInt();
        int count = magic & 0xFF;
        if (magic >>> 8 != UNSIGNED_BYTE || count < 1 || count > MAX_DIMENSIONS) {
            throw bad(uri, "is no IDX file of unsigned bytes with 1 to %d dimensions; expected one that starts with 0x00000801 for labels, "
                    .formatted(MAX_DIMENSIONS) + "0x00000803 for images");
        }
        int[] dimensions = new int[count];
        long example = 1;
        for (int i = 0; i < count; i++) {
            dimensions[i] = data.readInt();
            if (dimensions[i] < 0 || i > 0 && dimensions[i] == 0) {
                throw bad(uri, "dimension " + i + " is " + Integer.toUnsignedString(dimensions[i])
                        + "; expected 1 to " + Integer.MAX_VALUE);
            }
            example = i == 0 || example > MAX_EXAMPLE ? example : example * dimensions[i];
        }
        check.check(dimensions);
        if (example > MAX_EXAMPLE) {
            throw bad(uri, "an example has more than %,d values".formatted(MAX_EXAMPLE));
        }
        long size = example * dimensions[0];
        int rows = Math.min(limit, dimensions[0]);
        try (Rows.Builder examples = new Rows.Builder((int) example, heapLimit)) {
            long found = examples.read(data, rows);
            if (examples.size() == rows) {
                found += BulkInputStream.skip(data, size - found);
            }
            if (found < size) {
                throw new EOFException("%,d values; its header says %,d".formatted(found, size));
            }
            if (data.read() >= 0) {
                throw bad(uri, "goes on after the %,d values that its header says".formatted(size));
            }
            return new IdxFile(dimensions, examples.build());
        }
    }

    private static TrainerException bad(String uri, String problem) {
        return new TrainerException(ExitCode.DATA, uri + ": " + problem);
    }
}
