package dev.advtrain.trainer.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.S3Object;

/** A real S3 server ({@code -Dadvtrain.s3.server}) over a folder; it may be stopped and started again. */
public final class S3Server implements AutoCloseable {
    public static final String ACCESS_KEY = "AKIATESTER";
    public static final String SECRET_KEY = "Canary7SecretOfTheServer";
    private static final long POLL_MILLIS = 20;

    private final Path folder;
    private final int port;
    private Process process;

    public S3Server(Path folder) {
        this.folder = folder;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start();
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + port);
    }

    public int port() {
        return port;
    }

    /** Returns when it answers. */
    public void start() {
        try {
            Path objects = Files.createDirectories(folder.resolve("objects"));
            Path metadata = Files.createDirectories(folder.resolve("metadata"));
            ProcessBuilder builder = new ProcessBuilder(System.getProperty("advtrain.s3.server"), "--port", "127.0.0.1:" + port, "--quiet", "posix",
                    "--sidecar", metadata.toString(), objects.toString());
            builder.environment().put("ROOT_ACCESS_KEY", ACCESS_KEY);
            builder.environment().put("ROOT_SECRET_KEY", SECRET_KEY);
            process = builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile())).start();
            while (!answers()) {
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
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    public void stop() {
        process.destroyForcibly().onExit().join();
    }

    /** Waits until somebody has tried to reach the stopped server, and turned to it in vain. */
    public void awaitVisitor() {
        try (ServerSocket instead = new ServerSocket()) {
            instead.setReuseAddress(true);
            instead.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            instead.accept().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of one who may do everything. */
    S3Settings settings() {
        return settings(ACCESS_KEY, SECRET_KEY);
    }

    S3Settings settings(String accessKey, String secretKey) {
        return new S3Settings(Optional.of(endpoint()), "us-east-1", AwsBasicCredentials.create(accessKey, secretKey));
    }

    /** A client that is not the trainer's business. */
    public S3Client client() {
        return S3Clients.create(this::settings, new Retries(10, Duration.ofMillis(50), Duration.ofMillis(500), Thread::sleep));
    }

    public static List<String> keys(S3Client client, String bucket) {
        return client.listObjectsV2Paginator(request -> request.bucket(bucket)).contents().stream().map(S3Object::key).toList();
    }

    public static List<String> unfinished(S3Client client, String bucket) {
        return client.listMultipartUploads(request -> request.bucket(bucket)).uploads().stream().map(MultipartUpload::key).toList();
    }

    @Override
    public void close() {
        stop();
    }
}
