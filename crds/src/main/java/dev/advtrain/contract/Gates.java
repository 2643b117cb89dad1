package dev.advtrain.contract;

import dev.advtrain.api.v1alpha1.evaluation.AcceptanceSpec;
import dev.advtrain.api.v1alpha1.evaluation.GradientMaskingPolicy;
import dev.advtrain.api.v1alpha1.evaluation.JudgeBy;
import dev.advtrain.api.v1alpha1.status.ConfidenceInterval;
import dev.advtrain.api.v1alpha1.status.GradientMasking;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Judges what was measured against the gates of a job: exactly, on counts and decimal strings, never on doubles. */
public final class Gates {
    private Gates() {
    }

    /** The gates that were missed, each as a sentence; none where there are no gates. */
    public static List<String> missed(AcceptanceSpec gates, TerminationMessage.Evaluation measured) {
        List<String> missed = new ArrayList<>();
        if (gates == null) {
            return missed;
        }
        judge("clean", gates.minCleanAccuracy(), gates.judgeBy(), measured.cleanCorrect(), measured.samples(),
                measured.cleanInterval(), missed);
        judge("robust", gates.minRobustAccuracy(), gates.judgeBy(), measured.robustCorrect(), measured.samples(),
                measured.confidenceInterval(), missed);
        if (maskingRejects(gates, measured)) {
            missed.add(suspicion(measured.gradientMasking()));
        }
        return missed;
    }

    /** Whether masked gradients are suspected, and that is a gate. Too few examples to say never reject. */
    public static boolean maskingRejects(AcceptanceSpec gates, TerminationMessage.Evaluation measured) {
        return gates != null && gates.gradientMasking() == GradientMaskingPolicy.REJECT && maskingSuspected(measured.gradientMasking());
    }

    /** @param masking null where it was not looked for */
    public static boolean maskingSuspected(GradientMasking masking) {
        return masking != null && masking.verdict() == GradientMasking.Verdict.SUSPECTED;
    }

    /** The suspicion as a sentence: each check that has it, with its evidence. */
    public static String suspicion(GradientMasking masking) {
        return "gradient masking is suspected: " + masking.checks().stream()
                .filter(check -> check.verdict() == GradientMasking.CheckVerdict.SUSPECTED)
                .map(check -> check.name() + (check.evidence() == null ? "" : " (" + check.evidence() + ")"))
                .collect(Collectors.joining(", "));
    }

    private static void judge(String what, String gate, JudgeBy judgeBy, int correct, int samples,
            ConfidenceInterval interval, List<String> missed) {
        if (gate == null) {
            return;
        }
        BigDecimal least = new BigDecimal(gate);
        if (judgeBy == JudgeBy.POINT_ESTIMATE) {
            // correct / samples < gate, without a division
            if (BigDecimal.valueOf(correct).compareTo(least.multiply(BigDecimal.valueOf(samples))) < 0) {
                missed.add(what + " accuracy " + correct + "/" + samples + " is below " + gate);
            }
        } else if (new BigDecimal(interval.lower()).compareTo(least) < 0) {
            missed.add("lower bound " + interval.lower() + " of " + what + " accuracy (" + correct + "/" + samples
                    + ", confidence " + interval.level() + ") is below " + gate);
        }
    }
}
