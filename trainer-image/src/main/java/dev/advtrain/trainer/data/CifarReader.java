package dev.advtrain.trainer.data;

import dev.advtrain.api.v1alpha1.training.CifarLabel;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.storage.Location;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.zip.ZipException;

/**
 * Reads files in the binary form of CIFAR: records of one label byte (CIFAR-10) or two (CIFAR-100), then the image,
 * {@code channels x height x width} bytes. Nothing in a file says its shape: it is the model's.
 */
final class CifarReader {
    private final CifarLabel label;
    private final Format format;
    private final int limit;
    private final int labelBytes;
    private final Rows.Builder values;
    private int[] labels = new int[1024];

    private CifarReader(CifarLabel label, Format format, int limit, Rows.Builder values) {
        this.label = label;
        this.format = format;
        this.limit = limit;
        this.labelBytes = label == CifarLabel.SINGLE ? 1 : 2;
        this.values = values;
    }

    /** A file, and the sha256 it must have (null: any). */
    record Part(Location location, String sha256) {}

    /** @param limit examples that are kept, of all files together */
    static Dataset read(List<Part> files, CifarLabel label, Format format, int limit, long heapLimit) {
        TreeMap<String, String> digests = new TreeMap<>();
        try (Rows.Builder values = new Rows.Builder(format.features(), heapLimit)) {
            CifarReader reader = new CifarReader(label, format, limit, values);
            for (int i = 0; i < files.size(); i++) {
                Part file = files.get(i);
                String uri = file.location.uri();
                digests.put("files[" + i + "]", DigestedFile.read(file.location, file.sha256, in -> reader.records(uri, in)).sha256());
            }
            return PackedDataset.ofBytes(values.build(), Arrays.copyOf(reader.labels, values.size()), format, digests);
        }
    }

    /** Reads all records of a file, also those that are not kept: a file that is cut off is wrong wherever it is. */
    private long records(String uri, InputStream raw) throws IOException {
        InputStream in = Streams.unzipped(uri, raw);
        byte[] record = new byte[labelBytes + format.features()];
        byte[] image = new byte[format.features()];
        for (long index = 0;; index++) {
            int found;
            try {
                found = in.readNBytes(record, 0, record.length);
            } catch (EOFException | ZipException e) {
                throw new TrainerException(ExitCode.DATA, uri + ": the file ends early or is damaged in record " + index + " ("
                        + e.getMessage() + ")", e);
            }
            if (found == 0) {
                return index;
            }
            if (found < record.length) {
                throw new TrainerException(ExitCode.DATA, uri + ": ends after " + found + " of " + record.length + " bytes of record " + index
                        + "; expected records of " + labelBytes + " + " + format.features() + " bytes: " + label + " label, image of "
                        + Arrays.toString(format.shape()) + ", the model's inputShape");
            }
            int each = format.requireLabel(uri, "record " + index, record[label == CifarLabel.FINE ? 1 : 0] & 0xFF);
            if (values.size() < limit) {
                if (values.size() == labels.length) {
                    labels = Arrays.copyOf(labels, 2 * labels.length);
                }
                labels[values.size()] = each;
                System.arraycopy(record, labelBytes, image, 0, image.length);
                values.add(image);
            }
        }
    }
}
