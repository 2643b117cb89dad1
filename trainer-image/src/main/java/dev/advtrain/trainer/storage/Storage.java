package dev.advtrain.trainer.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/**
 * Files below one root, named by relative paths with '/'. What may pass is tried again for a while first. Failures are
 * {@link dev.advtrain.trainer.TrainerException}s that name the uri: {@code DATA} where a file cannot be read,
 * {@code STORAGE} where the storage cannot be reached, refuses or is full.
 */
public interface Storage {

    /**
     * What goes into a file. It may be asked for more than once, and must be the same each time. Its own IOExceptions are
     * taken as the storage's.
     */
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

    /** The paths of all files in a folder and in those within it, relative to it, sorted; empty where there is no such folder. */
    List<String> walk(String folder);

    /** Removes a file; nothing happens where there is none. */
    void delete(String path);

    /** Whether a small file may be written many times a second. */
    default boolean writesAreCheap() {
        return true;
    }
}
