package dev.advtrain.trainer.evaluate;

import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.storage.Location;
import dev.advtrain.trainer.storage.Locations;
import java.io.IOException;

/**
 * A file of a storage, copied to this machine while it is read, with the digest it must have.
 *
 * @param expected sha256 in hexadecimal; null where any content will do
 * @param source says where {@code expected} stands, for errors
 */
public record CheckedFile(Location file, String expected, String source) {
    /** The engine takes an archive as one array. */
    private static final long LARGEST = Integer.MAX_VALUE - (1 << 20);

    /** @param field that holds the location, for errors */
    public static CheckedFile of(Locations locations, String field, dev.advtrain.api.v1alpha1.Location location) {
        return new CheckedFile(locations.input(field + ".uri", location), location.sha256(), field + ".sha256");
    }

    /** @throws TrainerException 65 where the file is not there, too large, or not what it should be, 74 where it cannot be copied */
    public <T> T read(Location.CopyParser<T> parser) {
        try {
            return file.copied(LARGEST, (copy, found) -> {
                if (expected != null && !expected.equals(found)) {
                    throw new TrainerException(ExitCode.DATA, file.uri() + ": sha256 is " + found + "; expected " + expected + " as in " + source);
                }
                return parser.parse(copy, found);
            });
        } catch (IOException e) {
            throw new TrainerException(ExitCode.DATA, file.uri() + ": " + e.getMessage(), e);
        }
    }
}
