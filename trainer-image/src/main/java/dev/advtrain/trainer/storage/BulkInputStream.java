package dev.advtrain.trainer.storage;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream that sees to every byte in one place: whatever is asked of it is read into an array. Nothing can be read twice. */
public abstract class BulkInputStream extends FilterInputStream {
    private static final int BUFFER = 1 << 16;

    protected BulkInputStream(InputStream in) {
        super(in);
    }

    @Override
    public abstract int read(byte[] target, int offset, int length) throws IOException;

    @Override
    public final int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public final long skip(long count) throws IOException {
        return skip(this, count);
    }

    @Override
    public final boolean markSupported() {
        return false;
    }

    /** Unlike {@link InputStream#skipNBytes} says how far it came, and reads what it passes. */
    public static long skip(InputStream in, long count) throws IOException {
        byte[] buffer = new byte[(int) Math.max(0, Math.min(BUFFER, count))];
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
