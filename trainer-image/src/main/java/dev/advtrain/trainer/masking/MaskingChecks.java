package dev.advtrain.trainer.masking;

import dev.advtrain.api.v1alpha1.status.GradientMasking;
import dev.advtrain.api.v1alpha1.status.GradientMasking.Check;
import dev.advtrain.api.v1alpha1.status.GradientMasking.CheckVerdict;
import dev.advtrain.api.v1alpha1.status.GradientMasking.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Judges whether robustness may only be apparent (Athalye et al. 2018, arXiv:1802.00420; Carlini et al. 2019,
 * arXiv:1902.06705; Pintor et al. 2022, arXiv:2106.09947).
 *
 * <p>What is seen of the model itself ({@link FactChecks}) either holds or does not. A comparison of attacks
 * ({@link Comparisons}) is suspected where a one-sided exact McNemar test rejects at the level {@value #LEVEL} after Holm's
 * correction over all comparisons of all threat models, and the difference is at least 1 point of the examples and
 * {@value #LEAST_IMAGES} images. It is inconclusive where the examples it rests on are so few that not even all of them could
 * show that much.
 */
public final class MaskingChecks {
    static final double LEVEL = 0.01;
    static final int LEAST_IMAGES = 3;
    private static final double LEAST_SHARE = 0.01;
    /** What the field holds. */
    private static final int LONGEST_EVIDENCE = 512;

    private static final double UNSTABLE_SHARE = 0.002;
    private static final int UNSTABLE_IMAGES = 3;

    private MaskingChecks() {}

    /** How many candidates may turn out right in a fresh forward pass, as rounding makes them. */
    public static double toleratedUnstable(int samples) {
        return Math.max(UNSTABLE_SHARE * samples, UNSTABLE_IMAGES);
    }

    /** All checks of each threat model that its probes allow, in the order given. */
    public static List<GradientMasking> judge(List<MaskingEvidence> threatModels) {
        List<Comparisons> comparisons = threatModels.stream().map(Comparisons::new).toList();
        List<List<Comparison>> compared = comparisons.stream().map(Comparisons::all).toList();
        double[] adjusted = holm(compared.stream().flatMap(List::stream).mapToDouble(Comparison::p).toArray());
        List<GradientMasking> judged = new ArrayList<>();
        int from = 0;
        for (int t = 0; t < threatModels.size(); t++) {
            List<Check> checks = new ArrayList<>();
            for (int i = 0; i < compared.get(t).size(); i++) {
                Comparison comparison = compared.get(t).get(i);
                checks.add(check(comparison.name(), verdict(comparison, adjusted[from + i], comparisons.get(t), adjusted.length),
                        comparison.evidence()));
            }
            judged.add(judge(checks, FactChecks.of(threatModels.get(t))));
            from += compared.get(t).size();
        }
        return judged;
    }

    private static CheckVerdict verdict(Comparison comparison, double adjusted, Comparisons of, int comparisons) {
        int least = Math.max((int) Math.ceil(LEAST_SHARE * of.examples()), LEAST_IMAGES);
        if (adjusted < LEVEL && comparison.difference() >= least) {
            return CheckVerdict.SUSPECTED;
        }
        // The first step of Holm's procedure: what one comparison alone must reach.
        double needed = LEVEL / comparisons;
        boolean few = of.right() < least || new PairedCounts(of.right(), 0).p() >= needed;
        // What rests on fewer than the least could not change the number by as much as counts.
        boolean fewOfItsOwn = comparison.most() >= least && comparison.leastP() >= needed;
        return few || fewOfItsOwn ? CheckVerdict.INCONCLUSIVE : CheckVerdict.PASS;
    }

    private static GradientMasking judge(List<Check> compared, List<Check> facts) {
        List<Check> checks = new ArrayList<>(compared);
        Verdict verdict = !checks.isEmpty() && checks.stream().allMatch(check -> check.verdict() == CheckVerdict.INCONCLUSIVE)
                ? Verdict.INCONCLUSIVE : Verdict.NOT_SUSPECTED;
        checks.addAll(facts);
        return new GradientMasking(checks.stream().anyMatch(check -> check.verdict() == CheckVerdict.SUSPECTED) ? Verdict.SUSPECTED : verdict,
                List.copyOf(checks));
    }

    /** Holm 1979: p-values that can each be held against the level. */
    static double[] holm(double... p) {
        List<Integer> ascending = new ArrayList<>();
        for (int i = 0; i < p.length; i++) {
            ascending.add(i);
        }
        ascending.sort((a, b) -> Double.compare(p[a], p[b]));
        double[] adjusted = new double[p.length];
        double largest = 0;
        for (int rank = 0; rank < p.length; rank++) {
            int i = ascending.get(rank);
            largest = Math.max(largest, Math.min(1, (p.length - rank) * p[i]));
            adjusted[i] = largest;
        }
        return adjusted;
    }

    /** One list: each check as the worst threat model leaves it, whose name its evidence begins with where there are several. */
    public static GradientMasking worst(Map<String, GradientMasking> byThreatModel) {
        Map<String, Check> worst = new LinkedHashMap<>();
        byThreatModel.forEach((threatModel, masking) -> {
            for (Check check : masking.checks()) {
                Check named = byThreatModel.size() == 1 ? check : check(check.name(), check.verdict(), threatModel + ": " + check.evidence());
                worst.merge(check.name(), named, (a, b) -> badness(b.verdict()) > badness(a.verdict()) ? b : a);
            }
        });
        List<Verdict> verdicts = byThreatModel.values().stream().map(GradientMasking::verdict).toList();
        Verdict verdict = verdicts.contains(Verdict.SUSPECTED) ? Verdict.SUSPECTED
                : verdicts.contains(Verdict.NOT_SUSPECTED) || verdicts.isEmpty() ? Verdict.NOT_SUSPECTED : Verdict.INCONCLUSIVE;
        return new GradientMasking(verdict, List.copyOf(worst.values()));
    }

    private static int badness(CheckVerdict verdict) {
        return switch (verdict) {
            case PASS -> 0;
            case INCONCLUSIVE -> 1;
            case SUSPECTED -> 2;
        };
    }

    static Check check(String name, CheckVerdict verdict, String evidence) {
        return new Check(name, verdict, evidence.substring(0, Math.min(evidence.length(), LONGEST_EVIDENCE)));
    }
}
