package dev.advtrain.trainer.data;

import dev.advtrain.contract.ExitCode;
import dev.advtrain.resolve.Sha256;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.storage.Location;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.zip.ZipException;

/**
 * One file read once: parsed and digested in the same pass.
 *
 * @param content what the parser made of it
 * @param sha256 of the file as it lies there, in hex
 */
record DigestedFile<T>(T content, String sha256) {

    /** Reads from the file as it lies there; need not read to its end. */
    @FunctionalInterface
    interface Parser<T> {
        T parse(InputStream in) throws IOException;
    }

    /**
     * Reads a file to its end. A digest that does not match is reported rather than what the parser
     * found wrong: it is the cause.
     *
     * @param expected sha256 in hex, or null
     */
    static <T> DigestedFile<T> read(Location file, String expected, Parser<T> parser) {
        MessageDigest digest = Sha256.newDigest();
        T content = null;
        TrainerException problem = null;
        try (InputStream raw = file.read(); DigestInputStream in = new DigestInputStream(raw, digest)) {
            try {
                content = parser.parse(in);
            } catch (EOFException | ZipException e) {
                problem = new TrainerException(ExitCode.DATA, file.uri() + ": the file ends early or is damaged ("
                        + e.getMessage() + ")", e);
            } catch (TrainerException e) {
                problem = e;
            }
            in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new TrainerException(ExitCode.STORAGE, file.uri() + ": reading failed: " + e.getMessage(), e);
        }
        String found = HexFormat.of().formatHex(digest.digest());
        if (expected != null && !expected.equalsIgnoreCase(found)) {
            throw new TrainerException(ExitCode.DATA,
                    file.uri() + ": sha256 is " + found + "; expected " + expected);
        }
        if (problem != null) {
            throw problem;
        }
        return new DigestedFile<>(content, found);
    }
}
