package dev.advtrain.operator.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.advtrain.api.v1alpha1.status.AdversarialTrainingJobStatus;
import dev.advtrain.api.v1alpha1.status.AdversarialTrainingJobStatus.Attempts;
import dev.advtrain.api.v1alpha1.status.ConditionType;
import dev.advtrain.api.v1alpha1.evaluation.Suite;
import dev.advtrain.api.v1alpha1.status.ConfidenceInterval;
import dev.advtrain.api.v1alpha1.status.GradientMasking;
import dev.advtrain.api.v1alpha1.status.Phase;
import dev.advtrain.api.v1alpha1.status.ThreatModelResult;
import dev.advtrain.api.v1alpha1.status.ThreatModelResult.AttackResult;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModel;
import dev.advtrain.api.v1alpha1.training.AdversarialTrainingJob;
import io.fabric8.kubernetes.api.model.Pod;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The whole path on a real node: operator from the chart, trainer from its image, a small run on drawn digits.
 * {@code -Dadvtrain.prove.example=NAME} disturbs that example of {@code examples/} instead ({@code dev/prove disturb}).
 */
class EndToEndIT {
    private static final Optional<String> EXAMPLE = Optional.ofNullable(System.getProperty("advtrain.prove.example"));
    private static final Duration RUN = Duration.ofMinutes(10);
    private static final String SECOND_EPOCH_DONE = "\"event\":\"epoch\",\"epoch\":2,";
    private static final String THREAT_MODEL = """
            apiVersion: advtrain.dev/v1alpha1
            kind: ThreatModel
            metadata: {name: NAME}
            spec:
              inputRange: {min: "0", max: "1"}
              perturbation: {lp: {norm: Linf, epsilon: "0.03"}}
            """;
    private static final String JOB = """
            apiVersion: advtrain.dev/v1alpha1
            kind: AdversarialTrainingJob
            metadata: {name: NAME}
            spec:
              threatModels: [{name: linf-0.03}]
              model: {builtin: {architecture: SmallCnn, width: 8, classes: 10, inputShape: [1, 28, 28]}}
              data:
                train: {builtinDigits: {count: 1500, seed: 1}}
                test: {builtinDigits: {count: 400, seed: 2}}
              training:
                innerMaximization: {steps: 3, stepSize: "0.015"}
                epochs: 5
                batchSize: 64
                optimizer: {sgd: {learningRate: "0.1"}}
              evaluation: {suite: Quick, samples: 200, shards: 2}
              output: {uri: "pvc://models/FOLDER/NAME"}
              resources: {requests: {cpu: 200m, memory: 512Mi}, limits: {cpu: "1", memory: 2Gi}}
            """;

    private static Workplace place;
    private static Cluster cluster;

    @BeforeAll
    static void start() {
        place = new Workplace();
        cluster = place.cluster;
        place.threatModel(THREAT_MODEL.replace("NAME", "linf-0.03"));
        EXAMPLE.ifPresent(example -> {
            place.threatModel(Node.read("examples/" + example + "/threatmodel.yaml"));
            place.copyData();
        });
    }

    @AfterAll
    static void stop() {
        place.close();
    }

    private static String manifest(String name) {
        return JOB.replace("NAME", name).replace("FOLDER", place.folder);
    }

    /** The run that is disturbed. */
    private static String subject(String name) {
        return EXAMPLE.map(example -> Node.read("examples/" + example + "/job.yaml")
                        .replace("\n  name: " + example + "\n", "\n  name: " + name + "\n")
                        .replace("pvc://models/" + example + "\n", "pvc://models/" + place.folder + "/" + name + "\n"))
                .orElseGet(() -> manifest(name));
    }

    private static AdversarialTrainingJobStatus finished(String name) {
        return cluster.awaitFinished(name, RUN).getStatus();
    }

    /** All of a status that a disturbance must leave as it is. */
    private record Outcome(Phase phase, String clean, String robust, ConfidenceInterval interval, List<String> attacks, String artifact) {
        static Outcome of(AdversarialTrainingJobStatus status) {
            return new Outcome(status.phase(), status.cleanAccuracy(), status.robustAccuracy(), status.confidenceInterval(),
                    status.results().stream().flatMap(r -> r.attacks().stream()).map(a -> a.name() + " " + a.robustAccuracy()).toList(),
                    status.artifact().sha256());
        }
    }

