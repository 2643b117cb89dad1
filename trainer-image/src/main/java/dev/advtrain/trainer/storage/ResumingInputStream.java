package dev.advtrain.trainer.storage;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.function.Predicate;

/** Reads a file that may be opened again where reading it broke. Who reads sees one stream. */
final class ResumingInputStream extends InputStream {

    /** Opens the file, the same content each time. */
    @FunctionalInterface
    interface Opener {
        InputStream at(long position) throws IOException;
    }

    private final Opener opener;
    private final Retries retries;
    private final Predicate<IOException> hopeless;
    private InputStream in;
    private long position;
    private int failures;

    /** Opens the file. */
    ResumingInputStream(Opener opener, Retries retries, Predicate<IOException> hopeless) throws IOException {
        this.opener = opener;
        this.retries = retries;
        this.hopeless = hopeless;
        this.in = retries.call(hopeless, () -> opener.at(0));
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        while (true) {
            try {
                if (in == null) {
                    in = opener.at(position);
                }
                int read = in.read(target, offset, length);
                if (read > 0) {
                    position += read;
                    failures = 0;
                }
                return read;
            } catch (IOException e) {
                failures++;
                closeBroken();
                if (failures >= retries.attempts() || hopeless.test(e)) {
                    // Plain: to who parses, an EOFException would mean that the file itself is short.
                    throw new IOException(e.getMessage(), e);
                }
                retries.pauseAfter(failures);
            }
        }
    }

    private void closeBroken() {
        try {
            close();
        } catch (IOException e) {
            // It is broken already.
        }
        in = null;
    }

    @Override
    public void close() throws IOException {
        if (in != null) {
            in.close();
        }
    }
}
