package dev.advtrain.trainer.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.advtrain.contract.ExitCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

class S3StorageIT {
    private static final String BUCKET = "storage-it";
    private static final byte[] LARGE = new byte[2 * S3Upload.PART_BYTES + 12345];

    @TempDir
    private static Path folder;
    private static S3Server server;
    private static S3Client client;
    private final S3Storage storage = new S3Storage(client, BUCKET, new Retries(3, Duration.ofMillis(1), Duration.ofMillis(1), Thread::sleep));

    @BeforeAll
    static void start() {
        server = new S3Server(folder);
        client = server.client();
        new Random(1).nextBytes(LARGE);
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    @BeforeEach
    void makeBucket() {
        client.createBucket(request -> request.bucket(BUCKET));
    }

    @AfterEach
    void nothingIsLeftHalfDone() {
        assertThat(S3Server.unfinished(client, BUCKET)).isEmpty();
        S3Server.keys(client, BUCKET).forEach(key -> client.deleteObject(request -> request.bucket(BUCKET).key(key)));
        client.deleteBucket(request -> request.bucket(BUCKET));
    }

    private byte[] read(String path) throws IOException {
        try (InputStream in = storage.read(path)) {
            return in.readAllBytes();
        }
    }

    @Test
    void writesReadsListsAndDeletes() throws IOException {
        storage.write("out/shards/1.json", out -> out.write("one".getBytes()), true);
        storage.write("out/shards/0.json", out -> out.write("zero".getBytes()), false);
        storage.write("out/shards/0.json", out -> out.write("zero again".getBytes()), false);
        storage.write("out/empty file", out -> { }, true);
        storage.write("out2/x", out -> out.write(7), true);
        assertThat(read("out/shards/0.json")).asString().isEqualTo("zero again");
        assertThat(read("out/empty file")).isEmpty();
        assertThat(storage.list("out/shards")).containsExactly("0.json", "1.json");
        assertThat(storage.list("out")).containsExactly("empty file");
        assertThat(storage.walk("out")).containsExactly("empty file", "shards/0.json", "shards/1.json");
        assertThat(storage.walk("nowhere")).isEmpty();
        assertThat(storage.uri("out/x")).isEqualTo("s3://storage-it/out/x");
        storage.delete("out/shards/0.json");
        storage.delete("out/shards/0.json");
        assertThat(storage.exists("out/shards/0.json")).isFalse();
        assertThat(storage.exists("out/shards/1.json")).isTrue();
        refused(ExitCode.RUN_SPEC, "s3://storage-it/out/../x: '..' in the path; expected plain names between single slashes",
                () -> storage.read("out/../x"));
    }

    @Test
    void aLargeObjectGoesInParts() throws IOException {
        storage.write("large", out -> {
            out.write(LARGE, 0, 100);
            out.write(LARGE, 100, LARGE.length - 100);
        }, true);
        assertThat(client.headObject(request -> request.bucket(BUCKET).key("large")).eTag()).endsWith("-3\"");
        assertThat(read("large")).isEqualTo(LARGE);
    }

    @Test
    void aWriteThatFailsLeavesTheOldContentAndNoParts() throws IOException {
        storage.write("model.pt", out -> out.write("old".getBytes()), true);
        refused(ExitCode.STORAGE, "s3://storage-it/model.pt: writing failed: it ends here", () -> storage.write("model.pt", out -> {
            out.write(LARGE);
            throw new IOException("it ends here");
        }, true));
        assertThat(read("model.pt")).asString().isEqualTo("old");
    }

    @Test
    void theNextWriteRemovesWhatAKilledOneLeft() throws IOException {
        String id = client.createMultipartUpload(request -> request.bucket(BUCKET).key("large")).uploadId();
        client.uploadPart(request -> request.bucket(BUCKET).key("large").uploadId(id).partNumber(1), RequestBody.fromBytes(LARGE));
        assertThat(S3Server.unfinished(client, BUCKET)).containsExactly("large");
        storage.write("large", out -> out.write(LARGE), true);
        assertThat(S3Server.unfinished(client, BUCKET)).isEmpty();
    }

    @Test
    void goesOnReadingAndWritingWhenTheServerIsBack() throws IOException {
        storage.write("large", out -> out.write(LARGE), true);
        S3Storage patient = new S3Storage(client, BUCKET, new Retries(3, Duration.ZERO, Duration.ZERO, _ -> server.start()));
        byte[] found = new byte[LARGE.length];
        try (InputStream in = patient.read("large")) {
            in.readNBytes(found, 0, 1000);
            server.stop();
            assertThat(in.readNBytes(found, 1000, found.length - 1000)).isEqualTo(found.length - 1000);
        }
        assertThat(found).isEqualTo(LARGE);
        storage.write("large2", out -> {
            out.write(LARGE);
            server.stop();
            Thread.startVirtualThread(server::start);
            out.write(LARGE);
        }, true);
        assertThat(client.headObject(request -> request.bucket(BUCKET).key("large2")).contentLength()).isEqualTo(2L * LARGE.length);
    }

    @Test
    void anObjectThatIsReplacedWhileReadingBreaksIsNotMixed() throws IOException {
        storage.write("large", out -> out.write(LARGE), true);
        S3Storage patient = new S3Storage(client, BUCKET, new Retries(3, Duration.ZERO, Duration.ZERO, _ -> {
            server.start();
            storage.write("large", out -> out.write(new byte[LARGE.length]), true);
        }));
        try (InputStream in = patient.read("large")) {
            in.readNBytes(1000);
            server.stop();
            refused(ExitCode.DATA, "s3://storage-it/large: it was replaced while it was read", in::readAllBytes);
        }
    }

    @Test
    void whatIsNotThereIsNamed() {
        refused(ExitCode.DATA, "s3://storage-it/no/file: no such object (404 NoSuchKey)", () -> storage.read("no/file"));
        S3Storage elsewhere = new S3Storage(client, "no-such-bucket", Retries.NETWORK);
        refused(ExitCode.DATA, "s3://no-such-bucket/x: there is no bucket no-such-bucket", () -> elsewhere.read("x"));
        refused(ExitCode.STORAGE, "s3://no-such-bucket/x: writing failed: there is no bucket no-such-bucket",
                () -> elsewhere.write("x", out -> out.write(1), true));
        refused(ExitCode.STORAGE, "s3://no-such-bucket/x: listing failed: there is no bucket no-such-bucket", () -> elsewhere.list("x"));
    }

    @Test
    void wrongCredentialsAreRefusedAtOnceAndShowNowhere() {
        storage.write("x", out -> out.write(1), true);
        try (S3Client wrong = S3Clients.create(() -> server.settings(S3Server.ACCESS_KEY, "Canary7Wrong"), Retries.NETWORK);
                S3Client unknown = S3Clients.create(() -> server.settings("AKIAUNKNOWN", "Canary7Wrong"), Retries.NETWORK)) {
            S3Storage denied = new S3Storage(wrong, BUCKET, Retries.NETWORK);
            refused(ExitCode.DATA, "s3://storage-it/x: access denied (403 SignatureDoesNotMatch)", () -> denied.read("x"));
            refused(ExitCode.STORAGE, "s3://storage-it/x: writing failed: access denied (403 SignatureDoesNotMatch)",
                    () -> denied.write("x", out -> out.write(1), true));
            refused(ExitCode.STORAGE, "s3://storage-it/x: looking failed: access denied (403)", () -> denied.exists("x"));
            refused(ExitCode.DATA, "s3://storage-it/x: the server answered 404 XAdminUserNotFound",
                    () -> new S3Storage(unknown, BUCKET, Retries.NETWORK).read("x"));
        }
    }

    private static void refused(ExitCode code, String message, ThrowingCallable action) {
        Refusals.refused(code, message, action, "Canary7", "AKIA");
    }
}
