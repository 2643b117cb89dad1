package dev.advtrain.trainer.storage;

import dev.advtrain.contract.ExitCode;
import dev.advtrain.contract.TrainerArguments;
import dev.advtrain.resolve.StorageUri;
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
    public Locations {
        inputs = Map.copyOf(inputs);
        outputs = Map.copyOf(outputs);
    }

    /** @param field the field that holds the uri, for errors */
    public Location input(String field, String uri) {
        return resolve(field, uri, inputs, TrainerArguments.CLAIM);
    }

    /** @param field the field that holds the uri, for errors */
    public Location output(String field, String uri) {
        return resolve(field, uri, outputs,
                // A person gives each claim once; only pods mount input and output apart.
                localFiles ? TrainerArguments.CLAIM : TrainerArguments.OUTPUT_CLAIM);
    }

    private Location resolve(String field, String uri, Map<String, Path> claims, String option) {
        return switch (parse(field, uri)) {
            case StorageUri.Pvc pvc -> new Location(claim(field, pvc.claim(), uri, claims, option), plain(pvc.path()));
            case StorageUri.File file when localFiles ->
                new Location(new FolderStorage("file:///", Path.of("/")), plain(file.path().substring(1)));
            case StorageUri.File _ -> throw new TrainerException(ExitCode.RUN_SPEC,
                    field + ": " + uri + ": a pod has no files of its own; expected pvc://CLAIM/path");
        };
    }

    private static StorageUri parse(String field, String uri) {
        try {
            return StorageUri.parse(uri);
        } catch (IllegalArgumentException e) {
            throw new TrainerException(ExitCode.RUN_SPEC, field + ": " + e.getMessage(), e);
        }
    }

    private static Storage claim(String field, String claim, String uri, Map<String, Path> claims, String option) {
        Path folder = claims.get(claim);
        if (folder == null) {
            throw new TrainerException(ExitCode.RUN_SPEC, field + ": " + uri + ": no folder is given for claim '" + claim
                    + "'; expected the option " + option + " " + claim + "=DIR");
        }
        if (!Files.isDirectory(folder)) {
            throw new TrainerException(ExitCode.STORAGE,
                    field + ": " + uri + ": " + folder + ", given for claim '" + claim + "', is no folder");
        }
        return new FolderStorage("pvc://" + claim + "/", folder);
    }

    /** Without a slash at its end: a folder may be written either way. */
    private static String plain(String path) {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }
}
