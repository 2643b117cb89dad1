package dev.advtrain.trainer.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/**
 * Files below one root, named by relative paths with '/'. Failures are {@link dev.advtrain.trainer.TrainerException}s
 * that name the uri: {@code DATA} where a file cannot be read, {@code STORAGE} where the storage refuses or is full.
 */
public interface Storage {

    /** What goes into a file. Its own IOExceptions are taken as the storage's. */
    @FunctionalInterface
    interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /** The name of a file for users. */
    String uri(String path);

    /** Opens a file; the caller closes it. */
    InputStream read(String path);

    /**
     * Replaces a file whole: readers see the old content or the new one, never a part.
     *
     * @param durable whether the content is on the medium, not only in a cache, before this returns
     */
    void write(String path, Content content, boolean durable);

    boolean exists(String path);

    /** The names of the files directly in a folder, sorted; empty where there is no such folder. */
    List<String> list(String folder);

    /** Removes a file; nothing happens where there is none. */
    void delete(String path);
}
