package dev.advtrain.trainer.storage;

import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Turns the uris of a run spec into locations: {@code pvc://CLAIM/path}, and {@code file:///path} outside a cluster.
 *
 * @param inputs folder of each claim that inputs come from
 * @param outputs folder of each claim that outputs go to
 * @param localFiles whether {@code file} is allowed
 */
public record Locations(Map<String, Path> inputs, Map<String, Path> outputs, boolean localFiles) {
    private static final String PVC = "pvc://";
    private static final String FILE = "file:///";

    public Locations {
        inputs = Map.copyOf(inputs);
        outputs = Map.copyOf(outputs);
    }

    /** @param field the field that holds the uri, for errors */
    public Location input(String field, String uri) {
        return resolve(field, uri, inputs, "--claim");
    }

    /** @param field the field that holds the uri, for errors */
    public Location output(String field, String uri) {
        return resolve(field, uri, outputs, "--output-claim");
    }

    private Location resolve(String field, String uri, Map<String, Path> claims, String option) {
        if (uri.startsWith(PVC)) {
            int slash = uri.indexOf('/', PVC.length());
            String claim = uri.substring(PVC.length(), slash < 0 ? uri.length() : slash);
            Path folder = claims.get(claim);
            if (folder == null) {
                throw new TrainerException(ExitCode.RUN_SPEC,
                        field + ": " + uri + ": no folder is given for claim '" + claim + "'; expected the option "
                                + option + " " + claim + "=DIR");
            }
            if (!Files.isDirectory(folder)) {
                throw new TrainerException(ExitCode.STORAGE,
                        field + ": " + uri + ": " + option + " " + claim + "=" + folder + ": no such folder");
            }
            return new Location(new FolderStorage(PVC + claim + "/", folder), withoutSlash(uri, slash));
        }
        if (uri.startsWith(FILE)) {
            if (!localFiles) {
                throw new TrainerException(ExitCode.RUN_SPEC,
                        field + ": " + uri + ": a pod has no files of its own; expected pvc://CLAIM/path");
            }
            return new Location(new FolderStorage(FILE, Path.of("/")), withoutSlash(uri, FILE.length() - 1));
        }
        throw new TrainerException(ExitCode.RUN_SPEC,
                field + ": " + uri + ": expected pvc://CLAIM/path" + (localFiles ? " or file:///path" : ""));
    }

    /** What follows the slash at {@code start}, without a slash at its end: a folder may be written either way. */
    private static String withoutSlash(String uri, int start) {
        String path = start < 0 ? "" : uri.substring(start + 1);
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }
}
