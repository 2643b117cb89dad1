package dev.advtrain.trainer.data;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The header of an array as NumPy writes it (format versions 1 to 3).
 *
 * @param type kind and bytes of a value, such as {@code f4}
 * @param shape at least one dimension
 */
record NpyHeader(String type, ByteOrder order, long[] shape) {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int MAX_LENGTH = 1 << 16;
    private static final Pattern DICTIONARY = Pattern.compile(
            "\\{'descr': '([<>|])([a-zA-Z][0-9]{1,4})', 'fortran_order': (True|False), 'shape': \\(([0-9, ]{0,200})\\),? ?\\} *\\n?");

    /** What is wrong with it, said to the user after the name of file and array. */
    static final class BadHeaderException extends Exception {
        BadHeaderException(String message) {
            super(message);
        }
    }

    static NpyHeader read(InputStream in) throws IOException, BadHeaderException {
        DataInputStream data = new DataInputStream(in);
        byte[] start = data.readNBytes(8);
        if (start.length < 8) {
            throw new EOFException("no header of an array");
        }
        if (!Arrays.equals(start, 0, MAGIC.length, MAGIC, 0, MAGIC.length) || start[6] < 1 || start[6] > 3) {
            throw new BadHeaderException("is no array of NumPy's format version 1 to 3");
        }
        int length = Short.toUnsignedInt(Short.reverseBytes(data.readShort()));
        if (start[6] > 1) {
            length |= Short.toUnsignedInt(Short.reverseBytes(data.readShort())) << 16;
        }
        if (length < 0 || length > MAX_LENGTH) {
            throw new BadHeaderException("has a header of " + Integer.toUnsignedString(length) + " bytes; expected at most " + MAX_LENGTH);
        }
        byte[] text = data.readNBytes(length);
        if (text.length < length) {
            throw new EOFException("header of an array cut off");
        }
        Matcher found = DICTIONARY.matcher(new String(text, StandardCharsets.UTF_8));
        if (!found.matches()) {
            throw new BadHeaderException("is no plain array of numbers; expected a header of descr, fortran_order and shape as NumPy writes it");
        }
        if (found.group(3).equals("True")) {
            throw new BadHeaderException("is in Fortran order; expected C order (numpy.ascontiguousarray)");
        }
        return new NpyHeader(found.group(2), found.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN,
                shape(found.group(4)));
    }

    private static long[] shape(String text) throws BadHeaderException {
        try {
            long[] shape = Arrays.stream(text.split(",")).map(String::strip).filter(size -> !size.isEmpty()).mapToLong(Long::parseLong).toArray();
            if (shape.length == 0 || shape[0] > Integer.MAX_VALUE) {
                throw new BadHeaderException("has shape (" + text + "); expected at least one dimension and fewer than 2^31 examples");
            }
            return shape;
        } catch (NumberFormatException e) {
            throw new BadHeaderException("has shape (" + text + "); expected numbers");
        }
    }
}
