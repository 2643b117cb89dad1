package dev.advtrain.operator.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModel;
import dev.advtrain.api.v1alpha1.training.AdversarialTrainingJob;
import dev.advtrain.resolve.Sha256;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.dsl.LogWatch;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import java.util.stream.Stream;

/** The namespace of the tests that run on the node, its claims and the folders they are on this machine. */
final class Workplace implements AutoCloseable {
    private static final String NAMESPACE = "advtrain-e2e";
    private static final String CLAIM = """
            apiVersion: v1
            kind: PersistentVolumeClaim
            metadata: {name: NAME}
            spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
            """;
    private static final ObjectMapper JSON = new ObjectMapper();

    final Cluster cluster = new Cluster(NAMESPACE);
    final Path datasets = Node.volume(NAMESPACE, "datasets");
    final Path models = Node.volume(NAMESPACE, "models");
    /** A folder of its own for each test run: nothing of an earlier one is in the way. */
    final String folder = UUID.randomUUID().toString().substring(0, 8);

    Workplace() {
        cluster.startOperator();
        cluster.deleteJobs();
        for (String claim : new String[] {"datasets", "models"}) {
            if (cluster.client.persistentVolumeClaims().inNamespace(NAMESPACE).withName(claim).get() == null) {
                cluster.create(CLAIM.replace("NAME", claim), PersistentVolumeClaim.class);
            }
        }
    }

    /** Fashion-MNIST where {@code examples/fashion-mnist} looks for it; false where ADVTRAIN_DATA is not set. */
    boolean copyData() {
        String data = System.getenv("ADVTRAIN_DATA");
        if (data == null || data.isEmpty()) {
            return false;
        }
        Path to = datasets.resolve("fashion-mnist");
        try (Stream<Path> files = Files.list(Path.of(data, "data/fashion-mnist"))) {
            Files.createDirectories(to);
            for (Path file : files.filter(f -> f.toString().endsWith(".gz")).toList()) {
                Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void threatModel(String manifest) {
        ThreatModel model = Serialization.unmarshal(manifest, ThreatModel.class);
        cluster.client.resources(ThreatModel.class).inNamespace(NAMESPACE).withName(model.getMetadata().getName()).delete();
        cluster.create(manifest, ThreatModel.class);
    }

    AdversarialTrainingJob create(String manifest) {
        return cluster.create(manifest, AdversarialTrainingJob.class);
    }

    /** The running pod of a Job once its log has this text. */
    Pod awaitLog(String job, String text) {
        Pod pod = cluster.awaitPod(job, p -> !"Pending".equals(p.getStatus().getPhase()));
        try (LogWatch log = cluster.client.pods().inNamespace(NAMESPACE).withName(pod.getMetadata().getName()).watchLog();
                BufferedReader lines = new BufferedReader(new InputStreamReader(log.getOutput(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.contains(text)) {
                    return pod;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new AssertionError("the log of " + pod.getMetadata().getName() + " ended without " + text);
    }

    /** A JSON file below a job's output. */
    JsonNode json(String job, String file) {
        try {
            return JSON.readTree(models.resolve(folder).resolve(job).resolve(file).toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String sha256(String job, String file) {
        try {
            return Sha256.hex(Files.readAllBytes(models.resolve(folder).resolve(job).resolve(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        cluster.deleteJobs();
        cluster.close();
    }
}
