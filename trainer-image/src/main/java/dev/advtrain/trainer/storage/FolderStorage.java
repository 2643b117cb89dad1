package dev.advtrain.trainer.storage;

import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;

/** A mounted folder (a claim, or the machine's own files) that no path and no link leaves. */
final class FolderStorage implements Storage {
    private static final String TEMPORARY = ".tmp";
    /** A temporary file this old belongs to a process that was killed. */
    private static final Duration ABANDONED = Duration.ofMinutes(10);

    private final String uriPrefix;
    private final Path root;

    /**
     * @param uriPrefix what stands before a path in its uri, e.g. {@code pvc://datasets/}
     * @param root an existing folder
     */
    FolderStorage(String uriPrefix, Path root) {
        this.uriPrefix = uriPrefix;
        this.root = root;
    }

    @Override
    public String uri(String path) {
        return uriPrefix + path;
    }

    @Override
    public InputStream read(String path) {
        try {
            Path file = inside(path);
            if (Files.isDirectory(file)) {
                throw new TrainerException(ExitCode.DATA, uri(path) + ": is a folder; expected a file");
            }
            return Files.newInputStream(file);
        } catch (NoSuchFileException | NotDirectoryException e) {
            throw new TrainerException(ExitCode.DATA, uri(path) + ": no such file", e);
        } catch (AccessDeniedException e) {
            throw new TrainerException(ExitCode.DATA, uri(path) + ": permission denied", e);
        } catch (IOException e) {
            throw failed(path, "reading", e);
        }
    }

    @Override
    public void write(String path, Content content, boolean durable) {
        try {
            Path target = inside(path);
            Path folder = target.getParent();
            Files.createDirectories(folder);
            removeAbandoned(folder, target.getFileName().toString());
            // Not createTempFile: its files are for the owner alone, and outputs are for others to read.
            Path temporary = folder.resolve("." + target.getFileName() + "." + UUID.randomUUID() + TEMPORARY);
            try {
                try (FileChannel file = FileChannel.open(temporary, StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.WRITE)) {
                    OutputStream out = new BufferedOutputStream(Channels.newOutputStream(file), 1 << 16);
                    content.writeTo(out);
                    out.flush();
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
        } catch (IOException e) {
            throw failed(path, "writing", e);
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
            return Files.exists(inside(path));
        } catch (IOException e) {
            throw failed(path, "looking", e);
        }
    }

    @Override
    public List<String> list(String folder) {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(inside(folder),
                entry -> !isTemporary(entry) && Files.isRegularFile(entry))) {
            entries.forEach(entry -> names.add(entry.getFileName().toString()));
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        } catch (IOException e) {
            throw failed(folder, "listing", e);
        }
        Collections.sort(names);
        return names;
    }

    @Override
    public void delete(String path) {
        try {
            Files.deleteIfExists(inside(path));
        } catch (IOException e) {
            throw failed(path, "deleting", e);
        }
    }

    /** The path on this machine, after checking that neither names nor links lead out of the root. */
    private Path inside(String path) throws IOException {
        for (String segment : path.split("/", -1)) {
            if (segment.equals("..") || segment.equals(".") || segment.isEmpty() && !path.isEmpty()) {
                throw new TrainerException(ExitCode.RUN_SPEC,
                        uri(path) + ": '" + segment + "' in the path; expected plain names between single slashes");
            }
        }
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
}
