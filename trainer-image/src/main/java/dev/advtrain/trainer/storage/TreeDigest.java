package dev.advtrain.trainer.storage;

import dev.advtrain.resolve.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * The digest of a folder or an archive: SHA-256 over a line {@code path sha256} for each file, sorted by the bytes of the
 * path, each ended by a line feed. Files may be added in any order, by several threads.
 */
public final class TreeDigest {
    private final Map<byte[], String> files = new TreeMap<>(Arrays::compareUnsigned);

    /**
     * Returns whether there was no file of this path before.
     *
     * @param path relative to the folder or the archive, with '/'
     * @param sha256 of the file, in lower-case hexadecimal
     */
    public synchronized boolean add(String path, String sha256) {
        return files.put(path.getBytes(StandardCharsets.UTF_8), sha256) == null;
    }

    /** In lower-case hexadecimal. */
    public synchronized String hex() {
        MessageDigest digest = Sha256.newDigest();
        files.forEach((path, sha256) -> {
            digest.update(path);
            digest.update((" " + sha256 + "\n").getBytes(StandardCharsets.US_ASCII));
        });
        return HexFormat.of().formatHex(digest.digest());
    }

    /** The number of files. */
    public synchronized int size() {
        return files.size();
    }
}
