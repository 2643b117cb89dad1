package dev.advtrain.trainer.masking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.advtrain.api.v1alpha1.status.GradientMasking;
import dev.advtrain.api.v1alpha1.status.GradientMasking.Check;
import dev.advtrain.api.v1alpha1.status.GradientMasking.CheckVerdict;
import dev.advtrain.api.v1alpha1.status.GradientMasking.Verdict;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the statistics make of counts. */
class MaskingChecksTest {
    private static final List<String> SWEEP = List.of("sweep/0.025", "sweep/0.05", "sweep/0.1", "sweep/0.15", "sweep/0.2", "sweep/0.4");

    /** A sound model of 400 samples, all right: each attack breaks the first so many. */
    private int samples = 400;
    private int robust = 200;
    private int unstable;
    private ExampleFacts facts;
    private final Map<String, Integer> broken = new LinkedHashMap<>(Map.of(Probes.ONE_STEP, 150, Probes.NOISE, 20, Probes.BLACK_BOX, 120,
            Probes.DLR, 185, Probes.RESCALED, 195, Probes.UNBOUNDED, 400, Probes.MORE_EFFORT, 202));

    MaskingChecksTest() {
        int[] counts = {40, 90, 190, 290, 390, 400};
        for (int i = 0; i < counts.length; i++) {
            broken.put(SWEEP.get(i), counts[i]);
        }
    }

    @Test
    void aSoundModelPassesEveryCheck() {
        GradientMasking masking = judge();
        assertThat(masking.verdict()).isEqualTo(Verdict.NOT_SUSPECTED);
        assertThat(masking.checks()).extracting(Check::name).containsExactly("IterativeBeatsOneStep", "WhiteBoxBeatsBlackBox",
                "UnboundedAttackSucceeds", "SuccessGrowsWithEpsilon", "SearchBeatsNoise", "GradientsDoNotVanish", "CrossEntropyMatchesDlr",
                "MoreEffortGainsNothing", "DeterministicForwardPass", "OutputsAreLogits", "Differentiable");
        assertThat(masking.checks()).extracting(Check::verdict).containsOnly(CheckVerdict.PASS);
        assertThat(evidence(masking, "IterativeBeatsOneStep"))
                .isEqualTo("of 400 examples 0 fell to FGSM but not to PGD-20, and 40 the other way round (p = 1.0)");
        assertThat(evidence(masking, "SuccessGrowsWithEpsilon"))
                .startsWith("of 400 examples PGD-20 broke 40 at epsilon 0.025, 90 at epsilon 0.05, 190 at epsilon 0.1, 290 at epsilon 0.15, ");
        assertThat(evidence(masking, "MoreEffortGainsNothing"))
                .isEqualTo("another 50 steps of APGD-CE from a new start broke 2 of the 200 examples that the suite left (p = 0.25)");
    }

    @ParameterizedTest
    @CsvSource({
        "FGSM, 202, IterativeBeatsOneStep",
        "Square, 202, WhiteBoxBeatsBlackBox",
        "Gaussian noise, 202, SearchBeatsNoise",
        "PGD-10 unbounded, 388, UnboundedAttackSucceeds",
        "sweep/0.15, 178, SuccessGrowsWithEpsilon",
        "APGD-CE again, 212, MoreEffortGainsNothing",
    })
    void oneCheckIsSuspectedForOneDefect(String probe, int breaks, String check) {
        broken.put(probe, breaks);
        suspects(check);
    }

    @Test
    void crossEntropyIsSuspectedWhereBothDlrAndRescaledLogitsDoBetter() {
        broken.put(Probes.DLR, 230);
        suspects();
        broken.put(Probes.RESCALED, 230);
        suspects("CrossEntropyMatchesDlr");
        broken.remove(Probes.DLR);
        suspects("CrossEntropyMatchesDlr");
        assertThat(evidence(judge(), "CrossEntropyMatchesDlr")).endsWith("; DLR is not defined for two classes");
    }

    @Test
    void vanishingGradientsCountWhereAnotherAttackSucceeds() {
        List<Integer> vanishing = IntStream.range(180, 202).boxed().toList();
        facts = new ExampleFacts(400, List.of(), List.of(), vanishing, List.of(), null);
        suspects();
        broken.put(Probes.RESCALED, 202);
        suspects("GradientsDoNotVanish");
        assertThat(evidence(judge(), "GradientsDoNotVanish")).startsWith("the gradient vanishes at 22 of 400 examples, of which 12 fell to another "
                + "attack or on rescaled logits but not to PGD-20, and 0 the other way round");
    }

