package dev.advtrain.trainer.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.advtrain.resolve.Sha256;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.storage.Location;
import dev.advtrain.trainer.tensor.SafeTensors;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The checkpoints of one run in a folder. Each is a safetensors file, whose metadata hold the {@link TrainingState},
 * and, written after it, a small JSON file with its digest. The newest two are kept: where the newer is torn, the
 * one before is used.
 */
final class CheckpointStore {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern NAME = Pattern.compile("checkpoint-(\\d{1,9})\\.(json|safetensors)");
    private static final String STATE = "state";
    private static final int NONE = 0;

    private final Location folder;
    private final String runId;
    private final Consumer<String> warnings;
    /** Number of the newest checkpoint that is known to be whole. */
    private int newest = NONE;

    /** @param warnings told of each checkpoint that cannot be used */
    CheckpointStore(Location folder, String runId, Consumer<String> warnings) {
        this.folder = folder;
        this.runId = runId;
        this.warnings = warnings;
    }

    /** The JSON file of a checkpoint. {@code step} is for people. */
    private record Pointer(int schemaVersion, String runId, long step, String file, String sha256) {}

    /** Who a numbered checkpoint belongs to. One that was cut off while being written is nobody's. */
    private enum Owner { THIS_RUN, ANOTHER_RUN, NOBODY }

    /** Saves, then removes all of this run but this one and the one before. On failure those that were there stay. */
    void save(Checkpoint checkpoint) {
        NavigableMap<Integer, Owner> found = found();
        int number = found.isEmpty() ? NONE + 1 : found.lastKey() + 1;
        try {
            SafeTensors content = new SafeTensors(Map.of(STATE, JSON.writeValueAsString(checkpoint.state())),
                    checkpoint.tensors());
            MessageDigest digest = Sha256.newDigest();
            tensors(number).write(out -> {
                digest.reset();
                content.write(new DigestOutputStream(out, digest));
            });
            Pointer pointer = new Pointer(1, runId, checkpoint.state().step(), name(number, "safetensors"),
                    HexFormat.of().formatHex(digest.digest()));
            pointer(number).write(JSON.writeValueAsBytes(pointer));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        int before = newest;
        newest = number;
        found.forEach((other, owner) -> {
            if (owner != Owner.ANOTHER_RUN && other != before) {
                delete(other);
            }
        });
    }

    /** The newest whole checkpoint of this run. */
    Optional<Checkpoint> latest() {
        for (Map.Entry<Integer, Owner> entry : found().descendingMap().entrySet()) {
            int number = entry.getKey();
            if (entry.getValue() == Owner.THIS_RUN) {
                Optional<Checkpoint> read = read(number);
                if (read.isPresent()) {
                    newest = number;
                    return read;
                }
                warnings.accept(pointer(number).uri() + ": its tensors are missing or torn; going on from the checkpoint before");
            } else if (entry.getValue() == Owner.NOBODY && pointer(number).exists()) {
                warnings.accept(pointer(number).uri() + ": torn; going on from the checkpoint before");
            }
        }
        return Optional.empty();
    }

    /** Removes all of this run. */
    void deleteAll() {
        found().forEach((number, owner) -> {
            if (owner != Owner.ANOTHER_RUN) {
                delete(number);
            }
        });
        newest = NONE;
    }

    private Optional<Checkpoint> read(int number) {
        try {
            Pointer pointer = JSON.readValue(pointer(number).readAll(), Pointer.class);
            // The digest first: a torn file could ask for any amount of memory.
            MessageDigest digest = Sha256.newDigest();
            try (InputStream in = new DigestInputStream(tensors(number).read(), digest)) {
                in.transferTo(OutputStream.nullOutputStream());
            }
            if (!HexFormat.of().formatHex(digest.digest()).equals(pointer.sha256())) {
                return Optional.empty();
            }
            try (InputStream in = new BufferedInputStream(tensors(number).read(), 1 << 16)) {
                SafeTensors content = SafeTensors.read(in);
                TrainingState state = JSON.readValue(content.metadata().get(STATE), TrainingState.class);
                return Optional.of(new Checkpoint(state, content.tensors()));
            }
        } catch (IOException e) {
            return Optional.empty();
        } catch (TrainerException e) {
            if (tensors(number).exists()) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private NavigableMap<Integer, Owner> found() {
        NavigableMap<Integer, Owner> found = new TreeMap<>();
        for (String name : folder.list()) {
            Matcher matcher = NAME.matcher(name);
            if (matcher.matches()) {
                int number = Integer.parseInt(matcher.group(1));
                found.computeIfAbsent(number, this::owner);
            }
        }
        return found;
    }

    private Owner owner(int number) {
        Location pointer = pointer(number);
        if (!pointer.exists()) {
            return Owner.NOBODY;
        }
        try {
            String owner = JSON.readTree(pointer.readAll()).path("runId").asText();
            if (owner.isEmpty()) {
                return Owner.NOBODY;
            }
            return owner.equals(runId) ? Owner.THIS_RUN : Owner.ANOTHER_RUN;
        } catch (IOException e) {
            return Owner.NOBODY;
        }
    }

    private void delete(int number) {
        // The JSON file first, so that none is ever left pointing at nothing.
        pointer(number).delete();
        tensors(number).delete();
    }

    private Location pointer(int number) {
        return folder.child(name(number, "json"));
    }

    private Location tensors(int number) {
        return folder.child(name(number, "safetensors"));
    }

    private static String name(int number, String extension) {
        return "checkpoint-" + number + "." + extension;
    }
}
