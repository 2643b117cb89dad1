package dev.advtrain.trainer.data;

import dev.advtrain.api.v1alpha1.training.DataSource;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.resolve.Sha256;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.storage.Location;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Reads two arrays of a NumPy {@code .npz} file, compressed or not: inputs, n x the model's input, as bytes or as floats
 * that are taken as they are, and n labels of any integer type.
 */
final class NpzReader implements AutoCloseable {
    private static final String SUFFIX = ".npy";
    private static final Set<String> INPUT_TYPES = Set.of("u1", "f4", "f8");
    private static final Set<String> FEATURE_TYPES = Set.of("f4", "f8");
    private static final Set<String> LABEL_TYPES = Set.of("u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8");
    private static final int MAX_NAMES_SHOWN = 10;

    private final String uri;
    private final DataSource.Npz names;
    private final Format format;
    private final int limit;
    private final long heapLimit;
    private final TreeMap<String, String> digests = new TreeMap<>();
    private final Set<String> found = new TreeSet<>();
    private Rows.Builder values;
    private boolean bytes;
    private long inputs = -1;
    private int[] labels;
    private long labelCount;

    private NpzReader(String uri, DataSource.Npz names, Format format, int limit, long heapLimit) {
        this.uri = uri;
        this.names = names;
        this.format = format;
        this.limit = limit;
        this.heapLimit = heapLimit;
    }

    /** @param limit examples that are kept */
    static Dataset read(Location file, DataSource.Npz names, Format format, int limit, long heapLimit) {
        try (NpzReader reader = new NpzReader(file.uri(), names, format, limit, heapLimit)) {
            return DigestedFile.read(file, names.sha256(), in -> {
                reader.arrays(in);
                return reader.dataset();
            }).content();
        }
    }

