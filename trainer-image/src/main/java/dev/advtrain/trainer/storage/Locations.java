package dev.advtrain.trainer.storage;

import dev.advtrain.api.v1alpha1.SecretReference;
import dev.advtrain.api.v1alpha1.training.OutputSpec;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.contract.TrainerArguments;
import dev.advtrain.resolve.StorageUri;
import dev.advtrain.trainer.TrainerException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.classic.HttpClient;
import software.amazon.awssdk.services.s3.S3Client;

/** Turns the uris of a run spec into locations. Connections are made once and kept for the life of the process. */
public final class Locations {
    private static final long MAX_HTTPS_BYTES = 1L << 36;

    private final Map<String, Path> inputs;
    private final Map<String, Path> outputs;
    private final Secrets secrets;
    private final boolean localFiles;
    private final Map<String, S3Client> s3Clients = new ConcurrentHashMap<>();
    private HttpClient httpsClient;

    /**
     * @param inputs folder of each claim that inputs come from
     * @param outputs folder of each claim that outputs go to
     * @param localFiles whether {@code file} is allowed
     */
    public Locations(Map<String, Path> inputs, Map<String, Path> outputs, Secrets secrets, boolean localFiles) {
        this.inputs = Map.copyOf(inputs);
        this.outputs = Map.copyOf(outputs);
        this.secrets = secrets;
        this.localFiles = localFiles;
    }

    /** Without credentials. */
    public Locations(Map<String, Path> inputs, Map<String, Path> outputs, boolean localFiles) {
        this(inputs, outputs, Secrets.NONE, localFiles);
    }

    /** A file of this machine, whatever it is called. */
    public static Location local(Path file) {
        return new Location(new FolderStorage("file:///", Path.of("/"), Retries.FOLDER), file.toAbsolutePath().normalize().toString().substring(1));
    }

    /** @param field the field that holds the uri, for errors */
    public Location input(String field, dev.advtrain.api.v1alpha1.Location given) {
        return resolve(field, given.uri(), given.secretRef(), inputs, TrainerArguments.CLAIM);
    }

    public Location output(OutputSpec given) {
        return output("output.uri", given.uri(), given.secretRef());
    }

    /**
     * An output that needs no Secret.
     *
     * @param field the field that holds the uri, for errors
     */
    public Location output(String field, String uri) {
        return output(field, uri, null);
    }

    private Location output(String field, String uri, SecretReference secret) {
        return resolve(field, uri, secret, outputs,
                // A person gives each claim once; only pods mount input and output apart.
                localFiles ? TrainerArguments.CLAIM : TrainerArguments.OUTPUT_CLAIM);
    }

    private Location resolve(String field, String uri, SecretReference secret, Map<String, Path> claims, String option) {
        return switch (parse(field, uri)) {
            case StorageUri.Pvc pvc -> new Location(claim(field, pvc.claim(), uri, claims, option), plain(pvc.path()));
            case StorageUri.S3(String bucket, String key) ->
                new Location(new S3Storage(s3(field + ": " + uri, secret), bucket, Retries.NETWORK), plain(key));
            case StorageUri.Https https -> new Location(new HttpsStorage(https.uri(), https(), Retries.NETWORK, MAX_HTTPS_BYTES), "");
            case StorageUri.File file when localFiles ->
                new Location(new FolderStorage("file:///", Path.of("/"), Retries.FOLDER), plain(file.path().substring(1)));
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
        return new FolderStorage("pvc://" + claim + "/", folder, Retries.FOLDER);
    }

    private S3Client s3(String where, SecretReference secret) {
        String name = secret == null ? null : secret.name();
        Supplier<S3Settings> settings = () -> secrets.s3(where, name);
        return s3Clients.computeIfAbsent(name == null ? "" : name, _ -> S3Clients.create(settings, Retries.NETWORK));
    }

    private synchronized HttpClient https() {
        if (httpsClient == null) {
            try {
                httpsClient = HttpsClients.create(new PublicAddresses(), SSLContext.getDefault());
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has TLS", e);
            }
        }
        return httpsClient;
    }

    /** Without a slash at its end: a folder may be written either way. */
    private static String plain(String path) {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }
}
