package dev.advtrain.operator.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.advtrain.api.v1alpha1.status.AdversarialTrainingJobStatus;
import dev.advtrain.api.v1alpha1.status.AdversarialTrainingJobStatus.Attempts;
import dev.advtrain.api.v1alpha1.status.ConditionType;
import dev.advtrain.api.v1alpha1.status.Phase;
import dev.advtrain.api.v1alpha1.training.AdversarialTrainingJob;
import dev.advtrain.contract.Labels;
import dev.advtrain.resolve.Sha256;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Harden a model you have, as the README says it, on a real node: model, data and results on a real S3 server, its keys in a
 * Secret. {@code -Dadvtrain.e2e.bars} names what {@code WriteBars} of the trainer's tests wrote.
 */
class ObjectStorageIT {
    private static final Path GIVEN = Path.of(System.getProperty("advtrain.e2e.bars"));
    private static final Duration RUN = Duration.ofMinutes(5);
    private static final String SECRET = "s3-credentials";
    private static final String WRONG_SECRET = "s3-wrong";
    private static final String WRONG_KEY = "Canary8WrongSecret";
    private static final String THREAT_MODEL = """
            apiVersion: advtrain.dev/v1alpha1
            kind: ThreatModel
            metadata: {name: linf-0.05}
            spec:
              inputRange: {min: "0", max: "1"}
              perturbation: {lp: {norm: Linf, epsilon: "0.05"}}
            """;
    private static final String JOB = """
            apiVersion: advtrain.dev/v1alpha1
            kind: AdversarialTrainingJob
            metadata: {name: bars}
            spec:
              threatModels: [{name: linf-0.05}]
              model:
                torchScript: {uri: "s3://given/bars.pt", sha256: "SHA256", secretRef: {name: s3-credentials}, inputShape: [1, 12, 12], classes: 4}
              data:
                train: {npz: {uri: "s3://given/train.npz", secretRef: {name: s3-credentials}}}
                test: {imageFolder: {uri: "s3://given/test.zip", secretRef: {name: s3-credentials}}}
              training:
                innerMaximization: {steps: 3}
                epochs: 20
                batchSize: 32
              evaluation: {suite: Quick, samples: 100}
              output: {uri: "s3://hardened/models/bars", secretRef: {name: s3-credentials}}
              resources: {requests: {cpu: 200m, memory: 512Mi}, limits: {cpu: "1", memory: 2Gi}}
              backoffLimit: 1
            """;

    @TempDir
    private Path folder;
    private Workplace place;
    private Cluster cluster;
    private ObjectServer server;

    @BeforeEach
    void start() throws IOException {
        place = new Workplace();
        cluster = place.cluster;
        place.threatModel(THREAT_MODEL);
        deleteSecrets();
        server = new ObjectServer(folder, cluster.hostAddress());
        server.bucket("given");
        server.bucket("hardened");
        for (String file : List.of("bars.pt", "train.npz", "test.zip")) {
            server.put("given", file, GIVEN.resolve(file));
        }
    }

    @AfterEach
    void stop() {
        deleteSecrets();
        place.close();
        server.close();
    }

    @Test
    void aModelOfOnesOwnIsHardenedFromAndToObjectStorage() throws Exception {
        String manifest = JOB.replace("SHA256", Sha256.hex(Files.readAllBytes(GIVEN.resolve("bars.pt"))));
        place.create(manifest);
        AdversarialTrainingJob waiting = cluster.awaitReason("bars", ConditionType.ACCEPTED, "SecretNotFound");
        assertThat(Cluster.condition(waiting, ConditionType.ACCEPTED).orElseThrow().message()).contains('"' + SECRET + '"');
        secret(SECRET, ObjectServer.SECRET_KEY);

        place.awaitLog("bars-atj-train-1", "\"event\":\"epoch\"");
        server.stop();
        assertThat(server.holds("hardened", "models/bars/checkpoints")).isTrue();
        assertThat(server.holds("hardened", "models/bars/model.pt")).as("it still trains").isFalse();
        server.awaitVisitor();
        server.start();
        // Not before: the visitor is the job that trains.
        secret(WRONG_SECRET, WRONG_KEY);
        place.create(manifest.replace(SECRET, WRONG_SECRET).replace("name: bars", "name: wrong").replace("models/bars", "models/wrong"));

        AdversarialTrainingJobStatus status = cluster.awaitFinished("bars", RUN).getStatus();
        assertThat(status.phase()).isEqualTo(Phase.SUCCEEDED);
        assertThat(status.attempts()).isEqualTo(new Attempts(0, 0));
        assertThat(new BigDecimal(status.cleanAccuracy())).isGreaterThan(new BigDecimal("0.8"));
        assertThat(new BigDecimal(status.robustAccuracy())).isGreaterThan(new BigDecimal("0.3"));
        assertThat(status.cost().deviceSeconds()).isPositive();
        assertThat(new BigDecimal(status.cost().imagesPerSecond())).isPositive();
        assertThat(new BigDecimal(status.cost().timesStandardTraining())).isGreaterThan(BigDecimal.ONE);
        theResultIsThere(status);
        theModelKeptItsInterface(status);

        aWrongKeyIsNamed();
        noSecretIsShown();
        deletingThemLeavesOnlyObjects();
    }

