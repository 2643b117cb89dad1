package dev.advtrain.crds;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.advtrain.api.v1alpha1.ApiGroup;
import dev.advtrain.api.v1alpha1.evaluation.Suite;
import dev.advtrain.api.v1alpha1.status.AdversarialTrainingJobStatus;
import dev.advtrain.api.v1alpha1.status.Condition;
import dev.advtrain.api.v1alpha1.status.ConditionStatus;
import dev.advtrain.api.v1alpha1.status.ConfidenceInterval;
import dev.advtrain.api.v1alpha1.status.Cost;
import dev.advtrain.api.v1alpha1.status.GradientMasking;
import dev.advtrain.api.v1alpha1.status.GradientMasking.CheckVerdict;
import dev.advtrain.api.v1alpha1.status.GradientMasking.Verdict;
import dev.advtrain.api.v1alpha1.status.Phase;
import dev.advtrain.api.v1alpha1.status.ThreatModelResult;
import dev.advtrain.api.v1alpha1.threatmodel.Knowledge;
import dev.advtrain.api.v1alpha1.threatmodel.Norm;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelKind;
import dev.advtrain.api.v1alpha1.training.AdversarialTrainingJob;
import dev.advtrain.api.v1alpha1.training.AdversarialTrainingJobSpec;
import dev.advtrain.resolve.ManifestReader;
import io.fabric8.kubernetes.api.model.APIResource;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What kubectl prints: columns, short names, categories. */
class TableIT {
    private static ApiServer server;

    @BeforeAll
    static void start() throws IOException {
        server = new ApiServer();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void jobColumns() throws Exception {
        String text = Manifest.of("AdversarialTrainingJob", "metadata.namespace=" + server.namespace).toString();
        AdversarialTrainingJob job = server.client.resource(ManifestReader.parse("job", text).jobs().getFirst()).create();
        job.setStatus(status());
        server.client.resource(job).updateStatus();

        JsonNode table = table("namespaces/" + server.namespace + "/adversarialtrainingjobs");
        assertThat(columns(table, 0)).containsExactly("Name", "PHASE", "CLEAN", "ROBUST", "THREAT", "AGE");
        assertThat(columns(table, 1)).containsExactly("SUITE", "MASKING", "ARTIFACT");
        assertThat(cells(table)).startsWith("fashion-mnist", "Succeeded", "0.8010", "0.6580", "Linf 0.1, L2 1.5", "Quick", "NotSuspected",
                "pvc://models/model.pt");
    }

    @Test
    void theStatusComesBackAsItWasWritten() {
        String text = Manifest.of("AdversarialTrainingJob", "metadata.name=whole", "metadata.namespace=" + server.namespace).toString();
        AdversarialTrainingJob job = server.client.resource(ManifestReader.parse("job", text).jobs().getFirst()).create();
        job.setStatus(status());
        assertThat(server.client.resource(job).updateStatus().getStatus()).isEqualTo(status());
    }

    @Test
    void threatModelColumns() throws Exception {
        String text = Manifest.of("ThreatModel", "metadata.namespace=" + server.namespace, "spec.perturbation.lp.epsilon=8/255").toString();
        server.client.resource(ManifestReader.parse("threat model", text).threatModels().getFirst()).create();
        JsonNode table = table("namespaces/" + server.namespace + "/threatmodels");
        assertThat(columns(table, 0)).containsExactly("Name", "NORM", "EPSILON", "AGE");
        assertThat(cells(table)).startsWith("linf-0.1", "Linf", "8/255");
    }

    @Test
    void shortNamesAndCategories() {
        Map<String, APIResource> kinds = server.client.getApiResources(ApiGroup.API_VERSION).getResources().stream()
                .filter(resource -> !resource.getName().contains("/"))
                .collect(Collectors.toMap(APIResource::getKind, Function.identity(), (a, b) -> a, TreeMap::new));
        assertThat(kinds.keySet()).containsExactly("AdversarialTrainingJob", "ClusterThreatModel", "ThreatModel");
        assertThat(kinds.values()).allSatisfy(kind -> assertThat(kind.getCategories()).containsExactly("advtrain"));
        assertThat(kinds.get("AdversarialTrainingJob").getShortNames()).containsExactly("atj");
        assertThat(kinds.get("ThreatModel").getShortNames()).containsExactly("tm");
        assertThat(kinds.get("ClusterThreatModel").getShortNames()).containsExactly("ctm");
        assertThat(kinds.get("ClusterThreatModel").getNamespaced()).isFalse();
        assertThat(kinds.get("ThreatModel").getNamespaced()).isTrue();
    }

    private static AdversarialTrainingJobStatus status() {
        return new AdversarialTrainingJobStatus(1L, Phase.SUCCEEDED, "Linf 0.1, L2 1.5", Suite.QUICK, 1000, "0.8010", "0.6580",
                new ConfidenceInterval("0.95", "0.6276", "0.6875"), results(),
                new AdversarialTrainingJobStatus.Baseline(1000, "0.9120", "0.0000", new ConfidenceInterval("0.95", "0.0000", "0.0037")),
                new GradientMasking(Verdict.NOT_SUSPECTED, List.of(
                        new GradientMasking.Check("UnboundedAttackSucceeds", CheckVerdict.PASS, "an unbounded attack left 0 of 801"))),
                new AdversarialTrainingJobStatus.Artifact("pvc://models/model.pt", "0".repeat(64), "pvc://models/report.json", 9),
                new Cost(1234L, "987.6", "8.73"), null, new AdversarialTrainingJobStatus.Jobs("a-atj-train-1", "a-atj-eval-1", "a-atj-report-1"),
                new AdversarialTrainingJobStatus.Attempts(0, 1), List.of("a warning"), "2026-01-01T00:00:00Z", "2026-01-01T00:10:00Z",
                List.of(new Condition("Finished", ConditionStatus.TRUE, 1L, "2026-01-01T00:10:00Z", "Succeeded", "")));
    }

    /** As many as there may be. */
    private static List<ThreatModelResult> results() {
        return IntStream.range(0, AdversarialTrainingJobSpec.MAX_THREAT_MODELS).mapToObj(i -> new ThreatModelResult(ThreatModelKind.THREAT_MODEL,
                "tm-" + i, Norm.LINF, "0.1", Knowledge.WHITE_BOX, Suite.QUICK, 1000, "0.8010", "0.6580",
                new ConfidenceInterval("0.95", "0.6276", "0.6875"), List.of())).toList();
    }

    /** As kubectl asks for it. */
    private static JsonNode table(String path) throws Exception {
        String url = server.client.getMasterUrl() + "apis/" + ApiGroup.API_VERSION + "/" + path;
        var http = server.client.getHttpClient();
        var request = http.newHttpRequestBuilder().uri(url)
                .header("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io").build();
        return new ObjectMapper().readTree(http.sendAsync(request, String.class).get().body());
    }

    private static List<String> columns(JsonNode table, int priority) {
        return StreamSupport.stream(table.get("columnDefinitions").spliterator(), false)
                .filter(column -> column.get("priority").asInt() == priority).map(column -> column.get("name").asText()).toList();
    }

    private static List<String> cells(JsonNode table) {
        JsonNode row = StreamSupport.stream(table.get("rows").spliterator(), false)
                .filter(each -> !each.get("cells").get(0).asText().equals("whole")).findFirst().orElseThrow();
        return StreamSupport.stream(row.get("cells").spliterator(), false).map(JsonNode::asText).toList();
    }
}
