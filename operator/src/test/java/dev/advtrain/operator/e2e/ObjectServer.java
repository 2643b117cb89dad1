package dev.advtrain.operator.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/** A real S3 server ({@code -Dadvtrain.s3.server}) over a folder, which pods can reach; it may be stopped and started again. */
final class ObjectServer implements AutoCloseable {
    static final String REGION = "us-east-1";
    static final String ACCESS_KEY = "AKIACANARYOFPODS";
    static final String SECRET_KEY = "Canary8SecretOfTheServer";
    private static final long POLL_MILLIS = 20;

    private final Path folder;
    private final InetSocketAddress address;
    private final S3Client client;
    private Process process;

    /** @param host an address of this machine */
    ObjectServer(Path folder, String host) {
        this.folder = folder;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.ofLiteral(host))) {
            address = (InetSocketAddress) free.getLocalSocketAddress();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start();
        client = S3Client.builder().endpointOverride(URI.create(endpoint())).forcePathStyle(true).region(Region.of(REGION))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(ACCESS_KEY, SECRET_KEY))).build();
    }

    String authority() {
        return address.getHostString() + ":" + address.getPort();
    }

    String endpoint() {
        return "http://" + authority();
    }

    /** Returns when it answers. */
    void start() {
        try {
            Path objects = Files.createDirectories(folder.resolve("objects"));
            Path metadata = Files.createDirectories(folder.resolve("metadata"));
            ProcessBuilder builder = new ProcessBuilder(System.getProperty("advtrain.s3.server"), "--port", authority(), "--quiet", "posix",
                    "--sidecar", metadata.toString(), objects.toString());
            builder.environment().put("ROOT_ACCESS_KEY", ACCESS_KEY);
            builder.environment().put("ROOT_SECRET_KEY", SECRET_KEY);
            process = builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile())).start();
            while (!process.isAlive() || !answers()) {
                if (process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                    throw new IllegalStateException(Files.readString(folder.resolve("log")));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean answers() {
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    void stop() {
        process.destroyForcibly().onExit().join();
    }

    /** Waits until somebody has tried to reach the stopped server, and turned to it in vain. */
    void awaitVisitor() {
        try (ServerSocket instead = new ServerSocket()) {
            instead.setReuseAddress(true);
            instead.setSoTimeout((int) Cluster.SOON.toMillis());
            instead.bind(address);
            instead.accept().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void bucket(String name) {
        client.createBucket(request -> request.bucket(name));
    }

    void put(String bucket, String key, Path file) {
        client.putObject(request -> request.bucket(bucket).key(key), RequestBody.fromFile(file));
    }

    byte[] get(String bucket, String key) {
        return client.getObjectAsBytes(request -> request.bucket(bucket).key(key)).asByteArray();
    }

    List<String> keys(String bucket) {
        return client.listObjectsV2Paginator(request -> request.bucket(bucket)).contents().stream().map(S3Object::key).toList();
    }

    /** Whether an object is there, asked of the disk: also while the server is stopped. */
    boolean holds(String bucket, String key) {
        return Files.exists(folder.resolve("objects").resolve(bucket).resolve(key));
    }

    @Override
    public void close() {
        client.close();
        stop();
    }
}
