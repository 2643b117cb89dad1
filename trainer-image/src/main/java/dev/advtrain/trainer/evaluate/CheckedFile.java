package dev.advtrain.trainer.evaluate;

import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.storage.Location;
import dev.advtrain.trainer.storage.Locations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file of a storage, copied to this machine while it is read, with the digest it must have.
 *
 * @param expected sha256 in hexadecimal; null where any content will do
 * @param source says where {@code expected} stands, for errors
 */
public record CheckedFile(Location file, String expected, String source) {
    /** The engine takes an archive as one array. */
    private static final long LARGEST = Integer.MAX_VALUE - (1 << 20);

    /** Makes something of the copy. */
    @FunctionalInterface
    public interface Parser<T> {
        T parse(Path copy, String sha256) throws IOException;
    }

    /** @param field that holds the location, for errors */
    public static CheckedFile of(Locations locations, String field, dev.advtrain.api.v1alpha1.Location location) {
        return new CheckedFile(locations.input(field + ".uri", location), location.sha256(), field + ".sha256");
    }

    /** @throws TrainerException 65 where the file is not there, too large, or not what it should be */
    public <T> T read(Parser<T> parser) {
        Path copy = temporary();
        try {
            String found = file.copyTo(copy, LARGEST);
            if (expected != null && !expected.equals(found)) {
                throw new TrainerException(ExitCode.DATA, file.uri() + ": sha256 is " + found + "; expected " + expected + " as in " + source);
            }
            return parser.parse(copy, found);
        } catch (IOException e) {
            throw new TrainerException(ExitCode.DATA, file.uri() + ": " + e.getMessage(), e);
        } finally {
            deleteQuietly(copy);
        }
    }

    private static Path temporary() {
        try {
            return Files.createTempFile("model", null);
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
