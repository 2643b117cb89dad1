package dev.advtrain.operator.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes small IDX files. */
final class Idx {
    private static final int UNSIGNED_BYTES = 0x0800;

    private Idx() {
    }

    /** Zeros of this shape. */
    static void write(Path file, int... shape) {
        int size = 1;
        for (int dimension : shape) {
            size *= dimension;
        }
        ByteBuffer bytes = ByteBuffer.allocate(4 + 4 * shape.length + size).putInt(UNSIGNED_BYTES | shape.length);
        for (int dimension : shape) {
            bytes.putInt(dimension);
        }
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, bytes.array());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
