package dev.advtrain.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.advtrain.operator.Fixtures;
import dev.advtrain.operator.model.Run;
import dev.advtrain.resolve.Resolution.Reason;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StorageSecretsTest {
    private static final String SECRETS = "/api/v1/namespaces/team-a/secrets/";
    private static final String LABELLED = "{\"metadata\": {\"labels\": {\"advtrain.dev/storage\": \"true\"}}}";

    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final List<String> asked = new ArrayList<>();
    private final Run run = Fixtures.run(Fixtures.job(text -> text
            .replace("uri: \"pvc://datasets/train-images.gz\"", "uri: \"s3://data/train-images.gz\", secretRef: {name: data-keys}")
            .replace("uri: \"pvc://models/digits\"", "uri: \"s3://models/digits\", secretRef: {name: model-keys}")));
    private HttpServer server;
    private KubernetesClient client;
    private int failure;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + exchange.getRequestHeaders().getFirst("Accept"));
            String answer = answers.get(exchange.getRequestURI().getPath());
            byte[] body = (answer == null ? "{}" : answer).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(failure != 0 ? failure : answer == null ? 404 : 200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        client = new KubernetesClientBuilder().withConfig(new ConfigBuilder()
                .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort()).build()).build();
    }

    @AfterEach
    void stop() {
        client.close();
        server.stop(0);
    }

    @Test
    void asksForNothingButTheMetadataOfTheSecretsNamed() {
        answers.put(SECRETS + "data-keys", LABELLED);
        answers.put(SECRETS + "model-keys", LABELLED);
        assertThat(new StorageSecrets(client).missing(run)).isEmpty();
        assertThat(asked).containsExactly(
                "GET " + SECRETS + "data-keys application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1",
                "GET " + SECRETS + "model-keys application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1");
        asked.clear();
        assertThat(new StorageSecrets(client).missing(Fixtures.run())).isEmpty();
        assertThat(asked).as("a run without Secrets").isEmpty();
    }

    @Test
    void aMissingSecretIsNamed() {
        answers.put(SECRETS + "data-keys", LABELLED);
        assertThat(new StorageSecrets(client).missing(run)).hasValueSatisfying(refused -> {
            assertThat(refused.reason()).isEqualTo(Reason.SECRET_NOT_FOUND);
            assertThat(refused.message()).isEqualTo("secretRef: Invalid value: \"model-keys\": there is no Secret of this name");
        });
    }

    @Test
    void aSecretThatNobodyGaveToJobsIsRefused() {
        for (String metadata : List.of("{}", "{\"labels\": {\"app\": \"db\"}}", "{\"labels\": {\"advtrain.dev/storage\": \"false\"}}")) {
            answers.put(SECRETS + "data-keys", "{\"metadata\": " + metadata + "}");
            assertThat(new StorageSecrets(client).missing(run)).hasValueSatisfying(refused -> {
                assertThat(refused.reason()).isEqualTo(Reason.SECRET_NOT_LABELLED);
                assertThat(refused.message()).isEqualTo("secretRef: Invalid value: \"data-keys\": "
                        + "the Secret needs the label advtrain.dev/storage: \"true\" so that jobs may use it");
            });
        }
    }

    @Test
    void anAnswerThatSaysNothingIsAskedForAgain() {
        failure = 403;
        assertThatThrownBy(() -> new StorageSecrets(client).missing(run)).isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("403").hasMessageContaining("team-a/data-keys");
    }
}
