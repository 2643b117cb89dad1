package dev.advtrain.trainer.data;

import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.storage.BulkInputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/** What every reader does with its stream. */
final class Streams {
    private static final int BUFFER = 1 << 16;
    /** Images and arrays shrink less; deflate can do 1,000, for those who mean to fill a disk. */
    private static final int MAX_RATIO = 100;
    private static final long ALWAYS_ALLOWED = 64L << 20;

    private Streams() {}

    /**
     * The content, gzipped or not: told by the first bytes, not by a name.
     *
     * @throws TrainerException 65 while it is read, where it unpacks to far more than data do
     */
    static InputStream unzipped(String uri, InputStream in) throws IOException {
        Counted packed = new Counted(in);
        BufferedInputStream buffered = new BufferedInputStream(packed, BUFFER);
        buffered.mark(2);
        boolean gzip = buffered.read() == 0x1F && buffered.read() == 0x8B;
        buffered.reset();
        return gzip ? new Unpacked(uri, new GZIPInputStream(buffered, BUFFER), packed, new long[1]) : buffered;
    }

    /** Counts what passes. */
    static final class Counted extends BulkInputStream {
        private long count;

        Counted(InputStream in) {
            super(in);
        }

        long count() {
            return count;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int found = in.read(target, offset, length);
            count += Math.max(0, found);
            return found;
        }
    }

    /** Holds what unpacks against what it unpacks from. */
    static final class Unpacked extends BulkInputStream {
        private final String uri;
        private final Counted packed;
        private final long packedSize;
        private final long[] unpacked;

        /**
         * @param packed  what is read from, so far
         * @param unpacked count that all streams of one archive share
         */
        Unpacked(String uri, InputStream in, Counted packed, long[] unpacked) {
            super(in);
            this.uri = uri;
            this.packed = packed;
            this.packedSize = 0;
            this.unpacked = unpacked;
        }

        /** @param packedSize of the whole archive */
        Unpacked(String uri, InputStream in, long packedSize, long[] unpacked) {
            super(in);
            this.uri = uri;
            this.packed = null;
            this.packedSize = packedSize;
            this.unpacked = unpacked;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int found = in.read(target, offset, length);
            count(Math.max(0, found));
            return found;
        }

        private void count(int more) {
            unpacked[0] += more;
            long from = packed == null ? packedSize : packed.count();
            if (unpacked[0] > ALWAYS_ALLOWED && unpacked[0] / MAX_RATIO > from) {
                throw new TrainerException(ExitCode.DATA, uri + ": unpacks to more than " + MAX_RATIO
                        + " times its size; expected data, not a decompression bomb");
            }
        }
    }
}
