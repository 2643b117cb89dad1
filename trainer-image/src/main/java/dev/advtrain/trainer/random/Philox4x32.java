package dev.advtrain.trainer.random;

import java.util.Objects;

/**
 * Counter-based random numbers: Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3").
 * Number i of a stream is a function of the key and i alone, so there is no state to save or to share.
 *
 * <p>The seed is the Philox key of one block whose counter holds purpose, attack, epoch, restart and iteration; half
 * of that block is the Philox key of the stream, whose counter holds the example and the position.
 */
public final class Philox4x32 {
    private static final long M0 = 0xD2511F53L;
    private static final long M1 = 0xCD9E8D57L;
    private static final int W0 = 0x9E3779B9;
    private static final int W1 = 0xBB67AE85;
    private static final int ROUNDS = 10;
    private static final long UNSIGNED = 0xFFFFFFFFL;
    private static final float TO_UNIT_FLOAT = 0x1p-24f;
    /** Words made at a time: large enough for fast loops, small enough to stay in the first-level cache. */
    private static final int CHUNK = 1024;

    private Philox4x32() {}

    /** Fills {@code length} floats with numbers uniform in [0, 1), multiples of 2^-24. */
    public static void uniform(Key key, float[] target, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, target.length);
        Words words = new Words(key);
        int[] chunk = new int[chunkSize(length)];
        for (int done = 0; done < length; done += CHUNK) {
            int n = Math.min(CHUNK, length - done);
            words.fill(chunk, n);
            for (int i = 0; i < n; i++) {
                target[offset + done + i] = (chunk[i] >>> 8) * TO_UNIT_FLOAT;
            }
        }
    }

    /** Fills {@code length} floats with standard normal numbers (Box-Muller). */
    public static void gaussian(Key key, float[] target, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, target.length);
        Words words = new Words(key);
        int[] chunk = new int[chunkSize(length + (length & 1))];
        for (int done = 0; done < length; done += CHUNK) {
            int n = Math.min(CHUNK, length - done);
            words.fill(chunk, n + (n & 1));
            for (int i = 0; i < n; i += 2) {
                double radius = Math.sqrt(-2 * Math.log(((chunk[i] & UNSIGNED) + 1) * 0x1p-32));
                double angle = 2 * Math.PI * ((chunk[i + 1] & UNSIGNED) * 0x1p-32);
                target[offset + done + i] = (float) (radius * Math.cos(angle));
                if (i + 1 < n) {
                    target[offset + done + i + 1] = (float) (radius * Math.sin(angle));
                }
            }
        }
    }

    /** One number uniform in [0, bound), without bias. */
    public static int bounded(Key key, int bound) {
        return new Words(key).bounded(bound);
    }

    /** Fills the array with numbers uniform in [0, bound), without bias. */
    public static void bounded(Key key, int bound, int[] target) {
        Words words = new Words(key);
        for (int i = 0; i < target.length; i++) {
            target[i] = words.bounded(bound);
        }
    }

    /** 64 random bits. */
    public static long bits(Key key) {
        Words words = new Words(key);
        long high = words.next() & UNSIGNED;
        return high << 32 | words.next() & UNSIGNED;
    }

    /** The numbers 0 to n - 1 in random order (Fisher-Yates). */
    public static int[] permutation(Key key, int n) {
        if (n < 0) {
            throw new IllegalArgumentException("n must not be negative, but is " + n);
        }
        Words words = new Words(key);
        int[] order = new int[n];
        for (int i = 0; i < n; i++) {
            int j = words.bounded(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    private static int chunkSize(int length) {
        return Math.min(CHUNK, (length + 3) & ~3);
    }

    /** The block function: ten rounds over the counter {@code c0..c3}; four words to {@code out} from {@code at}. */
    static void block(int k0, int k1, int c0, int c1, int c2, int c3, int[] out, int at) {
        for (int round = 0; round < ROUNDS; round++) {
            long p0 = M0 * (c0 & UNSIGNED);
            long p1 = M1 * (c2 & UNSIGNED);
            c0 = (int) (p1 >>> 32) ^ c1 ^ k0;
            c1 = (int) p1;
            c2 = (int) (p0 >>> 32) ^ c3 ^ k1;
            c3 = (int) p0;
            k0 += W0;
            k1 += W1;
        }
        out[at] = c0;
        out[at + 1] = c1;
        out[at + 2] = c2;
        out[at + 3] = c3;
    }

    /** The words of one stream, in order. */
    private static final class Words {
        private final int k0;
        private final int k1;
        private final int exampleLow;
        private final int exampleHigh;
        private final int[] current = new int[4];
        private int used = 4;
        private long position;

        Words(Key key) {
            int named = key.purpose().code() << 16 | key.attack();
            block((int) key.seed(), (int) (key.seed() >>> 32), named, key.epoch(), key.restart(), key.iteration(), current, 0);
            k0 = current[0];
            k1 = current[1];
            exampleLow = (int) key.example();
            exampleHigh = (int) (key.example() >>> 32);
        }

        /** Writes at least {@code n} words; {@code target} holds a multiple of four. Not to be mixed with next(). */
        void fill(int[] target, int n) {
            for (int i = 0; i < n; i += 4) {
                block(k0, k1, (int) position, (int) (position >>> 32), exampleLow, exampleHigh, target, i);
                position++;
            }
        }

        int next() {
            if (used == 4) {
                fill(current, 4);
                used = 0;
            }
            return current[used++];
        }

        /** Lemire 2019, "Fast random integer generation in an interval". */
        int bounded(int bound) {
            if (bound <= 0) {
                throw new IllegalArgumentException("bound must be positive, but is " + bound);
            }
            long product = (next() & UNSIGNED) * bound;
            if ((product & UNSIGNED) < bound) {
                long threshold = (1L << 32) % bound;
                while ((product & UNSIGNED) < threshold) {
                    product = (next() & UNSIGNED) * bound;
                }
            }
            return (int) (product >>> 32);
        }
    }
}
