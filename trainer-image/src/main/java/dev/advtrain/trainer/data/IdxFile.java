package dev.advtrain.trainer.data;

import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/**
 * The content of an IDX file of unsigned bytes, the format of MNIST and its successors: two zero bytes, the type 8,
 * the number of dimensions, each dimension as a big-endian 32-bit integer, then the values in row-major order.
 *
 * @param dimensions of the whole file; the first counts the examples
 * @param examples as many as were asked for, each in row-major order
 */
record IdxFile(int[] dimensions, ByteRows examples) {
    private static final int UNSIGNED_BYTE = 8;
    private static final int MAX_DIMENSIONS = 4;

    /**
     * Parses a stream to its end, gzip or not (told by its first bytes, not by its name).
     *
     * @param limit examples that are kept
     */
    static IdxFile parse(String uri, InputStream in, int limit) throws IOException {
        BufferedInputStream buffered = new BufferedInputStream(in, 1 << 16);
        buffered.mark(2);
        boolean gzip = buffered.read() == 0x1F && buffered.read() == 0x8B;
        buffered.reset();
        DataInputStream data = new DataInputStream(gzip ? new GZIPInputStream(buffered, 1 << 16) : buffered);

        int magic = data.readInt();
        int count = magic & 0xFF;
        if (magic >>> 8 != UNSIGNED_BYTE || count < 1 || count > MAX_DIMENSIONS) {
            throw bad(uri, "is no IDX file of unsigned bytes with 1 to %d dimensions; expected one that starts with 0x00000801 for labels, "
                    .formatted(MAX_DIMENSIONS) + "0x00000803 for images");
        }
        int[] dimensions = new int[count];
        long size = 1;
        for (int i = 0; i < count; i++) {
            dimensions[i] = data.readInt();
            if (dimensions[i] < 0 || i > 0 && dimensions[i] == 0) {
                throw bad(uri, "dimension " + i + " is " + Integer.toUnsignedString(dimensions[i])
                        + "; expected 1 to " + Integer.MAX_VALUE);
            }
            size = dimensions[i] == 0 ? 0 : size > Integer.MAX_VALUE ? size : size * dimensions[i];
        }
        if (size > Integer.MAX_VALUE - 8) {
            throw bad(uri, "dimensions are " + Arrays.toString(dimensions) + "; expected fewer than 2^31 values");
        }
        // Taken as bytes arrive, so a header that lies does not take memory.
        int rows = Math.min(limit, dimensions[0]);
        ByteRows examples = ByteRows.read(data, rows, dimensions[0] == 0 ? 1 : (int) (size / dimensions[0]));
        long found = examples.bytes() + skip(data, examples.size() < rows ? 0 : size - examples.bytes());
        if (found < size) {
            throw new EOFException("%,d values; its header says %,d".formatted(found, size));
        }
        if (data.read() >= 0) {
            throw bad(uri, "goes on after the %,d values that its header says".formatted(size));
        }
        return new IdxFile(dimensions, examples);
    }

    /** Unlike {@link InputStream#skipNBytes} says how far it came. */
    private static long skip(InputStream in, long count) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long skipped = 0;
        while (skipped < count) {
            int read = in.read(buffer, 0, (int) Math.min(buffer.length, count - skipped));
            if (read < 0) {
                break;
            }
            skipped += read;
        }
        return skipped;
    }

    private static TrainerException bad(String uri, String problem) {
        return new TrainerException(ExitCode.DATA, uri + ": " + problem);
    }
}
