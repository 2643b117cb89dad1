package dev.advtrain.trainer.data;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.CsvRecordHandler;
import dev.advtrain.api.v1alpha1.training.DataSource;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.storage.Location;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads a table of numbers (RFC 4180, UTF-8, gzipped or not) whose first line names the columns: one of labels, all others
 * features in the order of the file. Spaces around a value are no part of it. Errors name columns by their number, from 1: where
 * the first line is missing, what stands in its place is data.
 */
final class CsvReader {
    private static final int MAX_COLUMNS = 1 << 16;
    private static final int MAX_FIELD = 1 << 10;
    private static final int MAX_RECORD = 1 << 22;
    private static final int BUFFER = 1 << 16;
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final String uri;
    private final String labelColumn;
    private Iterator<CsvRecord> records;
    /** Where the column of labels is. */
    private int labelIndex;
    private int columns;
    private List<String> featureNames;
    private List<String> classNames;
    /** Records so far, the first line among them. */
    private long read;

    private CsvReader(String uri, String labelColumn) {
        this.uri = uri;
        this.labelColumn = labelColumn;
    }

    /** @param limit examples that are kept; all are looked at: a file that is broken is wrong wherever it is */
    static Dataset read(Location file, DataSource.Csv csv, Format format, int limit, long heapLimit) {
        CsvReader reader = new CsvReader(file.uri(), csv.labelColumn());
        try (Rows.Builder rows = new Rows.Builder(format.features() * Float.BYTES, heapLimit)) {
            DigestedFile<int[]> labels = DigestedFile.read(file, csv.sha256(), in -> reader.examples(in, format, limit, rows));
            return PackedDataset.ofFloats(rows.build(), labels.content(), format, new TreeMap<>(Map.of("csv", labels.sha256(),
                    Dataset.COLUMNS, Names.digest(reader.featureNames), Dataset.CLASSES, Names.digest(reader.classNames))));
        }
    }

    /** The number of columns beside that of the labels. */
    static int features(Location file, String labelColumn) {
        CsvReader reader = new CsvReader(file.uri(), labelColumn);
        return DigestedFile.read(file, null, in -> {
            reader.open(in);
            return reader.columns - 1;
        }).content();
    }

    private int[] examples(InputStream in, Format format, int limit, Rows.Builder rows) throws IOException {
        open(in);
        if (columns - 1 != format.features()) {
            throw new TrainerException(ExitCode.RUN_SPEC, uri + ": has " + (columns - 1) + " columns beside '" + labelColumn + "'; expected "
                    + format.features() + ", the values of the model's inputShape " + Arrays.toString(format.shape()));
        }
        ClassLabels labels = new ClassLabels(uri, format.classes());
        float[] values = new float[format.features()];
        for (CsvRecord found = next(); found != null; found = next()) {
            CsvRecord example = found;
            if (example.getFieldCount() != columns) {
                throw bad(place(example) + ": has " + example.getFieldCount() + " columns; expected " + columns + ", as the first line has");
            }
            boolean kept = rows.size() < limit;
            labels.add(example.getField(labelIndex).strip(), kept, () -> place(example, labelIndex));
            for (int column = 0, feature = 0; column < columns; column++) {
                if (column != labelIndex) {
                    values[feature] = value(example, column, feature, format);
                    feature++;
                }
            }
            if (kept) {
                rows.add(values);
            }
        }
        classNames = labels.names();
        return labels.labels();
    }

    private float value(CsvRecord example, int column, int feature, Format format) {
        double value = number(example.getField(column).strip());
        if (Double.isNaN(value)) {
            throw bad(place(example, column) + ": is not a decimal number");
        }
        if (!format.holds(feature, value)) {
            throw bad(place(example, column) + ": is outside the inputRange; expected " + format.expected(feature));
        }
        return format.loaded(feature, value);
    }

    /** NaN where the text is no decimal: Java would also take {@code 1f}, {@code 0x1p3} and {@code NaN}. */
    private static double number(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && c != '.' && c != '-' && c != '+' && c != 'e' && c != 'E') {
                return Double.NaN;
            }
        }
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    /** Reads the first line. */
    private void open(InputStream raw) throws IOException {
        BufferedReader text = new BufferedReader(new InputStreamReader(Streams.unzipped(uri, raw), StandardCharsets.UTF_8.newDecoder()), BUFFER);
        records = records(text);
        CsvRecord header = next();
        if (header == null) {
            throw bad("is empty; expected a first line that names the columns");
        }
        List<String> names = header.getFields().stream().map(String::strip).toList();
        columns = names.size();
        labelIndex = names.indexOf(labelColumn);
        if (labelIndex < 0) {
            throw bad("has no column '" + labelColumn + "'; expected a first line that names the columns, separated by commas, one of them the labelColumn");
        }
        if (names.lastIndexOf(labelColumn) != labelIndex) {
            throw bad("has two columns '" + labelColumn + "'; expected one, of labels");
        }
        featureNames = names.stream().filter(name -> !name.equals(labelColumn)).toList();
    }

    private Iterator<CsvRecord> records(Reader text) throws IOException {
        try {
            text.mark(1);
            if (text.read() != BYTE_ORDER_MARK) {
                text.reset();
            }
        } catch (CharacterCodingException e) {
            throw notText(e);
        }
        // Not closed: what it is read from is not ours.
        return de.siegmar.fastcsv.reader.CsvReader.builder().allowExtraFields(true).allowMissingFields(true).maxBufferSize(BUFFER)
                .build(CsvRecordHandler.of(limits -> limits.maxFields(MAX_COLUMNS).maxFieldSize(MAX_FIELD).maxRecordSize(MAX_RECORD)), text).iterator();
    }

    /** Null at the end. */
    private CsvRecord next() throws IOException {
        try {
            if (!records.hasNext()) {
                return null;
            }
            CsvRecord next = records.next();
            read++;
            return next;
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof CharacterCodingException) {
                throw notText(e);
            }
            throw e.getCause();
        } catch (CsvParseException e) {
            if (e.getCause() instanceof TrainerException cause) {
                throw cause;
            }
            throw new TrainerException(ExitCode.DATA, uri + ": " + after() + " follows no record of comma-separated values (RFC 4180) of at most "
                    + MAX_COLUMNS + " columns, " + MAX_FIELD + " characters a value and " + MAX_RECORD + " characters", e);
        }
    }

    private TrainerException notText(Exception cause) {
        return new TrainerException(ExitCode.DATA, uri + ": " + after() + " follows what is not UTF-8 text", cause);
    }

    private String after() {
        return read == 0 ? "at the start" : read == 1 ? "after the first line" : "after index " + (read - 2);
    }

    private String place(CsvRecord example) {
        return "index " + (read - 2) + " (line " + example.getStartingLineNumber() + ")";
    }

    private String place(CsvRecord example, int column) {
        return place(example) + ", column " + (column + 1);
    }

    private TrainerException bad(String problem) {
        return new TrainerException(ExitCode.DATA, uri + ": " + problem);
    }
}
