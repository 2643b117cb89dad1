package dev.advtrain.trainer.data;

import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.storage.BulkInputStream;
import dev.advtrain.trainer.storage.Location;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Locale;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipException;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * The files of a folder or an archive, each read once. Whatever an archive's entries are called, nothing is written by
 * their names and no link is followed.
 */
final class FileTree {
    private static final int MAX_FILES = 10_000_000;
    private static final int TAR_BLOCK = 512;
    private static final Set<Byte> FILE_TYPES = Set.of(TarConstants.LF_NORMAL, TarConstants.LF_OLDNORM, TarConstants.LF_CONTIG);
    private static final int TYPE_OF_MODE = 0170000;
    private static final int FILE_OF_MODE = 0100000;

    private final Location location;
    private final String uri;
    private final Visitor visitor;
    private int files;

    private FileTree(Location location, Visitor visitor) {
        this.location = location;
        this.uri = location.uri();
        this.visitor = visitor;
    }

    /** Is given each file. */
    @FunctionalInterface
    interface Visitor {
        /** @param path relative, with '/' */
        void file(String path, InputStream content) throws IOException;
    }

    /**
     * Visits every file: of an archive where the location ends like one, of a folder elsewhere.
     *
     * @throws TrainerException 65 naming the entry where an archive is damaged or hostile
     */
    static void visit(Location location, Visitor visitor) {
        FileTree tree = new FileTree(location, visitor);
        String name = tree.uri.toLowerCase(Locale.ROOT);
        if (name.endsWith(".zip")) {
            tree.zip();
        } else if (name.endsWith(".tar") || name.endsWith(".tar.gz") || name.endsWith(".tgz")) {
            tree.tar();
        } else {
            tree.folder();
        }
    }

    private void folder() {
        for (String path : location.walk()) {
            try (InputStream content = location.child(path).read()) {
                visit(path, content);
            } catch (IOException e) {
                throw new TrainerException(ExitCode.STORAGE, location.child(path).uri() + ": reading failed: " + e.getMessage(), e);
            }
        }
    }

    /** From a copy: what an archive holds is said at its end. */
    private void zip() {
        try {
            location.copied(Long.MAX_VALUE, (copy, _) -> {
                zip(copy);
                return null;
            });
        } catch (IOException | IllegalArgumentException e) {
            throw new TrainerException(ExitCode.DATA, uri + ": is no whole zip archive (" + e.getMessage() + ")", e);
        }
    }

    private void zip(Path copy) throws IOException {
        long[] unpacked = new long[1];
        try (ZipFile zip = ZipFile.builder().setPath(copy).get()) {
            for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
                if (entry.isDirectory()) {
                    continue;
                }
                String path = EntryNames.path(uri, entry.getName());
                int type = entry.getUnixMode() & TYPE_OF_MODE;
                if (type != 0 && type != FILE_OF_MODE) {
                    throw bad(path, "is a link or a device; expected files and folders");
                }
                if (!zip.canReadEntryData(entry)) {
                    throw bad(path, "is encrypted or packed by a method that is not read; expected deflate");
                }
                visit(zip, entry, path, copy, unpacked);
            }
        }
    }

    private void visit(ZipFile zip, ZipArchiveEntry entry, String path, Path copy, long... unpacked) {
        CRC32 sum = new CRC32();
        try (InputStream content = new CheckedInputStream(new Streams.Unpacked(uri, zip.getInputStream(entry), Files.size(copy), unpacked), sum)) {
            visit(path, content);
            content.transferTo(OutputStream.nullOutputStream());
            if (sum.getValue() != entry.getCrc()) {
                throw new ZipException("its CRC is not that of the archive's directory");
            }
        } catch (IOException e) {
            throw new TrainerException(ExitCode.DATA, uri + ": " + EntryNames.shown(path) + " is damaged (" + e.getMessage() + ")", e);
        }
    }

    private void tar() {
        String last = "";
        try (InputStream raw = new Source(location); Ending content = new Ending(Streams.unzipped(uri, raw));
                TarArchiveInputStream tar = new TarArchiveInputStream(content, "UTF-8")) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                last = entry.getName();
                if (entry.isDirectory()) {
                    continue;
                }
                String path = EntryNames.path(uri, entry.getName());
                if (!FILE_TYPES.contains(entry.getLinkFlag()) || entry.isSparse()) {
                    throw bad(path, "is a link, a device or a sparse file; expected files and folders");
                }
                visit(path, tar);
            }
            content.transferTo(OutputStream.nullOutputStream());
            if (content.zeros < TAR_BLOCK) {
                throw new IOException("it ends without the block of zeros that ends an archive");
            }
        } catch (IOException | IllegalArgumentException | IllegalStateException e) {
            throw new TrainerException(ExitCode.DATA, uri + ": is no whole tar archive (" + e.getMessage() + ")"
                    + (last.isEmpty() ? "" : "; the last entry read is '" + EntryNames.shown(last) + "'"), e);
        }
    }

    private void visit(String path, InputStream content) throws IOException {
        if (++files > MAX_FILES) {
            throw new TrainerException(ExitCode.DATA, uri + ": holds more than " + MAX_FILES + " files");
        }
        visitor.file(path, content);
    }

    private TrainerException bad(String path, String problem) {
        return new TrainerException(ExitCode.DATA, uri + ": " + EntryNames.shown(path) + " " + problem);
    }

    /** Tells failures of the storage from what is wrong with an archive. */
    private static final class Source extends BulkInputStream {
        private final String uri;

        Source(Location location) {
            super(location.read());
            this.uri = location.uri();
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            try {
                return in.read(target, offset, length);
            } catch (IOException e) {
                throw new TrainerException(ExitCode.STORAGE, uri + ": reading failed: " + e.getMessage(), e);
            }
        }
    }

    /** Counts the zeros that a stream ends with. */
    private static final class Ending extends BulkInputStream {
        private long zeros;

        Ending(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int found = in.read(target, offset, length);
            int at = offset + found;
            while (at > offset && target[at - 1] == 0) {
                at--;
            }
            zeros = found <= 0 ? zeros : at == offset ? zeros + found : offset + found - at;
            return found;
        }
    }
}
