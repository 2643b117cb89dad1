package dev.advtrain.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.advtrain.api.v1alpha1.Location;
import dev.advtrain.api.v1alpha1.training.DataSource;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.resolve.AttackUnits;
import dev.advtrain.resolve.Sha256;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvReaderTest {
    private static final AttackUnits UNITS = new AttackUnits(0, 1,
            List.of(new AttackUnits.Feature(18, 98), new AttackUnits.Feature(-1000, 199_000)));
    private static final String TABLE = "age,label,income\n18,1,-1000\n98,0,199000\n58,2,49000\n";

    @TempDir
    Path claim;
    private final Format shares = new Format(new long[] {2}, 3, UNITS);
    private final Format plain = new Format(new long[] {2}, 3, -2000, 200_000);

    @ParameterizedTest
    @ValueSource(strings = {TABLE, "age,label,income\r\n18,1,-1000\r\n98,0,199000\r\n58,2,49000",
        "\uFEFFage,label,income\n\n18,1,-1000\n98,0,199000\n\n58,2,49000\n\n",
        "\"age\",\"label\",\"income\"\n\"18\",\"1\",\"-1000\"\n98,0,199000\n58,2,4.9e4\n",
        "\uFEFF\"age\", label , \"income\"\n 18,01 ,-1000.0\n98,0, +199000 \n58,2.0,49000\n"})
    void everyColumnButTheLabelsIsAFeatureInTheOrderOfTheFile(String table) {
        Dataset data = loading(plain).load(source(table, "label", null));
        assertThat(Loading.labels(data)).containsExactly(1, 0, 2);
        assertThat(Loading.values(data, 0)).containsExactly(18, -1000);
        assertThat(Loading.values(data, 1)).containsExactly(98, 199_000);
        Dataset scaled = loading(shares).load(source(table, "label", null));
        assertThat(Loading.values(scaled, 0)).containsExactly(0, 0);
        assertThat(Loading.values(scaled, 1)).containsExactly(1, 1);
        assertThat(Loading.values(scaled, 2)).containsExactly(0.5f, 0.25f);
    }

    @Test
    void featuresFillTheModelsShapeAndMayLieInAFile() {
        Format image = new Format(new long[] {1, 1, 2}, 3, -2000, 200_000);
        Dataset data = new Loading(claim, image, 0).load(source(TABLE, "label", 2));
        assertThat(data.size()).isEqualTo(2);
        assertThat(data.shape()).containsExactly(1, 1, 2);
        assertThat(Loading.values(data, 1)).containsExactly(98, 199_000);
    }

    @Test
    void gzipIsToldByTheBytes() {
        byte[] file = Loading.gzip(TABLE.getBytes(StandardCharsets.UTF_8));
        Location at = loading(plain).file("a.csv", file);
        Dataset data = loading(plain).load(DataSource.of(new DataSource.Csv(at.uri(), Sha256.hex(file), null, "label"), null));
        assertThat(Loading.labels(data)).containsExactly(1, 0, 2);
        assertThat(data.digests()).containsEntry("csv", Sha256.hex(file));
        loading(plain).refused(ExitCode.DATA, "sha256 is " + Sha256.hex(file) + "; expected 00",
                DataSource.of(new DataSource.Csv(at.uri(), "00", null, "label"), null));
        Location cut = loading(plain).file("b.csv", Arrays.copyOf(file, file.length - 12));
        loading(plain).refused(ExitCode.DATA, "the file ends early or is damaged", DataSource.of(new DataSource.Csv(cut.uri(), null, null, "label"), null));
    }

    /** So that a test table whose columns lie otherwise is found out. */
    @Test
    void digestsTellTheOrderOfColumnsAndTheNamesOfClasses() {
        Map<String, String> first = digests("age,label,income\n1,no,2\n3,perhaps,4\n5,yes,6\n");
        Map<String, String> moved = digests("label,age,income\nno,1,2\nyes,3,4\nperhaps,5,6\n");
        Map<String, String> swapped = digests("income,label,age\n2,no,1\n4,perhaps,3\n6,yes,5\n");
        Map<String, String> otherNames = digests("age,label,income\n1,no,2\n3,never,4\n5,yes,6\n");
        Map<String, String> numbers = digests("age,label,income\n1,0,2\n3,1,4\n5,2,6\n");
        assertThat(moved).containsEntry("columns", first.get("columns")).containsEntry("classes", first.get("classes"));
        assertThat(swapped.get("columns")).isNotEqualTo(first.get("columns"));
        assertThat(otherNames.get("classes")).isNotEqualTo(first.get("classes"));
        assertThat(numbers.get("classes")).isNotEqualTo(first.get("classes"))
                .isEqualTo(digests("age,label,income\n1,1.0,2\n").get("classes"));
    }

    private Map<String, String> digests(String table) {
        return loading(plain).load(source(table, "label", null)).digests();
    }

    @Test
    void namesOfClassesAreCountedInTheirOrder() {
        String names = "label,a,b\nyes,1,2\n\"no, not\",3,4\nyes,5,6\n";
        Format two = new Format(new long[] {2}, 2, 0, 10);
        assertThat(Loading.labels(loading(two).load(source(names, "label", null)))).containsExactly(1, 0, 1);
        // The names of all records count, not of those that are kept alone.
        assertThat(Loading.labels(loading(two).load(source(names, "label", 1)))).containsExactly(1);
        assertThat(Loading.labels(loading(two).load(source("a,label,b\n1,-1,1\n1,1,1\n", "label", null)))).containsExactly(0, 1);
        // One class alone, by its number.
        assertThat(Loading.labels(loading(two).load(source("a,label,b\n1,1,1\n1,1.0,1\n", "label", null)))).containsExactly(1, 1);
        refused(two, "holds 1 names of classes; expected the numbers 0 to 1, the model's classes, or 2 names", "label,a,b\nyes,1,2\n", "label");
        refused(two, "index 2 (line 4), column 1: is one more label than the model has classes; expected the numbers 0 to 1",
                "label,a,b\nyes,1,2\nno,1,2\nmaybe,1,2\n", "label");
        refused(two, "index 1 (line 3), column 1: is no class of the model; expected the numbers 0 to 1", "label,a,b\n1,1,2\n2,1,2\n", "label");
        refused(two, "index 0 (line 2), column 1: is empty; expected a label", "label,a,b\n,1,2\n", "label");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', ignoreLeadingAndTrailingWhitespace = false, value = {
        "one", "1d", "0x1p3", "NaN", "Infinity", "1e", "''", "\"1,5\"", "1_000", "-", "--1", "1.2.3"})
    void whatIsNoDecimalIsNamedAndNotQuoted(String value) {
        refused(plain, "a.csv: index 1 (line 3), column 3: is not a decimal number", "a,label,b\n1,0,1\n1,0," + value + "\n", "label");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "99,0,0 | column 1: is outside the inputRange; expected 18.0 to 98.0",
        "18,0,-1000.1 | column 3: is outside the inputRange; expected -1000.0 to 199000.0",
        "18,0,1e999 | column 3: is outside the inputRange",
        "18,0 | has 2 columns; expected 3, as the first line has",
        "18,0,1,2 | has 4 columns; expected 3, as the first line has"})
    void aBrokenRecordIsNamed(String record, String message) {
        String between = record.split(",").length == 3 ? ", " : ": ";
        refused(shares, "a.csv: index 1 (line 4)" + between + message, "age,label,income\n18,0,1\n\n" + record + "\n", "label");
        // Also where a limit would leave it out.
        loading(shares).refused(ExitCode.DATA, message, source("age,label,income\n18,0,1\n" + record + "\n", "label", 1));
    }

    @Test
    void theFirstLineIsHeldAgainstLabelsAndModel() {
        refused(plain, "is empty; expected a first line that names the columns", "", "label");
        Assertions.assertThatThrownBy(() -> loading(plain).load(source("17,1,4\n", "label", null)))
                .hasMessageEndingWith("a.csv: has no column 'label'; expected a first line that names the columns, separated by commas, one of them the labelColumn");
        refused(plain, "has two columns 'y'; expected one, of labels", "y,a,y\n", "y");
        refused(plain, "holds no examples", "a,y,b\n", "y");
        loading(plain).refused(ExitCode.RUN_SPEC, "has 3 columns beside 'y'; expected 2, the values of the model's inputShape [2]", source("a,y,b,c\n", "y", null));
    }

    @Test
    void hostileFilesTakeNoMemory() {
        String head = "a,label,b\n1,0,1\n";
        String follows = "after index 0 follows no record of comma-separated values (RFC 4180) of at most 65536 columns, 1024 characters a value";
        refused(plain, follows, head + "1".repeat(2000) + ",0,1\n", "label");
        refused(plain, follows, head + "1".repeat(200_000) + ",0,1\n", "label");
        refused(plain, follows, head + "1,0,\"" + "1,0,1\n".repeat(50_000), "label");
        refused(plain, follows, head + ",".repeat(70_000), "label");
        refused(plain, follows, head + "1,0,\"1\"1\n", "label");
        refused(plain, "follows what is not UTF-8 text",
                "a,label,b\n1,0,\u00e4\n".getBytes(StandardCharsets.ISO_8859_1));
        refused(plain, "unpacks to more than 100 times its size; expected data, not a decompression bomb",
                Loading.gzip((head + "1,0,1\n".repeat(12 << 20)).getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void rangesAreOfTheValuesOfAnInput() {
        Assertions.assertThatThrownBy(() -> new Format(new long[] {3}, 2, UNITS))
                .hasMessage("inputRange.perFeature has 2 ranges; expected 3, one for each value of an input of shape [3]");
        loading(shares).refused(ExitCode.RUN_SPEC, "data.train: holds images; expected csv or npz, as inputRange.perFeature is of features",
                DataSource.of(new DataSource.BuiltinDigits(1, 1L), null));
    }

    private Loading loading(Format format) {
        return new Loading(claim, format);
    }

    private void refused(Format format, String message, String table, String labelColumn) {
        loading(format).refused(ExitCode.DATA, message, source(table, labelColumn, null));
    }

    private void refused(Format format, String message, byte[] file) {
        loading(format).refused(ExitCode.DATA, message,
                DataSource.of(new DataSource.Csv(loading(format).file("a.csv", file).uri(), null, null, "label"), null));
    }

    private DataSource source(String table, String labelColumn, Integer limit) {
        Location at = loading(plain).file("a.csv", table.getBytes(StandardCharsets.UTF_8));
        return DataSource.of(new DataSource.Csv(at.uri(), null, null, labelColumn), limit);
    }
}