    @Test
    void factsAreSuspectedWhateverTheirNumber() {
        facts = new ExampleFacts(400, List.of(7), List.of(1, 2), List.of(), List.of(), null);
        suspects("DeterministicForwardPass");
        facts = new ExampleFacts(400, List.of(), IntStream.range(0, 400).boxed().toList(), List.of(), List.of(3), null);
        suspects("OutputsAreLogits", "Differentiable");
        facts = null;
        unstable = 3;
        suspects();
        unstable = 4;
        suspects("DeterministicForwardPass");
    }

    @Test
    void withoutAGradientWhatNeedsOneIsLeftOut() {
        facts = new ExampleFacts(400, List.of(), List.of(), List.of(), List.of(), "element 0 of tensors does not require grad");
        broken.keySet().retainAll(List.of(Probes.NOISE, Probes.BLACK_BOX));
        GradientMasking masking = judge();
        assertThat(masking.checks()).extracting(Check::name).containsExactly("DeterministicForwardPass", "OutputsAreLogits", "Differentiable");
        suspects("Differentiable");
        assertThat(evidence(masking, "Differentiable")).endsWith("so no attack used one: element 0 of tensors does not require grad");
    }

    @Test
    void anAttackerWhoSeesScoresIsSpokenOfWithoutGradients() {
        broken.keySet().removeIf(probe -> !probe.startsWith(Probes.SWEEP) && !probe.equals(Probes.NOISE));
        facts = new ExampleFacts(400, List.of(), List.of(), List.of(), List.of(), "no gradient");
        GradientMasking masking = judge();
        assertThat(masking.checks()).extracting(Check::name).containsExactly("SuccessGrowsWithEpsilon", "SearchBeatsNoise",
                "DeterministicForwardPass", "OutputsAreLogits");
        assertThat(masking.verdict()).isEqualTo(Verdict.NOT_SUSPECTED);
        assertThat(evidence(masking, "SearchBeatsNoise")).startsWith("of 400 examples 0 fell to Gaussian noise but not to Square, ");
    }

    @Test
    void withoutABudgetOnlyFactsAreLeft() {
        broken.clear();
        GradientMasking masking = judge();
        assertThat(masking.verdict()).isEqualTo(Verdict.NOT_SUSPECTED);
        assertThat(masking.checks()).extracting(Check::name).containsExactly("DeterministicForwardPass", "OutputsAreLogits");
    }

    /** Nine halves are more than 0.01 / 8, ten are not. */
    @ParameterizedTest
    @CsvSource({"0, INCONCLUSIVE", "9, INCONCLUSIVE", "10, NOT_SUSPECTED"})
    void tooFewExamplesAreInconclusive(int right, Verdict verdict) {
        samples = right == 0 ? 50 : right;
        robust = right / 2;
        broken.replaceAll((probe, count) -> count == 400 ? right : count * right / 400);
        MaskingEvidence evidence = evidence();
        GradientMasking masking = MaskingChecks.judge(List.of(right > 0 ? evidence
                : new MaskingEvidence(samples, new BitSet(), new BitSet(), evidence.probes(), evidence.facts(), 0))).getFirst();
        assertThat(masking.verdict()).isEqualTo(verdict);
        assertThat(masking.checks()).extracting(Check::verdict).doesNotContain(CheckVerdict.SUSPECTED);
        assertThat(masking.checks().getLast().verdict()).isEqualTo(CheckVerdict.PASS);
        assertThat(masking.checks().getFirst().verdict()).isEqualTo(verdict == Verdict.INCONCLUSIVE ? CheckVerdict.INCONCLUSIVE : CheckVerdict.PASS);
    }

    /** Of 400 examples four count: fewer could not matter, and below ten nothing could be shown. */
    @ParameterizedTest
    @CsvSource({"0, PASS", "3, PASS", "4, INCONCLUSIVE", "9, INCONCLUSIVE", "10, PASS"})
    void aCheckWithFewExamplesOfItsOwnIsInconclusive(int survivors, CheckVerdict verdict) {
        robust = survivors;
        broken.put(Probes.MORE_EFFORT, 400 - survivors);
        facts = new ExampleFacts(400, List.of(), List.of(), IntStream.range(0, survivors).boxed().toList(), List.of(), null);
        GradientMasking masking = judge();
        assertThat(verdict(masking, "MoreEffortGainsNothing")).isEqualTo(verdict);
        assertThat(verdict(masking, "GradientsDoNotVanish")).isEqualTo(verdict);
        assertThat(verdict(masking, "IterativeBeatsOneStep")).isEqualTo(CheckVerdict.PASS);
        assertThat(masking.verdict()).isEqualTo(Verdict.NOT_SUSPECTED);
    }