    private void theResultIsThere(AdversarialTrainingJobStatus status) throws IOException {
        assertThat(status.artifact().uri()).isEqualTo("s3://hardened/models/bars/model.pt");
        assertThat(status.artifact().reportUri()).isEqualTo("s3://hardened/models/bars/report.json");
        assertThat(server.keys("hardened")).filteredOn(key -> key.startsWith("models/bars/")).containsExactlyInAnyOrder(
                "models/bars/model.pt", "models/bars/model.safetensors", "models/bars/training.json",
                "models/bars/report.json", "models/bars/report.html", "models/bars/shards/0.json", "models/bars/baseline.pt",
                "models/bars/shards/0.baseline.json");
        assertThat(Sha256.hex(server.get("hardened", "models/bars/model.pt"))).isEqualTo(status.artifact().sha256());
        JsonNode report = new ObjectMapper().readTree(server.get("hardened", "models/bars/report.json"));
        assertThat(report.at("/robust/accuracy").asText()).isEqualTo(status.robustAccuracy());
        assertThat(status.baseline().samples()).as("the model that came in").isEqualTo(100);
        assertThat(report.at("/baseline/robust/accuracy").asText()).isEqualTo(status.baseline().robustAccuracy());
    }

    /** The same class, signature and tensors, and outside the cluster the same accuracy. */
    private void theModelKeptItsInterface(AdversarialTrainingJobStatus status) throws Exception {
        Path model = Files.write(folder.resolve("model.pt"), server.get("hardened", "models/bars/model.pt"));
        try (ZipFile before = new ZipFile(GIVEN.resolve("bars.pt").toFile()); ZipFile after = new ZipFile(model.toFile())) {
            assertThat(after.stream().map(ZipEntry::getName)).containsExactlyElementsOf(before.stream().map(ZipEntry::getName).toList());
            assertThat(code(after)).contains("self.training");
            assertThat(code(after).replace(", self.training", ", False")).isEqualTo(code(before));
        }
        Files.writeString(folder.resolve("threatmodel.yaml"), THREAT_MODEL);
        Node.advtrain("evaluate", "--model", model.toString(), "--classes", "4", "--images", GIVEN.resolve("test-images").toString(),
                "--labels", GIVEN.resolve("test-labels").toString(), "-f", folder.resolve("threatmodel.yaml").toString(), "--suite", "Quick");
        JsonNode report = new ObjectMapper().readTree(folder.resolve("model-robustness/report.json").toFile());
        assertThat(report.at("/clean/accuracy").asText()).isEqualTo(status.cleanAccuracy());
        // Another number of threads may round otherwise.
        assertThat(report.at("/robust/correct").asInt()).isCloseTo(new BigDecimal(status.robustAccuracy()).movePointRight(2).intValue(), within(1));
    }

    private static String code(ZipFile archive) throws IOException {
        return new String(archive.getInputStream(archive.getEntry("archive/code/__torch__.py")).readAllBytes(), StandardCharsets.UTF_8);
    }

    private void aWrongKeyIsNamed() {
        AdversarialTrainingJobStatus status = cluster.awaitFinished("wrong", RUN).getStatus();
        assertThat(status.phase()).isEqualTo(Phase.FAILED);
        assertThat(status.attempts()).isEqualTo(new Attempts(2, 0));
        AdversarialTrainingJob job = cluster.awaitReason("wrong", ConditionType.TRAINED, "StorageFailed");
        assertThat(Cluster.condition(job, ConditionType.FINISHED).orElseThrow().message())
                .contains("no attempt is left (backoffLimit 1)", "s3://hardened/models/wrong", "access denied (403");
        assertThat(cluster.eventReasons("wrong")).contains("Retrying");
    }

    private void noSecretIsShown() {
        assertThat(cluster.everythingTold()).contains("access denied").doesNotContain(
                ObjectServer.ACCESS_KEY, ObjectServer.SECRET_KEY, WRONG_KEY, server.authority());
        assertThat(server.keys("hardened")).isNotEmpty().allSatisfy(key ->
                assertThat(new String(server.get("hardened", key), StandardCharsets.ISO_8859_1)).doesNotContain(
                        ObjectServer.ACCESS_KEY, ObjectServer.SECRET_KEY, server.authority()));
    }

    private void deletingThemLeavesOnlyObjects() {
        List<String> objects = server.keys("hardened");
        for (String name : List.of("bars", "wrong")) {
            cluster.job(name).delete();
            cluster.awaitNothingOf(name);
        }
        assertThat(server.keys("hardened")).isEqualTo(objects);
        assertThat(server.keys("given")).containsExactlyInAnyOrder("bars.pt", "train.npz", "test.zip");
        assertThat(cluster.client.secrets().inNamespace(cluster.namespace).withName(SECRET).get()).isNotNull();
    }

    private void secret(String name, String secretKey) {
        cluster.client.resource(new SecretBuilder()
                .withNewMetadata().withNamespace(cluster.namespace).withName(name).addToLabels(Labels.STORAGE, Labels.STORAGE_VALUE).endMetadata()
                .withStringData(Map.of("AWS_ENDPOINT_URL", server.endpoint(), "AWS_REGION", ObjectServer.REGION,
                        "AWS_ACCESS_KEY_ID", ObjectServer.ACCESS_KEY, "AWS_SECRET_ACCESS_KEY", secretKey))
                .build()).create();
    }

    private void deleteSecrets() {
        for (String name : List.of(SECRET, WRONG_SECRET)) {
            cluster.client.secrets().inNamespace(cluster.namespace).withName(name).delete();
        }
    }
}
