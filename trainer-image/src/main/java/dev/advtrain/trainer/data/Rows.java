package dev.advtrain.trainer.data;

import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rows of bytes, all of one length, with random access. They stay on the heap while they are few; beyond that they lie
 * in a temporary file that is mapped, so that data larger than memory are read as they are used. Safe for reading by
 * many threads.
 */
final class Rows {
    private static final int BLOCK = 1 << 20;

    private final List<MemorySegment> blocks;
    private final int rowLength;
    private final int rowsPerBlock;
    private final int size;
    /** The row behind each index; null where they are as they came. */
    private final int[] order;

    private Rows(List<MemorySegment> blocks, int rowLength, int rowsPerBlock, int size, int... order) {
        this.blocks = List.copyOf(blocks);
        this.order = order.length == 0 ? null : order;
        this.rowLength = rowLength;
        this.rowsPerBlock = rowsPerBlock;
        this.size = size;
    }

    int size() {
        return size;
    }

    /** The same rows in another order: of each index, the index it has here. */
    Rows inOrder(int... indices) {
        return new Rows(blocks, rowLength, rowsPerBlock, size, indices);
    }

    /** Whether they lie in a file. */
    boolean mapped() {
        return blocks.stream().anyMatch(MemorySegment::isMapped);
    }

    /** 0 to 255. */
    int get(int index, int column) {
        int row = row(index);
        return block(row).get(ValueLayout.JAVA_BYTE, at(row) + column) & 0xFF;
    }

    /** Copies a row of bytes. */
    void copy(int index, byte[] target) {
        int row = row(index);
        MemorySegment.copy(block(row), ValueLayout.JAVA_BYTE, at(row), target, 0, rowLength);
    }

    /** Copies a row that holds floats in the machine's byte order. */
    void copy(int index, float[] target, int offset) {
        int row = row(index);
        MemorySegment.copy(block(row), ValueLayout.JAVA_FLOAT_UNALIGNED, at(row), target, offset, rowLength / Float.BYTES);
    }

    private int row(int index) {
        return order == null ? index : order[index];
    }

    private MemorySegment block(int row) {
        return blocks.get(row / rowsPerBlock);
    }

    private long at(int row) {
        return (long) (row % rowsPerBlock) * rowLength;
    }

    /** Takes rows one after the other. Takes memory as they arrive, however many are said to come. */
    static final class Builder implements AutoCloseable {
        private final int rowLength;
        private final int rowsPerBlock;
        private final long heapLimit;
        private final List<byte[]> blocks = new ArrayList<>();
        private byte[] block;
        private int used;
        private int size;
        private FileChannel file;

        /** @param heapLimit bytes beyond which rows go to a file */
        Builder(int rowLength, long heapLimit) {
            this.rowLength = rowLength;
            this.rowsPerBlock = Math.max(1, BLOCK / rowLength);
            this.heapLimit = heapLimit;
        }

        int size() {
            return size;
        }

        void add(byte[] row) {
            room();
            System.arraycopy(row, 0, block, used, rowLength);
            used += rowLength;
            size++;
        }

        void add(float[] row) {
            room();
            MemorySegment.copy(row, 0, MemorySegment.ofArray(block), ValueLayout.JAVA_FLOAT_UNALIGNED, used, row.length);
            used += rowLength;
            size++;
        }

        /**
         * Reads rows, fewer where the stream ends early.
         *
         * @return the bytes that were there, with those of a row that was cut off
         */
        long read(InputStream in, int rows) throws IOException {
            long bytes = 0;
            for (int left = rows; left > 0;) {
                room();
                int wanted = Math.min(left, rowsPerBlock - used / rowLength);
                int found = in.readNBytes(block, used, wanted * rowLength);
                bytes += found;
                used += found / rowLength * rowLength;
                size += found / rowLength;
                left -= wanted;
                if (found < wanted * rowLength) {
                    break;
                }
            }
            return bytes;
        }

        Rows build() {
            endBlock();
            if (file == null) {
                return new Rows(blocks.stream().map(MemorySegment::ofArray).toList(), rowLength, rowsPerBlock, size);
            }
            try {
                // Freed with the rows; the file has no name any more and goes with its last mapping.
                MemorySegment mapped = file.map(FileChannel.MapMode.READ_ONLY, 0, (long) size * rowLength, Arena.ofAuto());
                return new Rows(List.of(mapped), rowLength, Integer.MAX_VALUE, size);
            } catch (IOException e) {
                throw failed(e);
            }
        }

        @Override
        public void close() {
            if (file != null) {
                try {
                    file.close();
                } catch (IOException e) {
                    throw failed(e);
                }
            }
        }

        private void room() {
            if (block != null && used == block.length) {
                endBlock();
            }
            if (block == null) {
                block = new byte[rowsPerBlock * rowLength];
            }
        }

        private void endBlock() {
            if (block == null) {
                return;
            }
            byte[] full = used == block.length ? block : Arrays.copyOf(block, used);
            block = null;
            used = 0;
            try {
                if (file == null && (long) size * rowLength <= heapLimit) {
                    blocks.add(full);
                    return;
                }
                if (file == null) {
                    Path path = Files.createTempFile("advtrain-data-", null);
                    file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
                    for (byte[] earlier : blocks) {
                        write(earlier);
                    }
                    blocks.clear();
                }
                write(full);
            } catch (IOException e) {
                throw failed(e);
            }
        }

        private void write(byte[] bytes) throws IOException {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                file.write(buffer);
            }
        }

        private static TrainerException failed(IOException e) {
            String reason = e instanceof FileSystemException fs && fs.getReason() != null ? fs.getReason() : e.getMessage();
            return new TrainerException(ExitCode.STORAGE, System.getProperty("java.io.tmpdir")
                    + ": data that do not fit into memory cannot be kept there: " + reason, e);
        }
    }
}
