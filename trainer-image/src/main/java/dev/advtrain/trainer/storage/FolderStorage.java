package dev.advtrain.trainer.storage;

import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/** A mounted folder (a claim, or the machine's own files) that no path and no link leaves. */
final class FolderStorage implements Storage {
    private static final String TEMPORARY = ".tmp";
    /** A temporary file this old belongs to a process that was killed. */
    private static final Duration ABANDONED = Duration.ofMinutes(10);

    private static final Set<String> HOPELESS = Set.of("Read-only file system", "Is a directory", "Not a directory",
            "File name too long", "Too many levels of symbolic links", "Operation not permitted");

    private final String uriPrefix;
    private final Path root;
    private final Retries retries;

    /**
     * @param uriPrefix what stands before a path in its uri, e.g. {@code pvc://datasets/}
     * @param root an existing folder
     */
    FolderStorage(String uriPrefix, Path root, Retries retries) {
        this.uriPrefix = uriPrefix;
        this.root = root;
        this.retries = retries;
    }

    @Override
    public String uri(String path) {
        return uriPrefix + path;
    }

    @Override
    public InputStream read(String path) {
        FileTime[] changed = new FileTime[1];
        try {
            return new ResumingInputStream(position -> open(path, position, changed), retries,
                    e -> isHopeless(e) || e instanceof NoSuchFileException);
        } catch (NoSuchFileException | NotDirectoryException e) {
            throw new TrainerException(ExitCode.DATA, uri(path) + ": no such file", e);
        } catch (AccessDeniedException e) {
            throw new TrainerException(ExitCode.DATA, uri(path) + ": permission denied", e);
        } catch (IOException e) {
            throw failed(path, "reading", e);
        }
    }

    /** @param changed when what was opened first was */
    private InputStream open(String path, long position, FileTime[] changed) throws IOException {
        Path file = inside(path);
        if (Files.isDirectory(file)) {
            throw new TrainerException(ExitCode.DATA, uri(path) + ": is a folder; expected a file");
        }
        FileTime now = Files.getLastModifiedTime(file);
        if (position > 0 && !now.equals(changed[0])) {
            throw new TrainerException(ExitCode.DATA, uri(path) + ": it was replaced while it was read");
        }
        changed[0] = now;
        InputStream in = Files.newInputStream(file);
        in.skipNBytes(position);
        return in;
    }

    @Override
    public void write(String path, Content content, boolean durable) {
        try {
            retries.call(FolderStorage::isHopeless, () -> {
                writeOnce(path, content, durable);
                return path;
            });
        } catch (IOException e) {
            throw failed(path, "writing", e instanceof ContentException ? (IOException) e.getCause() : e);
        }
    }

    private void writeOnce(String path, Content content, boolean durable) throws IOException {
        Path target = inside(path);
        Path folder = target.getParent();
        Files.createDirectories(folder);
        removeAbandoned(folder, target.getFileName().toString());
        // Not createTempFile: its files are for the owner alone, and outputs are for others to read.
        Path temporary = folder.resolve("." + target.getFileName() + "." + UUID.randomUUID() + TEMPORARY);
        try {
            try (FileChannel file = FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                MediumStream medium = new MediumStream(Channels.newOutputStream(file));
                OutputStream out = new BufferedOutputStream(medium, 1 << 16);
                medium.writing(() -> {
                    content.writeTo(out);
                    out.flush();
                });
                if (durable) {
                    file.force(true);
                }
            }
            move(temporary, target);
        } finally {
            Files.deleteIfExists(temporary);
        }
        if (durable) {
            // The rename itself is durable only once the folder is.
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException("the file system cannot rename atomically", e);
        }
    }