    /** Ten examples are rarer than 0.01 / 8, but not than 0.01 / 16. */
    @Test
    void checksOfAllThreatModelsAreCorrectedTogether() {
        MaskingEvidence sound = evidence();
        broken.put(Probes.MORE_EFFORT, 210);
        suspects("MoreEffortGainsNothing");
        assertThat(MaskingChecks.judge(List.of(sound, evidence()))).extracting(GradientMasking::verdict)
                .containsExactly(Verdict.NOT_SUSPECTED, Verdict.NOT_SUSPECTED);
        broken.put(Probes.MORE_EFFORT, 211);
        assertThat(MaskingChecks.judge(List.of(sound, evidence()))).extracting(GradientMasking::verdict)
                .containsExactly(Verdict.NOT_SUSPECTED, Verdict.SUSPECTED);
    }

    @Test
    void theWorstOfSeveralThreatModelsIsNamed() {
        GradientMasking sound = judge();
        broken.put(Probes.ONE_STEP, 390);
        GradientMasking masked = judge();
        assertThat(MaskingChecks.worst(Map.of("linf", sound))).isEqualTo(sound);
        Map<String, GradientMasking> both = new LinkedHashMap<>();
        both.put("linf", sound);
        both.put("l2", masked);
        GradientMasking worst = MaskingChecks.worst(both);
        assertThat(worst.verdict()).isEqualTo(Verdict.SUSPECTED);
        assertThat(worst.checks()).hasSameSizeAs(sound.checks());
        assertThat(evidence(worst, "IterativeBeatsOneStep")).startsWith("l2: of 400 examples 200 fell to FGSM but not to PGD-20");
        assertThat(evidence(worst, "SearchBeatsNoise")).startsWith("linf: ");
    }

    @Test
    void mcNemarIsExact() {
        assertThat(new PairedCounts(0, 0).p()).isEqualTo(1);
        assertThat(new PairedCounts(10, 0).p()).isCloseTo(Math.pow(0.5, 10), within(1e-15));
        assertThat(new PairedCounts(8, 2).p()).isCloseTo((45 + 10 + 1) / 1024.0, within(1e-12));
        assertThat(new PairedCounts(2, 8).p()).isCloseTo(1 - (10 + 1) / 1024.0, within(1e-12));
    }

    @Test
    void holmsStepsAreThoseOfThePaper() {
        assertThat(MaskingChecks.holm(0.01, 0.04, 0.03, 0.005)).containsExactly(new double[] {0.03, 0.06, 0.06, 0.02}, within(1e-12));
        assertThat(MaskingChecks.holm(0.9, 0.8)).containsExactly(1, 1);
    }

    @Test
    void probedExamplesAreSpreadOverAllSamples() {
        assertThat(Probes.examples(7).cardinality()).isEqualTo(7);
        BitSet probed = Probes.examples(100_000);
        assertThat(probed.cardinality()).isEqualTo(Probes.MOST_EXAMPLES);
        assertThat(probed.get(50_000, 60_000).cardinality()).isEqualTo(Probes.MOST_EXAMPLES / 10);
    }

    private void suspects(String... checks) {
        GradientMasking masking = judge();
        assertThat(masking.checks().stream().filter(check -> check.verdict() == CheckVerdict.SUSPECTED).map(Check::name)).containsExactly(checks);
        assertThat(masking.verdict()).isEqualTo(checks.length == 0 ? Verdict.NOT_SUSPECTED : Verdict.SUSPECTED);
    }

    private GradientMasking judge() {
        return MaskingChecks.judge(List.of(evidence())).getFirst();
    }

    /** Counts are of the probed examples, in their order. */
    private MaskingEvidence evidence() {
        int[] probed = Probes.examples(samples).stream().toArray();
        BitSet clean = new BitSet();
        clean.set(0, samples);
        Map<String, BitSet> right = new HashMap<>();
        broken.forEach((probe, count) -> right.put(probe, after(clean, probed, count)));
        return new MaskingEvidence(samples, clean, after(clean, probed, samples - robust), right,
                facts == null ? new ExampleFacts(samples, List.of(), List.of(), List.of(), List.of(), null) : facts, unstable);
    }

    private static BitSet after(BitSet clean, int[] probed, int count) {
        BitSet right = (BitSet) clean.clone();
        IntStream.range(0, Math.min(count, probed.length)).forEach(i -> right.clear(probed[i]));
        return right;
    }

    private static String evidence(GradientMasking masking, String check) {
        return check(masking, check).evidence();
    }

    private static CheckVerdict verdict(GradientMasking masking, String check) {
        return check(masking, check).verdict();
    }

    private static Check check(GradientMasking masking, String name) {
        return masking.checks().stream().filter(check -> check.name().equals(name)).findFirst().orElseThrow();
    }
}
