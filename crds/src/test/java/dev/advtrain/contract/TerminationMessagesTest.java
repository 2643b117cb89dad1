package dev.advtrain.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import dev.advtrain.api.v1alpha1.Patterns;
import dev.advtrain.api.v1alpha1.evaluation.Suite;
import dev.advtrain.api.v1alpha1.status.ConfidenceInterval;
import dev.advtrain.api.v1alpha1.status.Cost;
import dev.advtrain.api.v1alpha1.status.GradientMasking;
import dev.advtrain.api.v1alpha1.status.GradientMasking.Check;
import dev.advtrain.api.v1alpha1.status.GradientMasking.CheckVerdict;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelKind;
import dev.advtrain.contract.TerminationMessage.Artifact;
import dev.advtrain.contract.TerminationMessage.Attack;
import dev.advtrain.contract.TerminationMessage.Error;
import dev.advtrain.contract.TerminationMessage.Evaluation;
import dev.advtrain.contract.TerminationMessage.Result;
import dev.advtrain.contract.TerminationMessage.Training;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class TerminationMessagesTest {
    private static final String RUN_ID = "5a0f6d2e-8c3b-4f6f-9d57-3f0f6a1c2b4d-" + "0".repeat(64);
    private static final Artifact ARTIFACT = new Artifact("pvc://models/fm/model.pt", "1".repeat(64), 9, "pvc://models/fm/report.json");
    private static final ConfidenceInterval INTERVAL = new ConfidenceInterval("0.95", "0.6276", "0.6875");

    @Test
    void isReadAsItWasWritten() {
        TerminationMessage message = new TerminationMessage(Command.REPORT, RUN_ID, null, ARTIFACT, new Training(790, 795, 10, 2),
                evaluation(1), List.of("labels 3 and 7 are rare"));
        String json = TerminationMessages.write(message);
        assertThat(json).startsWith("{\"artifact\":").contains("\"command\":\"report\"").contains("\"robustCorrect\":658").doesNotContain("null");
        assertThat(TerminationMessages.read(json)).contains(message);
    }

    @Test
    void theFirstWarningsAreKept() {
        TerminationMessage message = message(null, null, Collections.nCopies(100, "w".repeat(100)));
        TerminationMessage read = written(message);
        assertThat(read.warnings()).hasSizeBetween(30, 40).startsWith("w".repeat(100)).endsWith("more warnings: see training.json and report.json");
        assertThat(read.runId()).isEqualTo(RUN_ID);
    }

    @Test
    void aLongWarningIsCutFirst() {
        TerminationMessage read = written(message(null, null, List.of("short", "w".repeat(5000))));
        assertThat(read.warnings()).hasSize(2).contains("short").allSatisfy(warning -> assertThat(warning.length()).isLessThanOrEqualTo(200));
    }

    @Test
    void aLongErrorKeepsItsBeginning() {
        TerminationMessage read = written(message(new Error(65, "train-images.gz: " + "x".repeat(10_000)), null, null));
        assertThat(read.error().code()).isEqualTo(65);
        assertThat(read.error().message()).startsWith("train-images.gz: xxx").endsWith("…").hasSizeGreaterThan(2000);
    }

    @Test
    void bytesAreCountedNotCharacters() {
        assertThat(written(message(new Error(65, "😀\u0001".repeat(3000)), null, null)).error().message()).startsWith("😀").endsWith("…");
    }

    @Test
    void countsOutlastTheAttacks() {
        TerminationMessage read = written(message(null, evaluation(60), List.of("w".repeat(1000))));
        assertThat(read.warnings()).isNullOrEmpty();
        assertThat(read.evaluation().robustCorrect()).isEqualTo(658);
        assertThat(read.evaluation().results().getFirst().attacks()).isNull();
    }

    @Test
    void evidenceOfWhatPassedGoesBeforeThatOfTheRest() {
        GradientMasking masking = written(message(null, large(0, 95), List.of("w".repeat(500)))).evaluation().gradientMasking();
        assertThat(masking.checks()).hasSize(12).allSatisfy(check ->
                assertThat(check.evidence()).isEqualTo(check.verdict() == CheckVerdict.PASS ? null : "e".repeat(95)));
    }

    @Test
    void verdictsAndCountsOfEveryThreatModelAreNeverCut() {
        String folder = "pvc://models/" + "f".repeat(Patterns.MAX_URI_LENGTH - "pvc://models/".length());
        Evaluation whole = large(4, 512);
        TerminationMessage read = written(new TerminationMessage(Command.REPORT, RUN_ID, null,
                new Artifact(folder + "/model.pt", "1".repeat(64), 100, folder + "/report.json"), null, whole,
                new Cost(9_999_999L, "99999.9", "9999.9"), List.of("w".repeat(500))));
        assertThat(read.warnings()).isEmpty();
        assertThat(read.evaluation().results()).extracting(Result::name, Result::robustCorrect, Result::confidenceInterval)
                .containsExactlyElementsOf(whole.results().stream().map(r -> tuple(r.name(), r.robustCorrect(), r.confidenceInterval())).toList());
        assertThat(read.evaluation().results()).allSatisfy(result -> assertThat(result.attacks()).isNull());
        assertThat(read.evaluation().baseline()).isEqualTo(whole.baseline());
        assertThat(read.evaluation().gradientMasking().verdict()).isEqualTo(GradientMasking.Verdict.SUSPECTED);
        assertThat(read.evaluation().gradientMasking().checks()).extracting(Check::name, Check::verdict).containsExactlyElementsOf(
                whole.gradientMasking().checks().stream().map(check -> tuple(check.name(), check.verdict())).toList());
    }

    @Test
    void whatCannotBeCutIsRefused() {
        TerminationMessage message = new TerminationMessage(Command.TRAIN, "r".repeat(5000), null, null, null, null, null);
        assertThatIllegalArgumentException().isThrownBy(() -> TerminationMessages.write(message));
    }

    @Test
    void fieldsOfANewerTrainerAreLeftOut() {
        assertThat(TerminationMessages.read("{\"command\":\"train\",\"runId\":\"r\",\"mood\":{\"of\":1}}"))
                .contains(new TerminationMessage(Command.TRAIN, "r", null, null, null, null, null));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", " ", "null", "{}", "[1]", "OutOfMemoryError", "{\"command\":\"train\"", "{\"command\":\"dance\",\"runId\":\"r\"}"})
    void whatACrashLeavesIsNoMessage(String text) {
        assertThat(TerminationMessages.read(text)).isEmpty();
    }

    private static TerminationMessage message(Error error, Evaluation evaluation, List<String> warnings) {
        return new TerminationMessage(Command.REPORT, RUN_ID, error, ARTIFACT, null, evaluation, warnings);
    }

    private static Evaluation evaluation(int attacks) {
        return new Evaluation(Suite.QUICK, 1000, 801, 658, new ConfidenceInterval("0.95", "0.7749", "0.8254"), INTERVAL,
                List.of(new Result(ThreatModelKind.THREAT_MODEL, "linf-0.1", 658, INTERVAL,
                        Collections.nCopies(attacks, new Attack("APGD-CE of a name that takes room", 658, 12)))), null);
    }

    /** As much as there may be. */
    private static Evaluation large(int attacks, int evidence) {
        List<Check> checks = IntStream.range(0, 12).mapToObj(i -> new Check("UnboundedAttackSucceedsAndMore" + (10 + i), i % 3 == 0
                ? CheckVerdict.SUSPECTED : i % 3 == 1 ? CheckVerdict.INCONCLUSIVE : CheckVerdict.PASS, "e".repeat(evidence))).toList();
        List<Result> results = IntStream.range(0, 8).mapToObj(i -> new Result(ThreatModelKind.CLUSTER_THREAT_MODEL, "n".repeat(39) + i,
                9_999_990 + i, INTERVAL, Collections.nCopies(attacks, new Attack("APGD-CE", 9_999_999, 100_000)))).toList();
        return new Evaluation(Suite.AUTO_ATTACK_RANDOMIZED, 10_000_000, 10_000_000, 9_999_990, INTERVAL, INTERVAL, results,
                new GradientMasking(GradientMasking.Verdict.SUSPECTED, checks), new TerminationMessage.Baseline(10_000_000, 9_999_990, INTERVAL));
    }

    private static TerminationMessage written(TerminationMessage message) {
        String json = TerminationMessages.write(message);
        assertThat(json.getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(TerminationMessages.MAX_BYTES);
        return TerminationMessages.read(json).orElseThrow();
    }
}
