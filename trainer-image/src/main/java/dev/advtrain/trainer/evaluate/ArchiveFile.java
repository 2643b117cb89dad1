package dev.advtrain.trainer.evaluate;

import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.storage.Location;
import dev.advtrain.trainer.storage.Locations;
import dev.advtrain.trainer.tensor.TorchScriptArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A TorchScript file as it lies in a storage.
 *
 * @param sha256 of the file, in hexadecimal
 */
public record ArchiveFile(TorchScriptArchive archive, String sha256) {
    /** The engine takes an archive as one array. */
    private static final long LARGEST = Integer.MAX_VALUE - (1 << 20);

    /**
     * Reads what a run spec names.
     *
     * @param field that holds the location, for errors
     * @throws TrainerException 65 where the file is not there, not what it should be or no TorchScript
     */
    public static ArchiveFile read(Locations locations, String field, dev.advtrain.api.v1alpha1.Location location) {
        return read(locations.input(field + ".uri", location), location.sha256(), field + ".sha256");
    }

    /**
     * @param expected sha256 in hexadecimal; null where any content will do
     * @param source says where {@code expected} stands, for errors
     */
    static ArchiveFile read(Location file, String expected, String source) {
        Path copy = temporary();
        try {
            String found = file.copyTo(copy, LARGEST);
            if (expected != null && !expected.equals(found)) {
                throw new TrainerException(ExitCode.DATA, file.uri() + ": sha256 is " + found + "; expected " + expected + " as in " + source);
            }
            return new ArchiveFile(TorchScriptArchive.read(copy), found);
        } catch (IOException e) {
            throw new TrainerException(ExitCode.DATA, file.uri() + ": " + e.getMessage(), e);
        } finally {
            deleteQuietly(copy);
        }
    }

    private static Path temporary() {
        try {
            return Files.createTempFile("model", ".pt");
        } catch (IOException e) {
            throw new TrainerException(ExitCode.STORAGE, "a temporary file for the model cannot be made in "
                    + System.getProperty("java.io.tmpdir") + "; expected a folder that can be written to", e);
        }
    }

    private static void deleteQuietly(Path copy) {
        try {
            Files.deleteIfExists(copy);
        } catch (IOException e) {
            // A temporary file that stays does no harm.
        }
    }
}
