package dev.advtrain.trainer.storage;

import dev.advtrain.contract.ExitCode;
import dev.advtrain.contract.TrainerArguments;
import dev.advtrain.trainer.TrainerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where credentials are.
 *
 * @param folders by name of the Secret: a file for each of its keys
 * @param environment what to use where there is no such folder; empty in a pod
 */
public record Secrets(Map<String, Path> folders, Map<String, String> environment) {
    public static final Secrets NONE = new Secrets(Map.of(), Map.of());

    public Secrets {
        folders = Map.copyOf(folders);
        environment = Map.copyOf(environment);
    }

    /**
     * What is there now: files of a Secret change when it does.
     *
     * @param where field and uri, for errors
     * @param name of the Secret; null where none is given
     */
    S3Settings s3(String where, String name) {
        Path folder = name == null ? null : folders.get(name);
        if (folder != null) {
            return S3Settings.of(where + ": Secret " + name, key -> read(where + ": Secret " + name, folder, key));
        }
        if (environment.containsKey(S3Settings.ACCESS_KEY)) {
            return S3Settings.of(where + ": the environment", environment::get);
        }
        throw new TrainerException(ExitCode.RUN_SPEC, where + ": there are no credentials; expected the option " + TrainerArguments.SECRET
                + " " + (name == null ? "NAME" : name) + "=DIR" + (name == null ? " and a secretRef" : "") + ", or " + S3Settings.ACCESS_KEY + " and "
                + S3Settings.SECRET_KEY + " in the environment");
    }

    private static String read(String source, Path folder, String key) {
        try {
            return Files.readString(folder.resolve(key));
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw new TrainerException(ExitCode.STORAGE, source + ": " + key + " cannot be read");
        }
    }

    /** The environment is full of secrets. */
    @Override
    public String toString() {
        return "Secrets" + folders.keySet();
    }
}
