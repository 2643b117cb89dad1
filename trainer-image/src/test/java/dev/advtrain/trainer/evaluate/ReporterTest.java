package dev.advtrain.trainer.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.advtrain.api.v1alpha1.status.Cost;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelKind;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.contract.TerminationMessage;
import dev.advtrain.resolve.RunSpec;
import dev.advtrain.trainer.TestRuns;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.evaluate.ShardResult.AttackVerdicts;
import dev.advtrain.trainer.evaluate.ShardResult.ThreatModelVerdicts;
import dev.advtrain.trainer.masking.ExampleFacts;
import dev.advtrain.trainer.masking.Probe;
import dev.advtrain.trainer.report.ReportSchema;
import dev.advtrain.trainer.storage.Location;
import dev.advtrain.trainer.storage.Locations;
import dev.advtrain.trainer.tensor.Environment;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReporterTest {
    private static final String RUN_ID = "digits-1";
    private static final String MODEL = "a".repeat(64);
    private static final int SAMPLES = 10;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ExampleFacts FACTS = new ExampleFacts(4, List.of(), List.of(), List.of(), List.of(), null);

    private final RunSpec run = TestRuns.digits(100, 1, TestRuns.quick(SAMPLES, 3, 250));
    private final EvaluationPlan plan = EvaluationPlan.of(run, RUN_ID);

    @TempDir
    Path folder;
    private Location output;

    @BeforeEach
    void threeShards() {
        output = new Locations(Map.of(), Map.of("out", folder), false).output("output.uri", run.output().uri());
        output.child("training.json").write(bytes("""
                {"schemaVersion": 1, "runId": "digits-1", "model": {"file": "model.pt", "sha256": "%s"}, "selectedEpoch": 4,
                 "steps": 7, "cost": {"seconds": 100.2, "stepSeconds": 50, "images": 1000, "standardSeconds": 8}, "data": {"train": {"builtinDigits": "d"}}}""".formatted(MODEL)));
        // Ten samples: 0 to 8 right when clean, 0 to 6 under the first attack, 0 to 4 and 6 under the second and third.
        ShardStore store = new ShardStore(output, plan, MODEL);
        store.write(shard(0, new int[] {0, 1, 2}, new int[] {0, 1, 2}, new int[] {0, 1, 2}));
        store.write(shard(1, new int[] {0, 1, 2}, new int[] {0, 1, 2}, new int[] {0, 1}));
        store.write(shard(2, new int[] {0, 1, 2}, new int[] {0}, new int[] {0}));
    }

    @Test
    void mergesShardsByExample() throws IOException {
        Report report = Reporter.report(run, RUN_ID, output);

        assertThat(report.clean().correct()).isEqualTo(9);
        assertThat(report.robust()).isEqualTo(Report.Share.of(6, 10));
        assertThat(report.robust().accuracy()).isEqualTo("0.6000");
        assertThat(report.robust().confidenceInterval().lower()).isEqualTo("0.2623");
        assertThat(report.robust().confidenceInterval().upper()).isEqualTo("0.8785");
        Report.Result result = report.results().getFirst();
        assertThat(result.attacks()).extracting(a -> a.name() + " " + a.robust().correct()).containsExactly("FGSM 7", "PGD-20 6", "APGD-CE 6");
        assertThat(result.attacks().getFirst().gradients()).isEqualTo(6);
        assertThat(report.model().selectedEpoch()).isEqualTo(4);
        assertThat(report.cleanConfusion().getFirst()).startsWith(3, 1, 0);
        assertThat(result.confusion().get(2)).startsWith(0, 0, 1, 2);
        assertThat(result.classes()).extracting(Report.ClassShare::label).containsExactly(0, 1, 2);
        assertThat(result.classes().getFirst()).isEqualTo(new Report.ClassShare(0, Report.Share.of(3, 4), Report.Share.of(3, 4)));

        int probes = plan.probes(run.threatModels().getFirst(), FACTS).size();
        assertThat(report.cost()).isEqualTo(new Cost(Math.round(100.2 + 3 * (0.5 + 1.5 + 2.5 + 0.1 * probes)), "20.0", "6.25"));

        JsonNode written = JSON.readTree(output.child("report.json").readAll());
        assertThat(ReportSchema.problems(written)).isEmpty();
        assertThat(written.at("/schemaVersion").asInt()).isEqualTo(1);
        assertThat(written.at("/runId").asText()).isEqualTo(RUN_ID);
        assertThat(written.at("/results/0/attacks/1/robust/accuracy").asText()).isEqualTo("0.6000");

        byte[] first = output.child("report.json").readAll();
        Reporter.report(run, RUN_ID, output);
        assertThat(output.child("report.json").readAll()).isEqualTo(first);
    }

    @Test
    void theSummaryHoldsCounts() {
        TerminationMessage.Evaluation summary = Reporter.report(run, RUN_ID, output).summary();
        assertThat(summary.samples()).isEqualTo(10);
        assertThat(summary.robustCorrect()).isEqualTo(6);
        assertThat(summary.results().getFirst().name()).isEqualTo("linf");
        assertThat(summary.results().getFirst().attacks()).extracting(TerminationMessage.Attack::robustCorrect).containsExactly(7, 6, 6);
    }

    @Test
    void manyUnstableVerdictsAreAWarning() {
        assertThat(Reporter.report(run, RUN_ID, output).warnings()).isEmpty();
        edit(1, shard -> ((ObjectNode) shard.at("/threatModels/0/attacks/1")).put("unstable", 4));
        assertThat(Reporter.report(run, RUN_ID, output).warnings()).containsExactly(
                "PGD-20 of linf: 4 of 10 examples were found misclassified once and right again; is the model random?");
    }

    @Test
    void trainingsWarningsComeFirstAndOnce() {
        String training = new String(output.child("training.json").readAll(), StandardCharsets.UTF_8);
        output.child("training.json").write(bytes(training.replace("\"steps\"", "\"warnings\": [\"a\", \"b\", \"a\"], \"steps\"")));
        edit(1, shard -> ((ObjectNode) shard.at("/threatModels/0/attacks/1")).put("unstable", 4));
        assertThat(Reporter.report(run, RUN_ID, output).warnings()).startsWith("a", "b").hasSize(3);
    }

    @Test
    void aMissingShardIsNamed() {
        output.child("shards/1.json").delete();
        refused(ExitCode.DATA, "shard 1: pvc://out/model/shards/1.json is missing; expected 3 shards");
    }

    @Test
    void aShardOfAnotherRunModelOrRangeIsNamed() {
        edit(1, shard -> shard.put("runId", "digits-0"));
        refused(ExitCode.DATA, "shard 1: pvc://out/model/shards/1.json: runId is digits-0; expected digits-1");
        edit(1, shard -> shard.put("runId", RUN_ID).put("modelSha256", "b"));
        refused(ExitCode.DATA, "shard 1: pvc://out/model/shards/1.json: modelSha256 is b; expected " + MODEL);
        edit(1, shard -> shard.put("modelSha256", MODEL).put("shards", 2));
        refused(ExitCode.DATA, "shard 1: pvc://out/model/shards/1.json: shards is 2; expected 3");
        edit(1, shard -> ((ObjectNode) shard.put("shards", 3).get("range")).put("from", 0));
        refused(ExitCode.DATA, "shard 1: pvc://out/model/shards/1.json: range is Range[from=0, to=6]; expected Range[from=3, to=6]");
    }

    @Test
    void aDamagedShardIsNamed() {
        output.child("shards/2.json").write(bytes("{\"schemaVersion\": 1, \"runId\""));
        refused(ExitCode.DATA, "shard 2: pvc://out/model/shards/2.json: is not what evaluation writes");
    }

    @Test
    void verdictsThatCannotBeAreRefused() {
        edit(2, shard -> shard.withObject("/clean").withArray("predicted").remove(0));
        refused(ExitCode.DATA, "shard 2: pvc://out/model/shards/2.json: clean has no verdicts, or more than the range");
        edit(2, shard -> shard.withObject("/clean").withArray("predicted").insert(0, 10));
        refused(ExitCode.DATA, "shard 2: pvc://out/model/shards/2.json: clean has no verdicts, or more than the range");
        edit(2, shard -> shard.withObject("/clean").withArray("predicted").set(0, 0));
        edit(2, shard -> ((ObjectNode) shard.at("/threatModels/0/attacks/1")).put("survivors", base64(0, 1)));
        refused(ExitCode.DATA, "shard 2: pvc://out/model/shards/2.json: an example survives PGD-20 of [FGSM, PGD-20, APGD-CE] that was lost before it");
    }

    @Test
    void aShardThatLacksAnAttackIsRefusedEvenIfAllDo() {
        for (int shard = 0; shard < 3; shard++) {
            edit(shard, content -> content.withArray("/threatModels/0/attacks").remove(2));
        }
        refused(ExitCode.DATA, "shard 0: pvc://out/model/shards/0.json: attacks of linf is [FGSM, PGD-20]; expected [FGSM, PGD-20, APGD-CE]");
        edit(0, shard -> shard.withArray("/threatModels/0/attacks").insert(0, shard.at("/threatModels/0/attacks/1")));
        refused(ExitCode.DATA, "shard 0: pvc://out/model/shards/0.json: attacks of linf is [PGD-20, FGSM, PGD-20]; "
                + "expected [FGSM, PGD-20, APGD-CE]");
    }

    @Test
    void whatIsMissingInAShardIsNamed() {
        String file = "shard 1: pvc://out/model/shards/1.json: ";
        String attacks = "expected [FGSM, PGD-20, APGD-CE]";
        edit(1, shard -> shard.withArray("/threatModels/0/attacks").setNull(1));
        refused(ExitCode.DATA, file + "attacks of linf is [FGSM, null, APGD-CE]; " + attacks);
        edit(1, shard -> ((ObjectNode) shard.at("/threatModels/0")).putNull("attacks"));
        refused(ExitCode.DATA, file + "attacks of linf is null; " + attacks);
        edit(1, shard -> shard.withArray("/threatModels").setNull(0));
        refused(ExitCode.DATA, file + "threatModels is [null]; expected [linf]");
        edit(1, shard -> shard.remove("threatModels"));
        refused(ExitCode.DATA, file + "threatModels is null; expected [linf]");
        edit(1, shard -> shard.remove("testData"));
        refused(ExitCode.DATA, file + "testData is missing; expected the digests of data.test");
        edit(1, shard -> shard.putNull("indices"));
        refused(ExitCode.DATA, file + "number of indices is null; expected 3");
        output.child("shards/1.json").write(bytes("null"));
        refused(ExitCode.DATA, file + "is not what evaluation writes");
    }

    @Test
    void anExampleInTwoShardsIsRefused() {
        edit(2, shard -> shard.withArray("/indices").removeAll().add(109).add(108).add(103).add(107));
        refused(ExitCode.DATA, "shard 2: example 103 is there twice or in another shard too; expected it once");
    }

    @Test
    void anotherRunsModelIsRefused() {
        output.child("training.json").write(bytes("""
                {"schemaVersion": 1, "runId": "other", "model": {"file": "model.pt", "sha256": "x"}, "selectedEpoch": 4,
                 "data": {"train": {}}}"""));
        refused(ExitCode.OUTPUT_TAKEN, "pvc://out/model/training.json: belongs to run other; expected run digits-1. "
                + "Train first with the present settings");
        output.child("training.json").delete();
        refused(ExitCode.DATA, "pvc://out/model/training.json: no such file");
    }

    @Test
    void rangesAreAllSamplesOnce() {
        for (int shards : new int[] {1, 3, 7, 10}) {
            int next = 0;
            for (int i = 0; i < shards; i++) {
                assertThat(Range.of(i, shards, SAMPLES).from()).isEqualTo(next);
                next = Range.of(i, shards, SAMPLES).to();
            }
            assertThat(next).isEqualTo(SAMPLES);
        }
    }

    private void refused(ExitCode code, String message) {
        assertThatThrownBy(() -> Reporter.report(run, RUN_ID, output))
                .isInstanceOfSatisfying(TrainerException.class, e -> assertThat(e.exitCode()).isEqualTo(code)).hasMessage(message);
    }

    private void edit(int shard, Consumer<ObjectNode> change) {
        try {
            Location file = output.child("shards/" + shard + ".json");
            ObjectNode content = (ObjectNode) JSON.readTree(file.readAll());
            change.accept(content);
            file.write(JSON.writeValueAsBytes(content));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private ShardResult shard(int shard, int[] clean, int[] first, int[] both) {
        Range range = Range.of(shard, 3, SAMPLES);
        TreeMap<String, String> digests = new TreeMap<>(Map.of("builtinDigits", "test"));
        int[] labels = IntStream.range(range.from(), range.to()).map(i -> i % 3).toArray();
        CleanVerdicts asTheyAre = new CleanVerdicts(labels, predicted(labels, clean), FACTS);
        return new ShardResult(1, RUN_ID, MODEL, shard, 3, SAMPLES, range,
                LongStream.range(range.from(), range.to()).map(i -> 100 + i).toArray(), digests, asTheyAre,
                List.of(new ThreatModelVerdicts(ThreatModelKind.THREAT_MODEL, "linf", List.of(
                        new AttackVerdicts("FGSM", clean.length, verdicts(first), 0, 3, 2, 0.5),
                        new AttackVerdicts("PGD-20", first.length, verdicts(both), 0, 3, 40, 1.5),
                        new AttackVerdicts("APGD-CE", both.length, verdicts(both), 0, 3, 202, 2.5)), predicted(labels, both), List.of(),
                        probes(verdicts(clean), verdicts(both)))), new Environment(2, "amd64 AVX2"), null);
    }

    /** Probes that break nothing. */
    private List<AttackVerdicts> probes(Verdicts clean, Verdicts robust) {
        return plan.probes(run.threatModels().getFirst(), FACTS).stream().map(probe -> {
            Verdicts on = probe.on() == Probe.On.RIGHT ? clean : robust;
            return new AttackVerdicts(probe.name(), on.count(), on, 0, 1, 1, 0.1);
        }).toList();
    }

    /** The next class where the example is not right. */
    private static int[] predicted(int[] labels, int... right) {
        return IntStream.range(0, labels.length).map(i -> verdicts(right).right(i) ? labels[i] : labels[i] + 1).toArray();
    }

    private static Verdicts verdicts(int... right) {
        BitSet bits = new BitSet();
        for (int example : right) {
            bits.set(example);
        }
        return new Verdicts(bits);
    }

    private static String base64(int... right) {
        return verdicts(right).base64();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
