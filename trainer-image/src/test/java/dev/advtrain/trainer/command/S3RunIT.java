package dev.advtrain.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.advtrain.contract.TerminationMessage;
import dev.advtrain.contract.TerminationMessages;
import dev.advtrain.resolve.Sha256;
import dev.advtrain.trainer.storage.S3Server;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** The packaged trainer with data, checkpoints and results on a real S3 server, as a pod runs it: credentials in files. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class S3RunIT {
    private static final int SIDE = 28;
    private static final int CLASSES = 10;
    private static final String MANIFESTS = """
            apiVersion: advtrain.dev/v1alpha1
            kind: ThreatModel
            metadata: {name: linf}
            spec:
              inputRange: {min: "0", max: "1"}
              perturbation: {lp: {norm: Linf, epsilon: "0.05"}}
            ---
            apiVersion: advtrain.dev/v1alpha1
            kind: AdversarialTrainingJob
            metadata: {name: bars}
            spec:
              threatModels: [{name: linf}]
              model: {builtin: {architecture: SmallCnn, width: 4, classes: 10, inputShape: [1, 28, 28]}}
              data:
                train:
                  idx:
                    images: {uri: "s3://data/train/images", sha256: "TRAIN_SHA256", secretRef: {name: keys}}
                    labels: {uri: "s3://data/train/labels", secretRef: {name: keys}}
                test:
                  idx:
                    images: {uri: "s3://data/test/images", secretRef: {name: keys}}
                    labels: {uri: "s3://data/test/labels", secretRef: {name: keys}}
              training:
                innerMaximization: {steps: 3}
                epochs: 4
              evaluation: {suite: Quick, samples: 100, shards: 2}
              output: {uri: "s3://models/hardened/bars", secretRef: {name: keys}}
            """;

    @TempDir
    Path folder;
    private S3Server server;
    private S3Client client;
    private byte[] images;

    /** A finished process: its exit code and the lines of its output. */
    private record Ended(int exitCode, List<String> lines) {}

    @BeforeEach
    void start() throws IOException {
        server = new S3Server(Files.createDirectory(folder.resolve("server")));
        client = server.client();
        client.createBucket(request -> request.bucket("data"));
        client.createBucket(request -> request.bucket("models"));
        images = put("train", 1200, 1);
        put("test", 100, 2);
        Files.writeString(folder.resolve("manifests.yaml"), MANIFESTS.replace("TRAIN_SHA256", Sha256.hex(images)));
        Path keys = Files.createDirectory(folder.resolve("keys"));
        Files.writeString(keys.resolve("AWS_ENDPOINT_URL"), server.endpoint().toString());
        Files.writeString(keys.resolve("AWS_ACCESS_KEY_ID"), S3Server.ACCESS_KEY);
        Files.writeString(keys.resolve("AWS_SECRET_ACCESS_KEY"), S3Server.SECRET_KEY + "\n");
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    /** Images with a bright bar where their class says, as IDX. */
    private byte[] put(String name, int count, long seed) throws IOException {
        Random random = new Random(seed);
        ByteArrayOutputStream pixels = new ByteArrayOutputStream();
        ByteArrayOutputStream labels = new ByteArrayOutputStream();
        DataOutputStream header = new DataOutputStream(pixels);
        for (int number : new int[] {0x803, count, SIDE, SIDE}) {
            header.writeInt(number);
        }
        new DataOutputStream(labels).writeInt(0x801);
        new DataOutputStream(labels).writeInt(count);
        for (int i = 0; i < count; i++) {
            int label = random.nextInt(CLASSES);
            byte[] image = new byte[SIDE * SIDE];
            random.nextBytes(image);
            for (int at = 0; at < image.length; at++) {
                int column = at % SIDE;
                image[at] = (byte) ((image[at] & 0x3f) + (column / 2 == label + 2 ? 0xa0 : 0));
            }
            pixels.write(image);
            labels.write(label);
        }
        object("data", name + "/images", pixels.toByteArray());
        object("data", name + "/labels", labels.toByteArray());
        return pixels.toByteArray();
    }

    private void object(String bucket, String key, byte[] content) {
        client.putObject(request -> request.bucket(bucket).key(key), RequestBody.fromBytes(content));
    }

    @Test
    void aRunGoesOnAfterItselfAndAfterItsServerWereStopped() throws Exception {
        Ended stopped = run("train", line -> line.contains("\"event\":\"epoch\""), process -> process.toHandle().destroy());
        assertThat(stopped.exitCode).as("%s", stopped.lines).isEqualTo(75);
        assertThat(S3Server.keys(client, "models")).contains("hardened/bars/checkpoints/attempts.json")
                .anyMatch(key -> key.matches("hardened/bars/checkpoints/checkpoint-\\d+\\.safetensors"))
                .doesNotContain("hardened/bars/model.pt");

        // Away until the trainer has missed it.
        Ended trained = run("train", line -> line.contains("\"event\":\"epoch\""), process -> {
            server.stop();
            server.awaitVisitor();
            server.start();
        });
        assertThat(trained.exitCode).as("%s", trained.lines).isZero();
        assertThat(trained.lines).anyMatch(line -> line.contains("going on from the checkpoint after step"));
        assertThat(message().artifact().uri()).isEqualTo("s3://models/hardened/bars/model.pt");

        assertThat(run("evaluate").exitCode).isZero();
        assertThat(run("report").exitCode).isZero();
        assertThat(message().evaluation().samples()).isEqualTo(100);
        assertThat(S3Server.keys(client, "models")).containsExactlyInAnyOrder("hardened/bars/model.pt", "hardened/bars/model.safetensors",
                "hardened/bars/training.json", "hardened/bars/report.json", "hardened/bars/report.html",
                "hardened/bars/shards/0.json", "hardened/bars/shards/1.json");
        assertThat(S3Server.unfinished(client, "models")).isEmpty();
        assertThat(S3Server.keys(client, "data")).hasSize(4);
    }

    @Test
    void whatIsWrongIsNamedAndNoSecretIsShown() throws Exception {
        object("data", "train/images", Arrays.copyOf(images, images.length / 2));
        fails(65, "s3://data/train/images: sha256 is " + Sha256.hex(Arrays.copyOf(images, images.length / 2)) + "; expected " + Sha256.hex(images));
        client.deleteObject(request -> request.bucket("data").key("train/images"));
        fails(65, "s3://data/train/images: no such object (404 NoSuchKey)");
        object("data", "train/images", images);

        client.deleteBucket(request -> request.bucket("models"));
        fails(74, "s3://models/hardened/bars/checkpoints: listing failed: there is no bucket models");

        Files.writeString(folder.resolve("keys/AWS_SECRET_ACCESS_KEY"), "Canary7Wrong");
        fails(74, "s3://models/hardened/bars/checkpoints/attempts.json: looking failed: access denied (403)");
        Files.delete(folder.resolve("keys/AWS_SECRET_ACCESS_KEY"));
        fails(64, "output.uri: s3://models/hardened/bars: Secret keys: has no AWS_SECRET_ACCESS_KEY");
    }

    private void fails(int code, String message) throws Exception {
        Ended ended = run("train");
        assertThat(message().error()).isEqualTo(new TerminationMessage.Error(code, message));
        assertThat(ended.exitCode).isEqualTo(code);
    }

    private TerminationMessage message() throws IOException {
        return TerminationMessages.read(Files.readString(folder.resolve("message"))).orElseThrow();
    }

    private Ended run(String command) throws Exception {
        return run(command, line -> true, process -> { });
    }

    /** Runs to the end; acts at the first line that is waited for. Nothing that it says has a secret in it, not even with --debug. */
    private Ended run(String command, Predicate<String> when, Consumer<Process> then) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin/java").toString(), "-jar",
                System.getProperty("advtrain.jar"), command, "-f", folder.resolve("manifests.yaml").toString(), "--secret", "keys=" + folder.resolve("keys"),
                "--termination-log", folder.resolve("message").toString(), "--debug").redirectErrorStream(true);
        builder.environment().putAll(Map.of("OMP_WAIT_POLICY", "PASSIVE"));
        Process process = builder.start();
        List<String> lines = new ArrayList<>();
        try (BufferedReader reader = process.inputReader()) {
            boolean done = false;
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line);
                if (!done && when.test(line)) {
                    then.accept(process);
                    done = true;
                }
            }
            Ended ended = new Ended(process.waitFor(), lines);
            assertThat(String.join("\n", lines) + Files.readString(folder.resolve("message"))).doesNotContain("Canary7", S3Server.ACCESS_KEY,
                    server.endpoint().getAuthority());
            return ended;
        } finally {
            process.destroyForcibly();
        }
    }
}
