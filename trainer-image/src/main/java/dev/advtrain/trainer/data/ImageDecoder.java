package dev.advtrain.trainer.data;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes PNG and JPEG files to bytes {@code [channels, height, width]}. Samples are taken as they are stored: no colour
 * profile and no orientation is applied, transparency is left out, and colour becomes grey by ITU-R 601-2 luma.
 */
final class ImageDecoder {
    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G'};
    private static final byte[] JPEG = {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF};

    private static final int PNG_CHUNK = 3 * Integer.BYTES;
    private static final int PNG_END = 'I' << 24 | 'E' << 16 | 'N' << 8 | 'D';

    static {
        // There is no display in a pod, and none is needed on a laptop.
        System.setProperty("java.awt.headless", "true");
    }

    private final int channels;
    private final int height;
    private final int width;

    /** @param shape one or three channels, height and width */
    ImageDecoder(long... shape) {
        this.channels = (int) shape[0];
        this.height = (int) shape[1];
        this.width = (int) shape[2];
    }

    /** What is wrong with a file, said to the user after its name. */
    static final class BadImageException extends Exception {
        BadImageException(String message, Throwable cause) {
            super(message, cause);
        }

        BadImageException(String message) {
            super(message);
        }
    }

    /** No image of this size is larger, whatever it shows. */
    int maxFileSize() {
        return (1 << 20) + 8 * height * width;
    }

    byte[] decode(byte[] file) throws BadImageException {
        String format = starts(file, PNG) ? "png" : starts(file, JPEG) ? "jpeg" : null;
        if (format == null) {
            throw new BadImageException("is no PNG and no JPEG file");
        }
        if (format.equals("png")) {
            requireWholePng(file);
        }
        ImageReader reader = ImageIO.getImageReadersByFormatName(format).next();
        boolean[] cutOff = new boolean[1];
        try (MemoryCacheImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
            // Without metadata: text chunks are packed, and nobody looks at them.
            reader.setInput(in, true, true);
            reader.addIIOReadWarningListener((_, warning) -> cutOff[0] |= warning.toLowerCase(Locale.ROOT).contains("premature"));
            // The header's, before there is memory for what it says.
            if (reader.getHeight(0) != height || reader.getWidth(0) != width) {
                throw new BadImageException("is " + reader.getHeight(0) + " x " + reader.getWidth(0) + " (height x width); expected "
                        + height + " x " + width + " of the model's inputShape");
            }
            byte[] values = planes(reader.read(0));
            if (cutOff[0]) {
                throw new BadImageException("ends early");
            }
            return values;
        } catch (IOException | RuntimeException e) {
            // The readers of the JDK meet malformed files with exceptions of many kinds.
            throw new BadImageException("is damaged or of a kind that is not read (" + e.getMessage() + ")", e);
        } finally {
            reader.dispose();
        }
    }

    /** Of its chunks (length, name, content, CRC), the last called IEND: the JDK's reader checks no CRC and stops at the last pixel. */
    private static void requireWholePng(byte... file) throws BadImageException {
        ByteBuffer data = ByteBuffer.wrap(file).position(2 * PNG.length);
        while (data.remaining() >= PNG_CHUNK) {
            int length = data.getInt();
            if (length < 0 || length > data.remaining() - 2 * Integer.BYTES) {
                break;
            }
            CRC32 sum = new CRC32();
            sum.update(file, data.position(), Integer.BYTES + length);
            boolean last = data.getInt() == PNG_END;
            data.position(data.position() + length);
            if (data.getInt() != (int) sum.getValue()) {
                throw new BadImageException("is damaged: the CRC of a chunk is wrong");
            }
            if (last) {
                return;
            }
        }
        throw new BadImageException("ends early");
    }

    private static boolean starts(byte[] file, byte... magic) {
        return file.length >= 2 * magic.length && Arrays.equals(file, 0, magic.length, magic, 0, magic.length);
    }

    private byte[] planes(BufferedImage image) throws BadImageException {
        int plane = height * width;
        int[] pixels = new int[plane * 3];
        if (image.getColorModel() instanceof IndexColorModel palette) {
            int[] index = image.getRaster().getSamples(0, 0, width, height, 0, new int[plane]);
            for (int i = 0; i < plane; i++) {
                int rgb = palette.getRGB(index[i]);
                pixels[3 * i] = rgb >> 16 & 0xFF;
                pixels[3 * i + 1] = rgb >> 8 & 0xFF;
                pixels[3 * i + 2] = rgb & 0xFF;
            }
        } else {
            samples(image.getRaster(), pixels);
        }
        byte[] values = new byte[channels * plane];
        for (int i = 0; i < plane; i++) {
            int red = pixels[3 * i];
            int green = pixels[3 * i + 1];
            int blue = pixels[3 * i + 2];
            if (channels == 1) {
                // Weights that add up to 2^16: grey stays what it is.
                values[i] = (byte) (red * 19595 + green * 38470 + blue * 7471 + 0x8000 >> 16);
            } else {
                values[i] = (byte) red;
                values[plane + i] = (byte) green;
                values[2 * plane + i] = (byte) blue;
            }
        }
        return values;
    }

    /** Red, green and blue of each pixel, without transparency. */
    private void samples(Raster raster, int... pixels) throws BadImageException {
        int bands = raster.getNumBands();
        for (int size : raster.getSampleModel().getSampleSize()) {
            if (size != Byte.SIZE) {
                throw new BadImageException("has " + size + " bits a sample; expected 8");
            }
        }
        int plane = height * width;
        for (int colour = 0; colour < 3; colour++) {
            int[] samples = raster.getSamples(0, 0, width, height, bands < 3 ? 0 : colour, new int[plane]);
            for (int i = 0; i < plane; i++) {
                pixels[3 * i + colour] = samples[i];
            }
        }
    }
}