    private void arrays(InputStream in) throws IOException {
        Streams.Counted packed = new Streams.Counted(in);
        ZipInputStream zip = new ZipInputStream(packed);
        InputStream content = new Streams.Unpacked(uri, zip, packed, new long[1]);
        try {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                String name = entry.getName().endsWith(SUFFIX) ? entry.getName().substring(0, entry.getName().length() - SUFFIX.length()) : "";
                if (!name.isEmpty() && !found.add(name)) {
                    throw bad("array '" + EntryNames.shown(name) + "' is there twice");
                }
                // The array, not the file: train and test may lie in one.
                DigestInputStream array = new DigestInputStream(content, Sha256.newDigest());
                if (name.equals(names.inputs())) {
                    inputs(array);
                    digests.put("inputs", end(array, name));
                } else if (name.equals(names.labels())) {
                    labels(array);
                    digests.put("labels", end(array, name));
                } else {
                    content.transferTo(OutputStream.nullOutputStream());
                }
            }
        } catch (IllegalArgumentException e) {
            throw new TrainerException(ExitCode.DATA, uri + ": is no .npz archive: the name of an entry is no text", e);
        }
        if (packed.count() == 0 || found.isEmpty()) {
            throw bad("holds no arrays; expected a .npz file as numpy.savez writes it");
        }
    }

    /** Nothing may follow; reading to the end checks the CRC too. */
    private String end(DigestInputStream array, String name) throws IOException {
        if (array.read() >= 0) {
            throw bad("array '" + name + "' goes on after the values that its header says");
        }
        MessageDigest digest = array.getMessageDigest();
        return HexFormat.of().formatHex(digest.digest());
    }

    private void inputs(InputStream in) throws IOException {
        // A byte of an image stands for a share of the range; of a feature nobody knows what it stands for.
        NpyHeader header = format.units().perFeature() ? header(in, names.inputs(), FEATURE_TYPES, "float32 or float64, with a range per feature")
                : header(in, names.inputs(), INPUT_TYPES, "uint8, float32 or float64");
        long[] shape = Arrays.copyOfRange(header.shape(), 1, header.shape().length);
        long[] model = format.shape();
        boolean grey = model.length == 3 && model[0] == 1 && Arrays.equals(shape, Arrays.copyOfRange(model, 1, 3));
        if (!grey && !Arrays.equals(shape, model)) {
            throw new TrainerException(ExitCode.RUN_SPEC, uri + ": array '" + names.inputs() + "' has inputs of " + Arrays.toString(shape)
                    + "; expected the model's inputShape " + Arrays.toString(model));
        }
        inputs = header.shape()[0];
        bytes = header.type().equals("u1");
        int features = format.features();
        int size = header.type().charAt(1) - '0';
        values = new Rows.Builder(features * (bytes ? 1 : Float.BYTES), heapLimit);
        byte[] row = new byte[features * size];
        ByteBuffer buffer = ByteBuffer.wrap(row).order(header.order());
        float[] floats = new float[features];
        for (long i = 0; i < inputs; i++) {
            if (in.readNBytes(row, 0, row.length) < row.length) {
                throw new EOFException("array '" + names.inputs() + "' is cut off at index " + i + " of " + inputs);
            }
            if (i >= limit) {
                continue;
            }
            if (bytes) {
                values.add(row);
                continue;
            }
            for (int j = 0; j < features; j++) {
                double value = size == Float.BYTES ? buffer.getFloat(j * size) : buffer.getDouble(j * size);
                if (!format.holds(j, value)) {
                    throw bad("array '" + names.inputs() + "', index " + i + ": component " + j + " is outside the inputRange; expected "
                            + format.expected(j));
                }
                floats[j] = format.loaded(j, value);
            }
            values.add(floats);
        }
    }

    private void labels(InputStream in) throws IOException {
        NpyHeader header = header(in, names.labels(), LABEL_TYPES, "integers");
        long[] shape = header.shape();
        if (shape.length > 2 || shape.length == 2 && shape[1] != 1) {
            throw bad("array '" + names.labels() + "' has shape " + Arrays.toString(shape) + "; expected [n], a label for each input");
        }
        labelCount = shape[0];
        labels = new int[(int) Math.min(Math.min(limit, labelCount), 1024)];
        int size = header.type().charAt(1) - '0';
        byte[] bytes = new byte[size];
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(header.order());
        for (long i = 0; i < labelCount; i++) {
            if (in.readNBytes(bytes, 0, size) < size) {
                throw new EOFException("array '" + names.labels() + "' is cut off at index " + i + " of " + labelCount);
            }
            if (i >= limit) {
                continue;
            }
            // Taken as they come: a header that lies takes no memory.
            if (i == labels.length) {
                labels = Arrays.copyOf(labels, (int) Math.min(Math.min(limit, labelCount), 2L * labels.length));
            }
            boolean unsigned = header.type().startsWith("u");
            long label = switch (size) {
                case 1 -> unsigned ? bytes[0] & 0xFF : bytes[0];
                case 2 -> unsigned ? buffer.getShort(0) & 0xFFFF : buffer.getShort(0);
                case 4 -> unsigned ? buffer.getInt(0) & 0xFFFFFFFFL : buffer.getInt(0);
                default -> buffer.getLong(0);
            };
            labels[(int) i] = format.requireLabel(uri, "index " + i + " of array '" + names.labels() + "'", label);
        }
    }

    private NpyHeader header(InputStream in, String name, Set<String> types, String expected) throws IOException {
        try {
            NpyHeader header = NpyHeader.read(in);
            if (!types.contains(header.type())) {
                throw bad("array '" + name + "' is of type " + header.type() + "; expected " + expected);
            }
            return header;
        } catch (NpyHeader.BadHeaderException e) {
            throw new TrainerException(ExitCode.DATA, uri + ": array '" + name + "' " + e.getMessage(), e);
        }
    }

    private Dataset dataset() {
        for (String name : new String[] {names.inputs(), names.labels()}) {
            if (!found.contains(name)) {
                throw bad("holds no array '" + name + "'; it holds " + String.join(", ",
                        found.stream().limit(MAX_NAMES_SHOWN).map(EntryNames::shown).toList()));
            }
        }
        if (inputs != labelCount) {
            throw bad("array '" + names.labels() + "' holds " + labelCount + " labels; expected " + inputs + ", one for each input of '"
                    + names.inputs() + "'");
        }
        return bytes ? PackedDataset.ofBytes(values.build(), labels, format, digests)
                : PackedDataset.ofFloats(values.build(), labels, format, digests);
    }

    @Override
    public void close() {
        if (values != null) {
            values.close();
        }
    }

    private TrainerException bad(String problem) {
        return new TrainerException(ExitCode.DATA, uri + ": " + problem);
    }
}
