package dev.advtrain.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.advtrain.api.v1alpha1.Location;
import dev.advtrain.api.v1alpha1.training.DataSource;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.resolve.Sha256;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.storage.Locations;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetsTest {
    private static final Format FORMAT = new Format(new long[] {1, 2, 3}, 10, 0, 1);
    private static final byte[] IMAGES = idx(new int[] {2, 2, 3}, 0, 51, 102, 153, 204, 255, 1, 2, 3, 4, 5, 6);
    private static final byte[] LABELS = idx(new int[] {2}, 9, 3);

    @TempDir
    Path claim;

    @Test
    void readsPlainAndGzippedFilesOfEitherRank() throws IOException {
        byte[] fourDimensions = idx(new int[] {2, 1, 2, 3}, 0, 51, 102, 153, 204, 255, 1, 2, 3, 4, 5, 6);
        for (byte[] images : new byte[][] {IMAGES, gzip(IMAGES), fourDimensions}) {
            Dataset data = load(FORMAT, images, gzip(LABELS), null);
            assertThat(data.size()).isEqualTo(2);
            assertThat(data.shape()).containsExactly(1, 2, 3);
            assertThat(data.classes()).isEqualTo(10);
            assertThat(new int[] {data.label(0), data.label(1)}).containsExactly(9, 3);
            float[] values = new float[8];
            data.copy(0, values, 1);
            assertThat(values).containsExactly(0, 0, 0.2f, 0.4f, 0.6f, 0.8f, 1, 0);
            assertThat(data.digests()).containsOnly(Map.entry("images", Sha256.hex(images)),
                    Map.entry("labels", Sha256.hex(gzip(LABELS))));
        }
    }

    @Test
    void bytesFillTheInputRange() throws IOException {
        Dataset data = load(new Format(new long[] {1, 2, 3}, 10, -1, 3), IMAGES, LABELS, null);
        float[] values = new float[6];
        data.copy(0, values, 0);
        assertThat(values[0]).isEqualTo(-1);
        assertThat(values[1]).isCloseTo(-0.2f, within(1e-6f));
        assertThat(values[5]).isEqualTo(3);
    }

    @Test
    void viewsKeepTheIndexInTheData() throws IOException {
        Dataset data = load(FORMAT, IMAGES, LABELS, null).select(1, 0).first(1);
        assertThat(data.size()).isEqualTo(1);
        assertThat(data.id(0)).isEqualTo(1);
        assertThat(data.label(0)).isEqualTo(3);
        assertThat(data.digests()).containsOnlyKeys("images", "labels");
    }

    @Test
    void limitCutsTheData() throws IOException {
        assertThat(load(FORMAT, IMAGES, LABELS, 1).size()).isEqualTo(1);
        assertThat(load(FORMAT, IMAGES, LABELS, 7).size()).isEqualTo(2);
    }

    @Test
    void whatLiesBeyondTheLimitIsNotKeptButDigestedAndCounted() throws IOException {
        assertThat(IdxFile.parse("x", new ByteArrayInputStream(IMAGES), 1, 0, _ -> { }).examples().size()).isEqualTo(1);
        assertThat(load(FORMAT, IMAGES, LABELS, 1).digests()).containsEntry("images", Sha256.hex(IMAGES));
        assertThatThrownBy(() -> load(FORMAT, Arrays.copyOf(IMAGES, IMAGES.length - 2), LABELS, 1))
                .hasMessage("pvc://data/images: the file ends early or is damaged (10 values; its header says 12)");
        assertThatThrownBy(() -> load(FORMAT, Arrays.copyOf(IMAGES, IMAGES.length + 1), LABELS, 1))
                .hasMessage("pvc://data/images: goes on after the 12 values that its header says");
    }

    @Test
    void examplesInManyBlocksAreFound() throws IOException {
        int n = 400_000;
        int[] values = new int[n * 6];
        Arrays.setAll(values, i -> i * 31 % 256);
        Dataset data = load(FORMAT, idx(new int[] {n, 2, 3}, values), idx(new int[] {n}, new int[n]), n - 1);
        assertThat(data.size()).isEqualTo(n - 1);
        for (int i : new int[] {0, 174_761, 174_762, 174_763, n - 2}) {
            float[] found = values(data, i);
            for (int j = 0; j < 6; j++) {
                assertThat(found[j] * 255).isCloseTo(values[6 * i + j], within(1e-3f));
            }
        }
    }

    @Test
    void aTruncatedFileIsNamed() throws IOException {
        byte[] whole = gzip(idx(new int[] {2000, 2, 3}, new int[12_000]));
        byte[] truncated = Arrays.copyOf(whole, whole.length - 12);
        refused(ExitCode.DATA, "pvc://data/images: the file ends early or is damaged (Unexpected end of ZLIB input stream)",
                FORMAT, truncated, LABELS);
        refused(ExitCode.DATA, "pvc://data/images: the file ends early or is damaged (10 values; its header says 12)",
                FORMAT, Arrays.copyOf(IMAGES, IMAGES.length - 2), LABELS);
        byte[] damaged = whole.clone();
        damaged[whole.length - 6] ^= 0x55;
        assertThatThrownBy(() -> load(FORMAT, damaged, LABELS, null)).isInstanceOf(TrainerException.class)
                .hasMessageStartingWith("pvc://data/images: the file ends early or is damaged");
    }

    @Test
    void aFileOfAnotherFormatIsNamed() {
        refused(ExitCode.DATA, "pvc://data/images: is no IDX file of unsigned bytes with 1 to 4 dimensions; "
                + "expected one that starts with 0x00000801 for labels, 0x00000803 for images",
                FORMAT, new byte[] {'P', 'K', 3, 4, 5, 6, 7, 8}, LABELS);
        refused(ExitCode.DATA, "pvc://data/images: has 1 dimensions; expected images: [n, height, width] or "
                + "[n, channels, height, width]", FORMAT, LABELS, LABELS);
        refused(ExitCode.DATA, "pvc://data/labels: has 3 dimensions; expected labels: [n]", FORMAT, IMAGES, IMAGES);
        byte[] longer = Arrays.copyOf(LABELS, LABELS.length + 1);
        refused(ExitCode.DATA, "pvc://data/labels: goes on after the 2 values that its header says",
                FORMAT, IMAGES, longer);
    }

    @Test
    void aHeaderThatLiesTakesNoMemory() {
        refused(ExitCode.DATA,
                "pvc://data/images: the file ends early or is damaged (0 values; its header says 12,884,901,882)",
                FORMAT, idx(new int[] {Integer.MAX_VALUE, 2, 3}), LABELS);
        refused(ExitCode.RUN_SPEC, "pvc://data/images: images are [2147483647, 2147483647, 2]; expected the model's inputShape [1, 2, 3]",
                FORMAT, idx(new int[] {2, Integer.MAX_VALUE, Integer.MAX_VALUE, 2}), LABELS);
        refused(ExitCode.DATA, "pvc://data/labels: has 4 dimensions; expected labels: [n]",
                FORMAT, IMAGES, idx(new int[] {2, Integer.MAX_VALUE, Integer.MAX_VALUE, 2}));
        refused(ExitCode.DATA, "pvc://data/images: dimension 1 is 4294967295; expected 1 to 2147483647",
                FORMAT, idx(new int[] {2, -1, 3}), LABELS);
        refused(ExitCode.DATA,
                "pvc://data/images: the file ends early or is damaged (0 values; its header says 1,800,000,000)",
                FORMAT, idx(new int[] {300_000_000, 2, 3}), LABELS);
    }

    @Test
    void labelsThatDoNotMatchTheImagesAreRefused() {
        refused(ExitCode.DATA,
                "pvc://data/labels: holds 3 labels; expected 2, one for each image of pvc://data/images",
                FORMAT, IMAGES, idx(new int[] {3}, 1, 2, 3));
    }

    @Test
    void labelsBeyondTheClassesAreRefusedWithTheirIndex() {
        refused(ExitCode.DATA, "pvc://data/labels: label 9 at index 0; expected 0 to 8, the model's classes",
                new Format(new long[] {1, 2, 3}, 9, 0, 1), IMAGES, LABELS);
    }

    @Test
    void imagesThatDoNotFitTheModelAreRefused() {
        refused(ExitCode.RUN_SPEC,
                "pvc://data/images: images are [1, 2, 3]; expected the model's inputShape [1, 3, 3]",
                new Format(new long[] {1, 3, 3}, 10, 0, 1), IMAGES, LABELS);
        refused(ExitCode.RUN_SPEC,
                "data.test.builtinDigits: images are [1, 28, 28]; expected the model's inputShape [1, 2, 3]",
                () -> new Datasets(locations(), FORMAT).load("data.test", digits(3, null)));
    }

    @Test
    void anEmptySetIsRefused() {
        refused(ExitCode.DATA, "data.test: holds no examples; expected at least one", FORMAT,
                idx(new int[] {0, 2, 3}), idx(new int[] {0}));
    }

    @Test
    void aDigestThatDoesNotMatchIsReportedRatherThanItsConsequence() throws IOException {
        byte[] truncated = Arrays.copyOf(IMAGES, IMAGES.length - 2);
        Files.write(claim.resolve("images"), truncated);
        Files.write(claim.resolve("labels"), LABELS);
        String expected = Sha256.hex(IMAGES);
        refused(ExitCode.DATA, "pvc://data/images: sha256 is " + Sha256.hex(truncated) + "; expected " + expected,
                () -> new Datasets(locations(), FORMAT).load("data.test", idxSource(expected, null)));
        Files.write(claim.resolve("images"), IMAGES);
        assertThat(new Datasets(locations(), FORMAT).load("data.test", idxSource(expected, null)).size()).isEqualTo(2);
    }

    @Test
    void digitsDependOnSeedAndIndexAlone() {
        Format format = new Format(new long[] {1, 28, 28}, 10, 0, 1);
        Datasets datasets = new Datasets(locations(), format);
        Dataset many = datasets.load("data.train", digits(300, null));
        Dataset few = datasets.load("data.train", digits(400, 20));
        assertThat(few.size()).isEqualTo(20);
        for (int i = 0; i < few.size(); i++) {
            assertThat(few.label(i)).isEqualTo(many.label(i));
            assertThat(values(few, i)).isEqualTo(values(many, i));
        }
        assertThat(few.digests()).isEqualTo(many.digests());

        Dataset other = datasets.load("data.test", DataSource.of(new DataSource.BuiltinDigits(20, 2L), null));
        assertThat(other.digests()).isNotEqualTo(few.digests());
        assertThat(values(other, 0)).isNotEqualTo(values(few, 0));
        int[] count = new int[10];
        for (int i = 0; i < many.size(); i++) {
            count[many.label(i)]++;
        }
        assertThat(Arrays.stream(count).min().orElseThrow()).isGreaterThan(10);
    }

    @Test
    void validationIsHeldBackBySeed() {
        Datasets datasets = new Datasets(locations(), new Format(new long[] {1, 28, 28}, 10, 0, 1));
        Dataset data = datasets.load("data.train", digits(200, null));
        Split split = Split.of(data, 0.05, 7);
        assertThat(split.validation().size()).isEqualTo(10);
        assertThat(split.train().size()).isEqualTo(190);
        long[] ids = new long[200];
        for (int i = 0; i < 200; i++) {
            ids[i] = i < 10 ? split.validation().id(i) : split.train().id(i - 10);
        }
        assertThat(ids).doesNotHaveDuplicates();
        assertThat(ids(Split.of(data, 0.05, 7).validation())).isEqualTo(ids(split.validation()));
        assertThat(ids(Split.of(data, 0.05, 8).validation())).isNotEqualTo(ids(split.validation()));
        assertThat(Split.of(data.first(3), 0.01, 7).validation().size()).isEqualTo(1);
    }

    private static long[] ids(Dataset data) {
        long[] ids = new long[data.size()];
        Arrays.setAll(ids, data::id);
        return ids;
    }

    private static float[] values(Dataset data, int i) {
        float[] values = new float[data.features()];
        data.copy(i, values, 0);
        return values;
    }

    private Locations locations() {
        return new Locations(Map.of("data", claim), Map.of(), false);
    }

    private static DataSource digits(int count, Integer limit) {
        return DataSource.of(new DataSource.BuiltinDigits(count, 1L), limit);
    }

    private static DataSource idxSource(String sha256, Integer limit) {
        return DataSource.of(new DataSource.Idx(new Location("pvc://data/images", sha256),
                new Location("pvc://data/labels", null)), limit);
    }

    private Dataset load(Format format, byte[] images, byte[] labels, Integer limit) throws IOException {
        Files.write(claim.resolve("images"), images);
        Files.write(claim.resolve("labels"), labels);
        return new Datasets(locations(), format).load("data.test", idxSource(null, limit));
    }

    private void refused(ExitCode code, String message, Format format, byte[] images, byte[] labels) {
        refused(code, message, () -> load(format, images, labels, null));
    }

    private static void refused(ExitCode code, String message, ThrowingCallable action) {
        assertThatThrownBy(action).isInstanceOfSatisfying(TrainerException.class, e -> {
            assertThat(e).hasMessage(message);
            assertThat(e.exitCode()).isEqualTo(code);
        });
    }

    private static byte[] idx(int[] dimensions, int... values) {
        ByteBuffer buffer = ByteBuffer.allocate(4 + 4 * dimensions.length + values.length);
        buffer.putInt(0x0800 | dimensions.length);
        Arrays.stream(dimensions).forEach(buffer::putInt);
        Arrays.stream(values).forEach(v -> buffer.put((byte) v));
        return buffer.array();
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(plain);
        }
        return out.toByteArray();
    }
}
