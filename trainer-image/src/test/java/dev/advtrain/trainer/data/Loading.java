package dev.advtrain.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.advtrain.api.v1alpha1.Location;
import dev.advtrain.api.v1alpha1.training.DataSource;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.storage.Locations;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** Files that a test makes, read as a run reads them from a claim called {@code data}. */
record Loading(Path claim, Format format, long heapLimit) {

    Loading(Path claim, Format format) {
        this(claim, format, Long.MAX_VALUE);
    }

    /** Writes a file of the claim and names it. */
    Location file(String name, byte[] content) {
        try {
            Path file = claim.resolve(name);
            Files.createDirectories(file.getParent());
            Files.write(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Location("pvc://data/" + name, null);
    }

    Dataset load(DataSource source) {
        return new Datasets(new Locations(Map.of("data", claim), Map.of(), false), format, heapLimit).load("data.train", source);
    }

    void refused(ExitCode code, String message, DataSource source) {
        assertThatThrownBy(() -> load(source)).isInstanceOfSatisfying(TrainerException.class, e -> {
            assertThat(e).hasMessageContaining(message);
            assertThat(e.exitCode()).isEqualTo(code);
        });
    }

    static float[] values(Dataset data, int i) {
        float[] values = new float[data.features()];
        data.copy(i, values, 0);
        return values;
    }

    static int[] labels(Dataset data) {
        int[] labels = new int[data.size()];
        java.util.Arrays.setAll(labels, data::label);
        return labels;
    }

    static byte[] gzip(byte[] plain) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
