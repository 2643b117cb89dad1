package dev.advtrain.trainer.data;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/** What every reader does with its stream. */
final class Streams {
    private static final int BUFFER = 1 << 16;

    private Streams() {}

    /** The content, gzipped or not: told by the first bytes, not by a name. */
    static InputStream unzipped(InputStream in) throws IOException {
        BufferedInputStream buffered = new BufferedInputStream(in, BUFFER);
        buffered.mark(2);
        boolean gzip = buffered.read() == 0x1F && buffered.read() == 0x8B;
        buffered.reset();
        return gzip ? new GZIPInputStream(buffered, BUFFER) : buffered;
    }

    /** Unlike {@link InputStream#skipNBytes} says how far it came. */
    static long skip(InputStream in, long count) throws IOException {
        byte[] buffer = new byte[BUFFER];
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
}
