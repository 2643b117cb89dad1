package dev.advtrain.trainer.storage;

import dev.advtrain.contract.ExitCode;
import dev.advtrain.resolve.Sha256;
import dev.advtrain.trainer.TrainerException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/** One file or folder of a storage; {@code path} is relative to the storage's root, empty for the root itself. */
public record Location(Storage storage, String path) {
    private static final int MAX_IN_MEMORY = 64 << 20;

    /** The file or folder {@code relative} ('/'-separated) below this folder. */
    public Location child(String relative) {
        return new Location(storage, path.isEmpty() ? relative : path + "/" + relative);
    }

    public String uri() {
        return storage.uri(path);
    }

    public boolean exists() {
        return storage.exists(path);
    }

    public InputStream read() {
        return storage.read(path);
    }

    /** The content of a small file, such as JSON of the project's own. */
    public byte[] readAll() {
        try (InputStream in = read()) {
            byte[] content = in.readNBytes(MAX_IN_MEMORY + 1);
            if (content.length > MAX_IN_MEMORY) {
                throw new TrainerException(ExitCode.DATA, uri() + ": is larger than " + MAX_IN_MEMORY + " bytes; expected a small file");
            }
            return content;
        } catch (IOException e) {
            throw new TrainerException(ExitCode.STORAGE, uri() + ": reading failed: " + e.getMessage(), e);
        }
    }

    /** Makes something of a copy of a file. */
    @FunctionalInterface
    public interface CopyParser<T> {
        T parse(Path copy, String sha256) throws IOException;
    }

    /**
     * Makes something of a copy of this file on this machine, which is there no longer than that.
     *
     * @param largest number of bytes that are taken
     * @throws IOException of the parser
     * @throws TrainerException 74 where there is no room for a copy
     */
    public <T> T copied(long largest, CopyParser<T> parser) throws IOException {
        return copied(Path.of(System.getProperty("java.io.tmpdir")), largest, parser);
    }

    <T> T copied(Path folder, long largest, CopyParser<T> parser) throws IOException {
        Path copy;
        try {
            copy = Files.createTempFile(folder, "advtrain-", null);
        } catch (IOException e) {
            throw new TrainerException(ExitCode.STORAGE, uri() + ": a temporary copy cannot be made in " + folder
                    + "; expected a folder that can be written to", e);
        }
        try {
            return parser.parse(copy, copyTo(copy, largest));
        } finally {
            deleteQuietly(copy);
        }
    }

    private static void deleteQuietly(Path copy) {
        try {
            Files.deleteIfExists(copy);
        } catch (IOException e) {
            // A temporary file that stays does no harm.
        }
    }

    /**
     * Copies this file to one of this machine and returns its sha256, in hexadecimal.
     *
     * @param largest number of bytes that are taken
     */
    public String copyTo(Path target, long largest) {
        try (InputStream in = read(); OutputStream out = Files.newOutputStream(target)) {
            MessageDigest digest = Sha256.newDigest();
            byte[] buffer = new byte[1 << 16];
            long size = 0;
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                size += n;
                if (size > largest) {
                    throw new TrainerException(ExitCode.DATA, uri() + ": is larger than " + largest + " bytes; expected a smaller file");
                }
                digest.update(buffer, 0, n);
                out.write(buffer, 0, n);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            throw new TrainerException(ExitCode.STORAGE, uri() + ": copying failed: " + e.getMessage(), e);
        }
    }

    /** Replaces this file atomically, flushed to the medium. */
    public void write(Storage.Content content) {
        storage.write(path, content, true);
    }

    public void write(byte[] content) {
        write(out -> out.write(content));
    }

    /** Replaces this small file atomically without waiting for the medium: survives the process, not the machine. */
    public void writeUnflushed(byte[] content) {
        storage.write(path, out -> out.write(content), false);
    }

    /** The names of the files directly in this folder, sorted. */
    public List<String> list() {
        return storage.list(path);
    }

    /** The paths of all files in this folder and those within it, relative to it, sorted. */
    public List<String> walk() {
        return storage.walk(path);
    }

    public void delete() {
        storage.delete(path);
    }

    @Override
    public String toString() {
        return uri();
    }
}
