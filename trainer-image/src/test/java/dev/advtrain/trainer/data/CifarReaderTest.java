package dev.advtrain.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.advtrain.api.v1alpha1.Location;
import dev.advtrain.api.v1alpha1.training.CifarLabel;
import dev.advtrain.api.v1alpha1.training.DataSource;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.resolve.Sha256;
import dev.advtrain.trainer.TestData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CifarReaderTest {
    private static final byte[] TWO = {7, 0, 51, 102, (byte) 153, (byte) 204, (byte) 255, 9, 1, 2, 3, 4, 5, 6};
    private static final byte[] ONE = {3, 0, 0, 0, 0, 0, 0};

    @TempDir
    Path claim;
    private final Format format = new Format(new long[] {3, 1, 2}, 10, 0, 1);

    private Loading loading() {
        return new Loading(claim, format);
    }

    @Test
    void readsFilesOneAfterTheOtherGzippedOrNot() {
        Location two = loading().file("two.bin", TWO);
        Location one = loading().file("one.bin.gz", Loading.gzip(ONE));
        Dataset data = loading().load(source(CifarLabel.SINGLE, null, two, one));
        assertThat(data.shape()).containsExactly(3, 1, 2);
        assertThat(Loading.labels(data)).containsExactly(7, 9, 3);
        assertThat(Loading.values(data, 0)).containsExactly(0, 0.2f, 0.4f, 0.6f, 0.8f, 1);
        assertThat(Loading.values(data, 2)).containsOnly(0);
        assertThat(data.id(2)).isEqualTo(2);
        assertThat(data.digests()).containsEntry("files[0]", Sha256.hex(TWO)).containsEntry("files[1]", Sha256.hex(Loading.gzip(ONE)));
    }

    @Test
    void recordsOfTwoLabelsGiveTheOneAskedFor() {
        byte[] content = {1, 8, 0, 0, 0, 0, 0, 0};
        Location file = loading().file("train.bin", content);
        assertThat(loading().load(source(CifarLabel.FINE, null, file)).label(0)).isEqualTo(8);
        assertThat(loading().load(source(CifarLabel.COARSE, null, file)).label(0)).isEqualTo(1);
    }

    @Test
    void aFileThatIsNoWholeNumberOfRecordsIsNamedWithTheRecord() {
        for (byte[] file : new byte[][] {Arrays.copyOf(TWO, 10), Loading.gzip(Arrays.copyOf(TWO, 10))}) {
            loading().refused(ExitCode.DATA, "pvc://data/cut.bin: ends after 3 of 7 bytes of record 1; expected records of 1 + 6 bytes: "
                    + "Single label, image of [3, 1, 2], the model's inputShape", source(CifarLabel.SINGLE, null, loading().file("cut.bin", file)));
        }
        byte[] zipped = Loading.gzip(new byte[70_000]);
        loading().refused(ExitCode.DATA, "pvc://data/cut.bin: the file ends early or is damaged in record",
                source(CifarLabel.SINGLE, null, loading().file("cut.bin", Arrays.copyOf(zipped, zipped.length - 20))));
        loading().refused(ExitCode.DATA, "data.train: holds no examples",
                source(CifarLabel.SINGLE, null, loading().file("empty.bin", new byte[0])));
    }

    @Test
    void whatLiesBeyondTheLimitIsNotKeptButChecked() {
        Location two = loading().file("two.bin", TWO);
        Location cut = loading().file("cut.bin", Arrays.copyOf(ONE, 5));
        assertThat(loading().load(source(CifarLabel.SINGLE, 1, two)).size()).isEqualTo(1);
        loading().refused(ExitCode.DATA, "pvc://data/cut.bin: ends after 5 of 7 bytes of record 0", source(CifarLabel.SINGLE, 1, two, cut));
    }

    @Test
    void aLabelThatIsNoClassIsNamedWithItsRecord() {
        byte[] wrong = TWO.clone();
        wrong[7] = 10;
        loading().refused(ExitCode.DATA, "pvc://data/wrong.bin: label 10 at record 1; expected 0 to 9, the model's classes",
                source(CifarLabel.SINGLE, null, loading().file("wrong.bin", wrong)));
    }

    @Test
    void whatDoesNotFitOnTheHeapIsReadFromAFile() {
        byte[] content = new byte[70 * 50_000];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i % 7 == 0 ? i / 7 % 10 : i * 31);
        }
        Location file = loading().file("large.bin", content);
        Dataset heap = loading().load(source(CifarLabel.SINGLE, null, file));
        Dataset mapped = new Loading(claim, format, 1 << 20).load(source(CifarLabel.SINGLE, null, file));
        assertThat(mapped.size()).isEqualTo(500_000);
        for (int i = 0; i < mapped.size(); i += 997) {
            assertThat(mapped.label(i)).isEqualTo(i % 10);
            assertThat(Loading.values(mapped, i)).isEqualTo(Loading.values(heap, i));
        }
        assertThat(Loading.values(mapped, 499_999)).isEqualTo(Loading.values(heap, 499_999));
    }

    /** Real colour images where they are at hand, made ones of the same form elsewhere. */
    @Test
    void readsColourImages() throws IOException {
        byte[] made = new byte[50 * 3073];
        for (int i = 0; i < 50; i++) {
            made[i * 3073] = (byte) (i % 10);
        }
        byte[] content = TestData.signDigits(CifarReaderTest.class).isPresent()
                ? Files.readAllBytes(TestData.signDigits(CifarReaderTest.class).get().images()) : Loading.gzip(made);
        Loading loading = new Loading(claim, new Format(new long[] {3, 32, 32}, 10, 0, 1));
        Dataset data = loading.load(source(CifarLabel.SINGLE, null, loading.file("signs.bin.gz", content)));
        assertThat(data.size()).isIn(50, 2062);
        assertThat(Arrays.stream(Loading.labels(data)).distinct().count()).isEqualTo(10);
    }

    private static DataSource source(CifarLabel label, Integer limit, Location... files) {
        return DataSource.of(new DataSource.CifarBinary(List.of(files), label), limit);
    }
}
