package dev.advtrain.trainer.train;

import dev.advtrain.trainer.storage.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.function.Predicate;

/** Runs out of space in the middle of some files; otherwise the storage below. */
record FullStorage(Storage below, Predicate<String> full) implements Storage {
    @Override
    public String uri(String path) {
        return below.uri(path);
    }

    @Override
    public InputStream read(String path) {
        return below.read(path);
    }

    @Override
    public void write(String path, Content content, boolean durable) {
        boolean cut = full.test(path);
        below.write(path, out -> {
            if (cut) {
                out.write(new byte[10]);
                throw new IOException("No space left on device");
            }
            content.writeTo(out);
        }, durable);
    }

    @Override
    public boolean exists(String path) {
        return below.exists(path);
    }

    @Override
    public List<String> list(String path) {
        return below.list(path);
    }

    @Override
    public List<String> walk(String path) {
        return below.walk(path);
    }

    @Override
    public void delete(String path) {
        below.delete(path);
    }
}
