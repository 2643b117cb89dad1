package dev.advtrain.trainer.attack;

import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.random.Philox4x32;
import dev.advtrain.trainer.threat.Norm;

/** What of {@link Square} depends on the norm, but for the arithmetic: where it starts, and its windows. */
sealed interface SquareMoves {
    static SquareMoves of(Norm norm) {
        return switch (norm) {
            case LINF -> new Stripes();
            case L2 -> new Bumps();
        };
    }

    /**
     * The side of a window.
     *
     * @param share of the image's area
     */
    int size(double share, int height, int width);

    /** [size, size], row-major. */
    float[] pattern(int size);

    /** The direction of one example's start, [channels, height, width]. */
    void start(Key key, float[] target, int offset, int channels, int height, int width);

    /** Squares of one value; starts with vertical stripes. */
    record Stripes() implements SquareMoves {
        @Override
        public int size(double share, int height, int width) {
            return Math.clamp((int) Math.rint(Math.sqrt(share * height * width)), 1, Math.min(height, width));
        }

        @Override
        public float[] pattern(int size) {
            return new float[size * size];
        }

        @Override
        public void start(Key key, float[] target, int offset, int channels, int height, int width) {
            float[] draws = new float[channels * width];
            Philox4x32.uniform(key, draws, 0, draws.length);
            for (int i = 0; i < channels * height * width; i++) {
                target[offset + i] = sign(draws[i / (height * width) * width + i % width]);
            }
        }
    }

    /** Bumps of two halves of opposite sign, higher towards the centres; starts with a tiling of them. */
    record Bumps() implements SquareMoves {
        private static final int LEAST = 3;
        private static final int TILES = 5;

        @Override
        public int size(double share, int height, int width) {
            int largest = Math.min(height, width);
            int size = Math.max((int) Math.rint(Math.sqrt(share * height * width)), LEAST) | 1;
            return Math.min(size, largest % 2 == 1 ? largest : Math.max(largest - 1, 1));
        }

        @Override
        public float[] pattern(int size) {
            float[] pattern = new float[size * size];
            rings(pattern, size, 0, size / 2, 1);
            rings(pattern, size, size / 2, size - size / 2, -1);
            normalise(pattern, 0, pattern.length, 1);
            return pattern;
        }

        /** A half of the pattern, of length 1: nested rectangles around its centre, ring k adds 1 / k^2. */
        private static void rings(float[] pattern, int width, int top, int height, int sign) {
            int row = height / 2;
            int column = width / 2;
            for (int k = 0; k <= Math.max(row, column); k++) {
                for (int i = Math.max(row - k, 0); i < Math.min(row + k + 1, height); i++) {
                    for (int j = Math.max(column - k, 0); j < Math.min(column + k + 1, width); j++) {
                        pattern[(top + i) * width + j] += 1f / ((k + 1) * (k + 1));
                    }
                }
            }
            normalise(pattern, top * width, (top + height) * width, sign);
        }

        private static void normalise(float[] values, int from, int to, int sign) {
            double squares = 0;
            for (int i = from; i < to; i++) {
                squares += (double) values[i] * values[i];
            }
            for (int i = from; i < to; i++) {
                values[i] *= (float) (sign / Math.sqrt(squares));
            }
        }

        @Override
        public void start(Key key, float[] target, int offset, int channels, int height, int width) {
            int size = Math.max(Math.min(height, width) / TILES, 1);
            int rows = height / size;
            int columns = width / size;
            int top = (height - rows * size) / 2;
            int left = (width - columns * size) / 2;
            float[] pattern = pattern(size);
            float[] draws = new float[rows * columns * (channels + 1)];
            Philox4x32.uniform(key, draws, 0, draws.length);
            for (int tile = 0; tile < rows * columns; tile++) {
                int at = tile * (channels + 1);
                boolean turned = draws[at] >= HALF;
                for (int c = 0; c < channels; c++) {
                    for (int i = 0; i < size; i++) {
                        for (int j = 0; j < size; j++) {
                            int row = top + tile / columns * size + i;
                            int column = left + tile % columns * size + j;
                            target[offset + (c * height + row) * width + column] =
                                    sign(draws[at + 1 + c]) * pattern[turned ? j * size + i : i * size + j];
                        }
                    }
                }
            }
        }
    }

    float HALF = 0.5f;

    static float sign(float draw) {
        return draw >= HALF ? 1 : -1;
    }
}
