package dev.advtrain.trainer.report;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Writes a PNG (ISO/IEC 15948) of 8 bits a channel. The runtime has no AWT libraries, and so little is needed. */
final class Png {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    private static final int HEADER_LENGTH = 13;
    private static final byte BIT_DEPTH = 8;
    private static final byte GREY = 0;
    private static final byte RGB = 2;

    private Png() {}

    /**
     * As a URI to put into an image.
     *
     * @param pixels [height][width][channels]
     * @param channels 1 (grey) or 3 (RGB)
     */
    static String dataUri(int width, int height, int channels, byte[] pixels) {
        return "data:image/png;base64," + Base64.getEncoder().encodeToString(encode(width, height, channels, pixels));
    }

    private static byte[] encode(int width, int height, int channels, byte[] pixels) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(SIGNATURE);
        ByteBuffer header = ByteBuffer.allocate(HEADER_LENGTH).putInt(width).putInt(height).put(BIT_DEPTH).put(channels == 1 ? GREY : RGB);
        chunk(out, "IHDR", header.array(), HEADER_LENGTH);
        int row = width * channels;
        byte[] filtered = new byte[height * (row + 1)];
        for (int y = 0; y < height; y++) {
            // Each row begins with its filter: 0, none.
            System.arraycopy(pixels, y * row, filtered, y * (row + 1) + 1, row);
        }
        byte[] compressed = deflate(filtered);
        chunk(out, "IDAT", compressed, compressed.length);
        chunk(out, "IEND", new byte[0], 0);
        return out.toByteArray();
    }

    private static byte[] deflate(byte[] data) {
        try (Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION)) {
            deflater.setInput(data);
            deflater.finish();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] buffer = new byte[8192];
            while (!deflater.finished()) {
                out.write(buffer, 0, deflater.deflate(buffer));
            }
            return out.toByteArray();
        }
    }

    private static void chunk(ByteArrayOutputStream out, String type, byte[] data, int length) {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 crc = new CRC32();
        crc.update(name);
        crc.update(data, 0, length);
        out.writeBytes(ByteBuffer.allocate(4).putInt(length).array());
        out.writeBytes(name);
        out.write(data, 0, length);
        out.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }
}
