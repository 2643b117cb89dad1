package dev.advtrain.trainer.report;

import dev.advtrain.api.v1alpha1.status.GradientMasking;
import dev.advtrain.api.v1alpha1.status.GradientMasking.CheckVerdict;
import java.util.List;
import java.util.stream.Collectors;

/** The checks for gradient masking: each verdict is a word and a sign, not a colour alone. */
record Masking(String caption, Badge verdict, String sentence, List<Check> checks) {

    record Badge(String css, String sign, String text) {}

    record Check(String name, Badge verdict, String evidence) {}

    static Masking of(String caption, GradientMasking masking) {
        List<Check> checks = masking.checks().stream().map(c -> new Check(c.name(), badge(c.verdict()), c.evidence())).toList();
        return switch (masking.verdict()) {
            case NOT_SUSPECTED -> new Masking(caption, new Badge("pass", "✓", "Not suspected"),
                    "No check found a sign that gradients mislead the attacks.", checks);
            case SUSPECTED -> new Masking(caption, new Badge("suspected", "!", "Suspected"), "The model may only look robust. Checks that failed: "
                    + checks.stream().filter(c -> c.verdict().css().equals("suspected")).map(Check::name)
                            .collect(Collectors.joining(", ")) + ".", checks);
            case INCONCLUSIVE -> new Masking(caption, new Badge("unknown", "?", "Inconclusive"),
                    "There were too few examples for the checks to say anything.", checks);
        };
    }

    private static Badge badge(CheckVerdict verdict) {
        return switch (verdict) {
            case PASS -> new Badge("pass", "✓", "Pass");
            case SUSPECTED -> new Badge("suspected", "!", "Suspected");
            case INCONCLUSIVE -> new Badge("unknown", "?", "Inconclusive");
        };
    }
}
