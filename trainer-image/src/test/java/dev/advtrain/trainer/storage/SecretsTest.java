package dev.advtrain.trainer.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.advtrain.api.v1alpha1.SecretReference;
import dev.advtrain.contract.ExitCode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;

class SecretsTest {
    private static final String CANARY = "Canary7Secret";

    @TempDir
    Path folder;
    private Secrets secrets;

    @BeforeEach
    void mount() throws IOException {
        put("AWS_ACCESS_KEY_ID", "AKIA1\n");
        put("AWS_SECRET_ACCESS_KEY", CANARY);
        put("AWS_ENDPOINT_URL", "http://minio.storage.svc:9000");
        secrets = new Secrets(Map.of("keys", folder), Map.of());
    }

    private void put(String key, String value) throws IOException {
        Files.writeString(folder.resolve(key), value);
    }

    @Test
    void readsTheFilesOfASecret() throws IOException {
        S3Settings settings = secrets.s3("output.uri", "keys");
        assertThat(settings.endpoint()).contains(URI.create("http://minio.storage.svc:9000"));
        assertThat(settings.region()).isEqualTo("us-east-1");
        assertThat(settings.credentials().accessKeyId()).isEqualTo("AKIA1");
        assertThat(settings.credentials().secretAccessKey()).isEqualTo(CANARY);
        put("AWS_REGION", "eu-central-1");
        put("AWS_SESSION_TOKEN", "token");
        settings = secrets.s3("output.uri", "keys");
        assertThat(settings.region()).isEqualTo("eu-central-1");
        assertThat(settings.credentials()).isInstanceOfSatisfying(AwsSessionCredentials.class,
                session -> assertThat(session.sessionToken()).isEqualTo("token"));
    }

    @Test
    void takesTheEnvironmentOnlyWhereItIsGiven() {
        Map<String, String> environment = Map.of("AWS_ACCESS_KEY_ID", "AKIA2", "AWS_SECRET_ACCESS_KEY", CANARY);
        assertThat(new Secrets(Map.of(), environment).s3("output.uri", null).credentials().accessKeyId()).isEqualTo("AKIA2");
        assertThat(new Secrets(Map.of("keys", folder), environment).s3("output.uri", "keys").credentials().accessKeyId()).isEqualTo("AKIA1");
        refused("output.uri: s3://b/k: there are no credentials; expected the option --secret other=DIR, or AWS_ACCESS_KEY_ID and "
                + "AWS_SECRET_ACCESS_KEY in the environment", () -> secrets.s3("output.uri: s3://b/k", "other"));
    }

    @Test
    void namesTheKeyThatIsWrongAndNoValue() throws IOException {
        put("AWS_SECRET_ACCESS_KEY", CANARY + "\nsecond line");
        refused("x: Secret keys: AWS_SECRET_ACCESS_KEY has a character that is no visible ASCII; expected one line of text",
                () -> secrets.s3("x", "keys"));
        Files.delete(folder.resolve("AWS_SECRET_ACCESS_KEY"));
        refused("x: Secret keys: has no AWS_SECRET_ACCESS_KEY", () -> secrets.s3("x", "keys"));
        put("AWS_SECRET_ACCESS_KEY", CANARY);
        for (String endpoint : new String[] {"minio:9000", "http://user:" + CANARY + "@minio", "https://minio/path", "https:///", "http://m|" + CANARY,
            "ftp://minio", "https://minio?" + CANARY}) {
            put("AWS_ENDPOINT_URL", endpoint);
            refused("x: Secret keys: AWS_ENDPOINT_URL is malformed; expected https://HOST or http://HOST, with a port or without, and nothing more",
                    () -> secrets.s3("x", "keys"));
        }
    }

    /** A server that is not there: nothing of the Secret is in what people see, not even with --debug. */
    @Test
    void nothingOfASecretIsInAFailure() throws IOException {
        put("AWS_ENDPOINT_URL", "http://127.0.0.1:1");
        S3Storage storage = new S3Storage(S3Clients.create(() -> secrets.s3("output.uri", "keys"),
                new Retries(2, java.time.Duration.ofMillis(1), java.time.Duration.ofMillis(1), Thread::sleep)), "bucket", Retries.NETWORK);
        refused(ExitCode.STORAGE, "s3://bucket/key: reading failed: no connection to the endpoint", () -> storage.read("key"));
        refused(ExitCode.STORAGE, "s3://bucket/key: writing failed: no connection to the endpoint",
                () -> storage.write("key", out -> out.write(1), true));
        assertThat(secrets.toString() + secrets.s3("x", "keys") + new Secrets(Map.of(), Map.of("A", CANARY)) + new SecretReference("keys"))
                .doesNotContain(CANARY, "AKIA1", "127.0.0.1");
    }

    private static void refused(String message, ThrowingCallable action) {
        refused(ExitCode.RUN_SPEC, message, action);
    }

    private static void refused(ExitCode code, String message, ThrowingCallable action) {
        Refusals.refused(code, message, action, CANARY, "AKIA1", "127.0.0.1");
    }
}
