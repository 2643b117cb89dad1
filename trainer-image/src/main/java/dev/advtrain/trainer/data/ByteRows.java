package dev.advtrain.trainer.data;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** Rows of bytes, all of one length, in blocks of whole rows: they are read without ever being in memory twice. */
final class ByteRows {
    private static final int BLOCK = 1 << 20;

    private final List<byte[]> blocks;
    private final int rowLength;
    private final int rowsPerBlock;
    private final int size;

    private ByteRows(List<byte[]> blocks, int rowLength, int rowsPerBlock, int size) {
        this.blocks = blocks;
        this.rowLength = rowLength;
        this.rowsPerBlock = rowsPerBlock;
        this.size = size;
    }

    /** Of rows that are in memory already, one after the other. */
    static ByteRows of(byte[] values, int rowLength) {
        return new ByteRows(List.of(values), rowLength, Math.max(1, values.length / rowLength), values.length / rowLength);
    }

    /** Reads rows, fewer where the stream ends early. Takes memory as bytes arrive. */
    static ByteRows read(InputStream in, int rows, int rowLength) throws IOException {
        int rowsPerBlock = Math.max(1, BLOCK / rowLength);
        List<byte[]> blocks = new ArrayList<>();
        int size = 0;
        while (size < rows) {
            int wanted = Math.min(rowsPerBlock, rows - size);
            byte[] block = in.readNBytes(wanted * rowLength);
            blocks.add(block);
            size += block.length / rowLength;
            if (block.length < wanted * rowLength) {
                break;
            }
        }
        return new ByteRows(blocks, rowLength, rowsPerBlock, size);
    }

    int size() {
        return size;
    }

    /** How many bytes are there, with those of a row that was cut off. */
    long bytes() {
        return blocks.stream().mapToLong(block -> block.length).sum();
    }

    /** 0 to 255. */
    int get(int row, int column) {
        return blocks.get(row / rowsPerBlock)[row % rowsPerBlock * rowLength + column] & 0xFF;
    }

    /** Puts {@code scale[value]} for each value of a row. */
    void copy(int row, float[] scale, float[] target, int offset) {
        byte[] block = blocks.get(row / rowsPerBlock);
        int from = row % rowsPerBlock * rowLength;
        for (int i = 0; i < rowLength; i++) {
            target[offset + i] = scale[block[from + i] & 0xFF];
        }
    }
}
