package dev.advtrain.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.advtrain.api.v1alpha1.Location;
import dev.advtrain.api.v1alpha1.training.DataSource;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.resolve.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpzReaderTest {
    private static final byte[] BYTES = npy("|u1", "(2, 1, 2, 2)", new byte[] {0, 51, 102, (byte) 153, (byte) 204, (byte) 255, 0, 0});
    private static final byte[] LABELS = npy("<i8", "(2,)", longs(3, 1));

    @TempDir
    Path claim;
    private final Format format = new Format(new long[] {1, 2, 2}, 4, 0, 1);

    private Loading loading() {
        return new Loading(claim, format);
    }

    @Test
    void readsBytesCompressedOrNot() {
        for (boolean packed : new boolean[] {true, false}) {
            byte[] file = npz(packed, Map.of("x", BYTES, "y", LABELS));
            Dataset data = loading().load(source(file, null));
            assertThat(Loading.labels(data)).containsExactly(3, 1);
            assertThat(Loading.values(data, 0)).containsExactly(0, 0.2f, 0.4f, 0.6f);
            assertThat(Loading.values(data, 1)).containsExactly(0.8f, 1, 0, 0);
            // Of the arrays, wherever they lie.
            assertThat(data.digests()).containsEntry("inputs", Sha256.hex(BYTES)).containsEntry("labels", Sha256.hex(LABELS));
            assertThat(loading().load(source(file, 1)).size()).isEqualTo(1);
        }
    }

    @Test
    void floatsAreTakenAsTheyAre() {
        byte[] floats = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putFloat(0).putFloat(0.1f).putFloat(0.5f).putFloat(1).array();
        byte[] doubles = ByteBuffer.allocate(32).order(ByteOrder.BIG_ENDIAN).putDouble(0).putDouble(0.1).putDouble(0.5).putDouble(1).array();
        for (byte[] array : new byte[][] {npy("<f4", "(1, 2, 2)", floats), npy(">f8", "(1, 2, 2)", doubles)}) {
            byte[] file = npz(true, Map.of("x", array, "y", npy("|u1", "(1, 1)", new byte[] {2})));
            Dataset data = loading().load(source(file, null));
            assertThat(Loading.values(data, 0)).containsExactly(0, 0.1f, 0.5f, 1);
            assertThat(data.label(0)).isEqualTo(2);
            assertThat(new Loading(claim, format, 0).load(source(file, null)).label(0)).isEqualTo(2);
            assertThat(Loading.values(new Loading(claim, format, 0).load(source(file, null)), 0)).containsExactly(0, 0.1f, 0.5f, 1);
        }
        for (float bad : new float[] {1.01f, -0.5f, Float.NaN, Float.POSITIVE_INFINITY}) {
            byte[] wrong = ByteBuffer.wrap(Arrays.copyOf(floats, 16)).order(ByteOrder.LITTLE_ENDIAN).putFloat(8, bad).array();
            refused("array 'x', index 0: component 2 is outside the inputRange; expected 0.0 to 1.0",
                    npz(true, Map.of("x", npy("<f4", "(1, 2, 2)", wrong), "y", npy("|u1", "(1,)", new byte[1]))));
        }
    }

    @Test
    void labelsMayBeOfAnyIntegerType() {
        Map<String, byte[]> types = new LinkedHashMap<>();
        types.put("|i1", new byte[] {3, 1});
        types.put("<u2", new byte[] {3, 0, 1, 0});
        types.put(">i4", new byte[] {0, 0, 0, 3, 0, 0, 0, 1});
        types.put("<u8", longs(3, 1));
        types.forEach((type, content) -> assertThat(Loading.labels(loading().load(source(
                npz(true, Map.of("x", BYTES, "y", npy(type, "(2,)", content))), null)))).containsExactly(3, 1));
        refused("label -1 at index 1 of array 'y'; expected 0 to 3, the model's classes",
                npz(true, Map.of("x", BYTES, "y", npy("|i1", "(2,)", new byte[] {3, -1}))));
        refused("array 'y' is of type f4; expected integers", npz(true, Map.of("x", BYTES, "y", npy("<f4", "(2,)", new byte[8]))));
        refused("array 'y' holds 1 labels; expected 2, one for each input of 'x'",
                npz(true, Map.of("x", BYTES, "y", npy("|i1", "(1,)", new byte[] {3}))));
        refused("array 'y' has shape [2, 4]; expected [n]", npz(true, Map.of("x", BYTES, "y", npy("|i1", "(2, 4)", new byte[8]))));
    }

    @Test
    void whatIsNotThereOrNotAnArrayIsNamed() {
        refused("holds no array 'y'; it holds x, z", npz(true, Map.of("x", BYTES, "z", LABELS)));
        refused("holds no arrays; expected a .npz file", "hello".getBytes(StandardCharsets.UTF_8));
        refused("array 'x' is no array of NumPy's format", npz(true, Map.of("x", new byte[20], "y", LABELS)));
        refused("array 'x' is in Fortran order; expected C order (numpy.ascontiguousarray)",
                npz(true, Map.of("x", npy("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 2, 2), }\n", new byte[8]), "y", LABELS)));
        refused("array 'x' is no plain array of numbers", npz(true, Map.of("x", npy("|O", "(2,)", new byte[8]), "y", LABELS)));
        refused("array 'x' is of type i8; expected uint8, float32 or float64", npz(true, Map.of("x", npy("<i8", "(2, 2, 2)", new byte[64]), "y", LABELS)));
        loading().refused(ExitCode.RUN_SPEC, "array 'x' has inputs of [3, 2]; expected the model's inputShape [1, 2, 2]",
                source(npz(true, Map.of("x", npy("|u1", "(2, 3, 2)", new byte[12]), "y", LABELS)), null));
        refused("has shape (9999999999, 2, 2); expected at least one dimension and fewer than 2^31 examples",
                npz(true, Map.of("x", npy("|u1", "(9999999999, 2, 2)", new byte[8]), "y", LABELS)));
    }

    @Test
    void whatIsCutOffOrGoesOnIsNamedWithItsIndex() {
        refused("array 'x' is cut off at index 1 of 2", npz(true, Map.of("x", Arrays.copyOf(BYTES, BYTES.length - 1), "y", LABELS)));
        refused("array 'x' is cut off at index 2 of 2147483647",
                npz(true, Map.of("x", npy("|u1", "(2147483647, 2, 2)", new byte[8]), "y", npy("|u1", "(2147483647,)", new byte[2]))));
        refused("array 'y' is cut off at index 1 of 2", npz(true, Map.of("x", BYTES, "y", Arrays.copyOf(LABELS, LABELS.length - 1))));
        refused("array 'x' goes on after the values that its header says",
                npz(true, Map.of("x", Arrays.copyOf(BYTES, BYTES.length + 1), "y", LABELS)));
        byte[] whole = npz(true, Map.of("x", npy("|u1", "(3000, 2, 2)", new byte[12_000]), "y", npy("|u1", "(3000,)", new byte[3000])));
        refused("the file ends early or is damaged", Arrays.copyOf(whole, 80));
        byte[] changed = npz(false, Map.of("x", BYTES, "y", LABELS));
        changed[new String(changed, StandardCharsets.ISO_8859_1).indexOf("shape") + 100] ^= 1;
        loading().refused(ExitCode.DATA, "", source(changed, null));
    }

    @Test
    void aBombIsRefused() {
        byte[] bomb = npz(true, Map.of("a", new byte[80 << 20], "x", BYTES, "y", LABELS));
        refused("unpacks to more than 100 times its size; expected data, not a decompression bomb", bomb);
    }

    @Test
    void theDigestIsTheFiles() {
        byte[] file = npz(true, Map.of("x", BYTES, "y", LABELS));
        Location at = loading().file("a.npz", file);
        DataSource.Npz right = new DataSource.Npz(at.uri(), Sha256.hex(file), null, "x", "y");
        assertThat(loading().load(DataSource.of(right, null)).size()).isEqualTo(2);
        loading().refused(ExitCode.DATA, "sha256 is " + Sha256.hex(file) + "; expected 00",
                DataSource.of(new DataSource.Npz(at.uri(), "00", null, "x", "y"), null));
    }

    private void refused(String message, byte[] file) {
        loading().refused(ExitCode.DATA, message, source(file, null));
    }

    private DataSource source(byte[] file, Integer limit) {
        return DataSource.of(new DataSource.Npz(loading().file("a.npz", file).uri(), null, null, "x", "y"), limit);
    }

    private static byte[] longs(long... values) {
        ByteBuffer buffer = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.stream(values).forEach(buffer::putLong);
        return buffer.array();
    }

    private static byte[] npy(String type, String shape, byte[] content) {
        return npy("{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }", content);
    }

    /** As numpy.save writes version 1.0: the header is filled up to a multiple of 64. */
    private static byte[] npy(String dictionary, byte[] content) {
        String text = dictionary.strip();
        text += " ".repeat(Math.floorMod(-(10 + text.length() + 1), 64)) + "\n";
        return ByteBuffer.allocate(10 + text.length() + content.length).order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0}).putShort((short) text.length())
                .put(text.getBytes(StandardCharsets.US_ASCII)).put(content).array();
    }

    private static byte[] npz(boolean packed, Map<String, byte[]> arrays) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (String name : arrays.keySet().stream().sorted().toList()) {
                ZipEntry entry = new ZipEntry(name + ".npy");
                if (!packed) {
                    CRC32 sum = new CRC32();
                    sum.update(arrays.get(name));
                    entry.setMethod(ZipEntry.STORED);
                    entry.setSize(arrays.get(name).length);
                    entry.setCrc(sum.getValue());
                }
                zip.putNextEntry(entry);
                zip.write(arrays.get(name));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
