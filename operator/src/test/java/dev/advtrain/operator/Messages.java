package dev.advtrain.operator;

import dev.advtrain.api.v1alpha1.evaluation.Suite;
import dev.advtrain.api.v1alpha1.status.ConfidenceInterval;
import dev.advtrain.api.v1alpha1.status.Cost;
import dev.advtrain.api.v1alpha1.status.GradientMasking;
import dev.advtrain.api.v1alpha1.status.GradientMasking.Check;
import dev.advtrain.api.v1alpha1.status.GradientMasking.CheckVerdict;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelKind;
import dev.advtrain.contract.Command;
import dev.advtrain.contract.TerminationMessage;
import dev.advtrain.contract.TerminationMessage.Artifact;
import dev.advtrain.contract.TerminationMessage.Attack;
import dev.advtrain.contract.TerminationMessage.Evaluation;
import dev.advtrain.contract.TerminationMessage.Result;
import dev.advtrain.contract.TerminationMessages;
import java.util.List;

/** Termination messages as the trainer writes them. */
public final class Messages {
    public static final ConfidenceInterval CLEAN = new ConfidenceInterval("0.95", "0.7738", "0.8244");
    public static final ConfidenceInterval ROBUST = new ConfidenceInterval("0.95", "0.6272", "0.6869");

    private Messages() {
    }

    public static String error(Command command, int code, String text) {
        return TerminationMessages.write(
                new TerminationMessage(command, "run", new TerminationMessage.Error(code, text), null, null, null, null));
    }

    /** Of 1,000 samples 800 right, and 658 of them under attack. */
    public static String report(String runId) {
        return TerminationMessages.write(report(runId, evaluation(1000, 800, 658)));
    }

    public static TerminationMessage report(String runId, Evaluation evaluation) {
        return new TerminationMessage(Command.REPORT, runId, null,
                new Artifact("pvc://models/digits/model.pt", "ab".repeat(32), 7, "pvc://models/digits/report.json"),
                null, evaluation, new Cost(1234L, "987.6", "8.73"), List.of("threads changed from 2 to 1"));
    }

    /** The same with masked gradients suspected. */
    public static Evaluation masked(int samples, int clean, int robust) {
        Evaluation e = evaluation(samples, clean, robust);
        return new Evaluation(e.suite(), e.samples(), e.cleanCorrect(), e.robustCorrect(), e.cleanInterval(), e.confidenceInterval(),
                e.results(), new GradientMasking(GradientMasking.Verdict.SUSPECTED, List.of(
                        new Check("UnboundedAttackSucceeds", CheckVerdict.SUSPECTED, "658 of 800 survive an unbounded attack"),
                        new Check("NoiseIsWeaker", CheckVerdict.PASS, "noise broke 3"))));
    }

    public static Evaluation evaluation(int samples, int clean, int robust) {
        return new Evaluation(Suite.QUICK, samples, clean, robust, CLEAN, ROBUST, List.of(new Result(
                ThreatModelKind.THREAT_MODEL, "linf-0.1", robust, ROBUST,
                List.of(new Attack("FGSM", clean, 1), new Attack("PGD-20", robust, 9), new Attack("APGD-CE", robust, 12)))), null);
    }
}