    @Test
    void aDisturbedRunEndsAsAnUndisturbedOne() {
        List<String> names = List.of("plain", "killed", "deleted");
        names.forEach(name -> place.create(subject(name)));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletableFuture.allOf(
                    CompletableFuture.runAsync(() -> Node.kill(place.awaitLog("killed-atj-train-1", SECOND_EPOCH_DONE)), threads),
                    CompletableFuture.runAsync(() -> cluster.client.resource(
                            place.awaitLog("deleted-atj-train-1", SECOND_EPOCH_DONE)).delete(), threads)).join();
        }
        AdversarialTrainingJobStatus plain = finished("plain");
        assertThat(plain.phase()).isEqualTo(Phase.SUCCEEDED);
        assertThat(plain.attempts()).isEqualTo(new Attempts(0, 0));
        assertThat(plain.artifact().sha256()).isEqualTo(place.sha256("plain", "model.pt"));
        assertThat(new BigDecimal(plain.cleanAccuracy())).as("it has learnt").isGreaterThan(new BigDecimal("0.3"));
        JsonNode training = place.json("plain", "training.json");
        int steps = training.path("steps").asInt();
        int stepsPerEpoch = steps / training.path("epochs").size();
        assertThat(steps("plain")).containsExactly(steps);

        assertThat(finished("killed").attempts()).isEqualTo(new Attempts(1, 0));
        assertThat(finished("deleted").attempts()).isEqualTo(new Attempts(0, 1));
        for (String name : List.of("killed", "deleted")) {
            assertThat(Outcome.of(finished(name))).as(name).isEqualTo(Outcome.of(plain));
            assertThat(place.sha256(name, "model.safetensors")).as(name).isEqualTo(place.sha256("plain", "model.safetensors"));
            assertThat(place.sha256(name, "model.pt")).as(name).isEqualTo(place.sha256("plain", "model.pt"));
            assertThat(steps(name)).as(name).hasSize(2);
        }
        // SIGKILL loses what came after the last checkpoint, which is made after each epoch; SIGTERM makes one.
        assertThat(lost("killed")).isBetween(0, stepsPerEpoch);
        assertThat(lost("deleted")).isBetween(0, 1);
    }

    /** Steps made by each attempt. */
    private static List<Integer> steps(String job) {
        return StreamSupport.stream(place.json(job, "training.json").path("attempts").spliterator(), false)
                .map(attempt -> attempt.path("stepsDone").asInt()).toList();
    }

    private static int lost(String job) {
        JsonNode training = place.json(job, "training.json");
        return steps(job).stream().mapToInt(Integer::intValue).sum() - training.path("steps").asInt();
    }

    @Test
    void theDefaultSuiteMeasuresEachThreatModelAndTheirUnion() {
        place.threatModel(THREAT_MODEL.replace("NAME", "l2-0.5").replace("Linf, epsilon: \"0.03\"", "L2, epsilon: \"0.5\""));
        place.create(manifest("union").replace("[{name: linf-0.03}]", "[{name: linf-0.03}, {name: l2-0.5}]")
                .replace("suite: Quick, samples: 200", "samples: 40"));
        AdversarialTrainingJobStatus union = finished("union");
        assertThat(union.phase()).isEqualTo(Phase.SUCCEEDED);
        assertThat(union.suite()).isEqualTo(Suite.AUTO_ATTACK);
        assertThat(union.threatSummary()).isEqualTo("Linf 0.03, L2 0.5");
        assertThat(union.results()).extracting(ThreatModelResult::name).containsExactly("linf-0.03", "l2-0.5");
        assertThat(union.results()).allSatisfy(result -> {
            assertThat(result.attacks()).extracting(AttackResult::name).containsExactly("APGD-CE", "APGD-T", "FAB-T", "Square");
            assertThat(result.robustAccuracy()).isGreaterThanOrEqualTo(union.robustAccuracy()).isLessThanOrEqualTo(union.cleanAccuracy());
        });
        assertThat(union.gradientMasking().verdict()).isNotEqualTo(GradientMasking.Verdict.SUSPECTED);
        assertThat(union.gradientMasking().checks()).hasSizeGreaterThan(5);
        assertThat(union.warnings()).isNull();
        assertThat(place.json("union", "report.json").at("/robust/accuracy").asText()).isEqualTo(union.robustAccuracy());
        assertThat(place.sha256("union", "report.html")).hasSize(64);
    }

    @Test
    void killingTheOperatorInEachStageChangesNothing() {
        place.create(subject("calm"));
        AdversarialTrainingJobStatus calm = finished("calm");
        place.create(subject("headless"));
        place.awaitLog("headless-atj-train-1", SECOND_EPOCH_DONE);
        cluster.killOperator();
        cluster.awaitPod("headless-atj-eval-1", pod -> "Running".equals(pod.getStatus().getPhase()));
        cluster.killOperator();
        cluster.awaitPod("headless-atj-report-1", pod -> "Running".equals(pod.getStatus().getPhase()));
        cluster.killOperator();
        AdversarialTrainingJobStatus headless = finished("headless");
        assertThat(Outcome.of(headless)).isEqualTo(Outcome.of(calm));
        assertThat(headless.attempts()).isEqualTo(calm.attempts());
        assertThat(headless.jobs().report()).isEqualTo("headless-atj-report-1");
        assertThat(cluster.eventReasons("headless")).containsExactlyInAnyOrder(
                "Accepted", "Training", "Trained", "Evaluating", "Reporting", "Evaluated", "Succeeded");

        // The output holds its artifact now: another run may not have it.
        place.create(subject("intruder").replace("/intruder", "/calm"));
        assertThat(finished("intruder").phase()).isEqualTo(Phase.FAILED);
        AdversarialTrainingJob intruder = cluster.awaitReason("intruder", ConditionType.TRAINED, "OutputTaken");
        assertThat(Cluster.condition(intruder, ConditionType.TRAINED).orElseThrow().message()).contains("exit code 73");
        assertThat(place.sha256("calm", "model.pt")).isEqualTo(calm.artifact().sha256());
    }

    @Test
    void dataWithAnotherDigestEndsItWithTheTrainersWords() {
        Idx.write(place.datasets.resolve("e2e/images"), 40, 28, 28);
        Idx.write(place.datasets.resolve("e2e/labels"), 40);
        String sha256 = "0".repeat(64);
        place.create(manifest("pinned").replace("train: {builtinDigits: {count: 1500, seed: 1}}",
                "train: {idx: {images: {uri: \"pvc://datasets/e2e/images\", sha256: \"" + sha256
                        + "\"}, labels: {uri: \"pvc://datasets/e2e/labels\"}}}"));
        AdversarialTrainingJobStatus status = finished("pinned");
        assertThat(status.phase()).isEqualTo(Phase.FAILED);
        assertThat(status.cleanAccuracy()).isNull();
        AdversarialTrainingJob job = cluster.awaitReason("pinned", ConditionType.TRAINED, "DataUnusable");
        assertThat(Cluster.condition(job, ConditionType.FINISHED).orElseThrow().message())
                .contains("exit code 65", "pvc://datasets/e2e/images", sha256);
    }

    /** The node has GPUs for the scheduler only ({@code dev/gomod/fakegpu}). */
    @Test
    void aGpuIsScheduledForAndMissedByTheTrainer() {
        place.create(manifest("gpu").replace("limits: {cpu:", "limits: {nvidia.com/gpu: 1, cpu:"));
        AdversarialTrainingJobStatus status = finished("gpu");
        assertThat(status.phase()).isEqualTo(Phase.FAILED);
        assertThat(status.attempts()).as("another attempt would find no GPU either").isEqualTo(new Attempts(1, 0));
        AdversarialTrainingJob job = cluster.awaitReason("gpu", ConditionType.TRAINED, "DeviceMissing");
        assertThat(Cluster.condition(job, ConditionType.FINISHED).orElseThrow().message())
                .contains("exit code 78", "no CUDA device was found");
        Pod pod = cluster.podsOf("gpu-atj-train-1").list().getItems().getFirst();
        assertThat(pod.getSpec().getNodeName()).isNotNull();
        assertThat(pod.getSpec().getContainers().getFirst().getArgs()).contains("--device", "cuda");
    }

    @Test
    void aMissedGateRejects() {
        place.create(manifest("gated").replace("epochs: 5", "epochs: 1").replace("samples: 200, shards: 2", "samples: 20")
                + "  acceptance: {minRobustAccuracy: \"1\"}\n");
        AdversarialTrainingJobStatus status = finished("gated");
        assertThat(status.phase()).isEqualTo(Phase.REJECTED);
        assertThat(status.robustAccuracy()).isNotNull();
        cluster.awaitReason("gated", ConditionType.SUCCEEDED, "GatesMissed");
    }

    @Test
    void aJobWaitsForItsThreatModelAndDeletingItStopsItsPods() {
        place.create(manifest("stopped").replace("name: linf-0.03", "name: not-yet"));
        cluster.awaitReason("stopped", ConditionType.ACCEPTED, "ThreatModelNotFound");
        place.threatModel(THREAT_MODEL.replace("NAME", "not-yet"));
        Pod pod = cluster.awaitPod("stopped-atj-train-1", p -> "Running".equals(p.getStatus().getPhase()));
        String configMap = cluster.job("stopped").get().getStatus().resolved().configMapName();
        cluster.job("stopped").delete();
        cluster.awaitGone(cluster.client.pods().resource(pod));
        cluster.awaitGone(cluster.client.batch().v1().jobs().inNamespace(cluster.namespace).withName("stopped-atj-train-1"));
        cluster.awaitGone(cluster.client.configMaps().inNamespace(cluster.namespace).withName(configMap));
        cluster.client.resources(ThreatModel.class).inNamespace(cluster.namespace)
                .withName("not-yet").delete();
    }
}
