package dev.advtrain.trainer.tensor;

import dev.advtrain.trainer.tensor.SafeTensors.ElementType;
import dev.advtrain.trainer.tensor.SafeTensors.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** Arrays of a NumPy {@code .npz} file, as far as the reference files need it. */
public final class Npz {
    private static final Pattern HEADER = Pattern.compile("'descr': '(.*?)', 'fortran_order': False, 'shape': \\((.*?)\\)");
    private static final Map<String, ElementType> TYPES = Map.of("<f4", ElementType.F32, "<i8", ElementType.I64, "|b1", ElementType.BOOL);

    private final Map<String, Tensor> arrays;

    private Npz(Map<String, Tensor> arrays) {
        this.arrays = arrays;
    }

    public static Npz read(InputStream in) throws IOException {
        Map<String, Tensor> arrays = new HashMap<>();
        try (ZipInputStream zip = new ZipInputStream(in)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                arrays.put(entry.getName().replaceFirst("\\.npy$", ""), array(zip.readAllBytes()));
            }
        }
        return new Npz(arrays);
    }

    private static Tensor array(byte[] npy) {
        ByteBuffer data = ByteBuffer.wrap(npy).order(ByteOrder.LITTLE_ENDIAN);
        int length = data.getShort(8);
        Matcher header = HEADER.matcher(new String(npy, 10, length, StandardCharsets.US_ASCII));
        if (!header.find()) {
            throw new IllegalArgumentException("unexpected .npy header");
        }
        long[] shape = Arrays.stream(header.group(2).split(",")).map(String::strip).filter(size -> !size.isEmpty()).mapToLong(Long::parseLong).toArray();
        return new Tensor(TYPES.get(header.group(1)), shape, data.position(10 + length));
    }

    public Tensor tensor(String name) {
        if (!arrays.containsKey(name)) {
            throw new IllegalArgumentException("no array " + name + " among " + arrays.keySet());
        }
        return arrays.get(name);
    }

    public float[] floats(String name) {
        ByteBuffer data = tensor(name).data();
        float[] values = new float[data.remaining() / Float.BYTES];
        data.asFloatBuffer().get(values);
        return values;
    }

    public long[] longs(String name) {
        ByteBuffer data = tensor(name).data();
        long[] values = new long[data.remaining() / Long.BYTES];
        data.asLongBuffer().get(values);
        return values;
    }
}