    private static void removeAbandoned(Path folder, String name) throws IOException {
        Instant limit = Instant.now().minus(ABANDONED);
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder,
                entry -> isTemporary(entry) && entry.getFileName().toString().startsWith("." + name + "."))) {
            for (Path entry : found) {
                if (Files.getLastModifiedTime(entry).toInstant().isBefore(limit)) {
                    Files.deleteIfExists(entry);
                }
            }
        }
    }

    private static boolean isTemporary(Path entry) {
        String name = entry.getFileName().toString();
        return name.startsWith(".") && name.endsWith(TEMPORARY);
    }

    @Override
    public boolean exists(String path) {
        try {
            return retries.call(FolderStorage::isHopeless, () -> Files.exists(inside(path)));
        } catch (IOException e) {
            throw failed(path, "looking", e);
        }
    }

    @Override
    public List<String> list(String folder) {
        return names(folder, 1);
    }

    @Override
    public List<String> walk(String folder) {
        return names(folder, Integer.MAX_VALUE);
    }

    /** Links to files are files; links to folders are not followed. */
    private List<String> names(String folder, int depth) {
        try {
            return retries.call(e -> isHopeless(e) || e instanceof NoSuchFileException, () -> {
                Path start = inside(folder);
                try (Stream<Path> entries = Files.walk(start, depth)) {
                    return entries.filter(entry -> !isTemporary(entry) && !entry.equals(start) && Files.isRegularFile(entry))
                            .map(entry -> start.relativize(entry).toString()).sorted().toList();
                } catch (UncheckedIOException e) {
                    throw e.getCause();
                }
            });
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        } catch (IOException e) {
            throw failed(folder, "listing", e);
        }
    }

    @Override
    public void delete(String path) {
        try {
            retries.call(FolderStorage::isHopeless, () -> Files.deleteIfExists(inside(path)));
        } catch (IOException e) {
            throw failed(path, "deleting", e);
        }
    }

    /** The path on this machine, after checking that neither names nor links lead out of the root. */
    private Path inside(String path) throws IOException {
        PlainPath.require(this, path);
        Path resolved = root.resolve(path);
        Path realRoot = root.toRealPath();
        Path existing = resolved;
        while (!Files.exists(existing) && !Files.isSymbolicLink(existing) && !existing.equals(root)) {
            existing = existing.getParent();
        }
        // A link that dangles has no real path: NoSuchFileException, which is right.
        if (!existing.toRealPath().startsWith(realRoot)) {
            throw new TrainerException(ExitCode.DATA, uri(path) + ": a link leads out of " + uri(""));
        }
        return resolved;
    }

    /** What stays so until a person does something. Anything else (full, stale, broken) may pass. */
    private static boolean isHopeless(IOException e) {
        return switch (e) {
            case ContentException _, AccessDeniedException _, NotDirectoryException _, FileAlreadyExistsException _,
                    AtomicMoveNotSupportedException _ -> true;
            case FileSystemException fs when fs.getReason() != null -> HOPELESS.contains(fs.getReason());
            default -> false;
        };
    }

    private TrainerException failed(String path, String doing, IOException e) {
        // "No space left on device" and the like; the exception's own text would add paths of this machine.
        String reason = switch (e) {
            case AccessDeniedException _ -> "permission denied";
            case NoSuchFileException _ -> "no such file";
            case FileAlreadyExistsException _ -> "a file stands where a folder is expected";
            case FileSystemException fs when fs.getReason() != null -> fs.getReason();
            case FileSystemException _ -> e.getClass().getSimpleName();
            default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        };
        return new TrainerException(ExitCode.STORAGE, uri(path) + ": " + doing + " failed: " + reason, e);
    }

    /** A failure of what was to be written, not of the medium. */
    private static final class ContentException extends IOException {
        ContentException(IOException cause) {
            super(cause);
        }
    }

    /** Tells failures of the medium from those of the content. */
    private static final class MediumStream extends FilterOutputStream {
        private IOException failure;

        MediumStream(OutputStream out) {
            super(out);
        }

        @FunctionalInterface
        interface Writing {
            void run() throws IOException;
        }

        void writing(Writing content) throws IOException {
            try {
                content.run();
            } catch (IOException e) {
                throw failure == null ? new ContentException(e) : failure;
            }
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            try {
                out.write(source, offset, length);
            } catch (IOException e) {
                failure = e;
                throw e;
            }
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }
    }
}
