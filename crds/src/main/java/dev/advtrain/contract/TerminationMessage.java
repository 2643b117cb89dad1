package dev.advtrain.contract;

import dev.advtrain.api.v1alpha1.ApiObject;
import dev.advtrain.api.v1alpha1.evaluation.Suite;
import dev.advtrain.api.v1alpha1.status.ConfidenceInterval;
import dev.advtrain.api.v1alpha1.status.Cost;
import dev.advtrain.api.v1alpha1.status.GradientMasking;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelKind;
import java.util.List;

/**
 * What a pod of the trainer says when it ends; Kubernetes keeps at most 4,096 bytes of it. Counts instead of shares, so
 * that gates are judged exactly. Parts a command has nothing to say about are null. Read and written by
 * {@link TerminationMessages}.
 *
 * @param command  what the pod ran
 * @param runId    the run it belongs to
 * @param error    why it failed; null when it is done
 * @param cost     of the whole run; a report's
 * @param warnings what a person should know although nothing failed
 */
public record TerminationMessage(
        Command command,
        String runId,
        Error error,
        Artifact artifact,
        Training training,
        Evaluation evaluation,
        Cost cost,
        List<String> warnings) implements ApiObject {

    /** Without cost. */
    public TerminationMessage(Command command, String runId, Error error, Artifact artifact, Training training, Evaluation evaluation,
            List<String> warnings) {
        this(command, runId, error, artifact, training, evaluation, null, warnings);
    }

    /**
     * @param code    an {@link ExitCode}
     * @param message names field, file or index and what was expected; never file content
     */
    public record Error(int code, String message) implements ApiObject {
    }

    /** The hardened model: its TorchScript file, that file's digest, the epoch it is from (counted from 1), its report. */
    public record Artifact(String uri, String sha256, Integer selectedEpoch, String reportUri) implements ApiObject {
    }

    /**
     * @param steps     optimizer steps of an undisturbed run
     * @param stepsDone optimizer steps made by all attempts together
     * @param epochs    epochs trained
     * @param attempt   the attempt that ended, counted from 1
     */
    public record Training(long steps, long stepsDone, int epochs, int attempt) implements ApiObject {
    }

    /**
     * The union over all threat models. What was asked for is in the run spec and not repeated here.
     *
     * @param suite              of all results
     * @param samples            of all results
     * @param cleanCorrect       of all results
     * @param cleanInterval      Clopper-Pearson interval of cleanCorrect / samples, rounded outwards
     * @param confidenceInterval the same of robustCorrect / samples
     * @param gradientMasking    null where it was not looked for
     * @param baseline           the incoming model; null where it was not measured
     */
    public record Evaluation(
            Suite suite,
            int samples,
            int cleanCorrect,
            int robustCorrect,
            ConfidenceInterval cleanInterval,
            ConfidenceInterval confidenceInterval,
            List<Result> results,
            GradientMasking gradientMasking,
            Baseline baseline) implements ApiObject {

        /** Without the incoming model. */
        public Evaluation(Suite suite, int samples, int cleanCorrect, int robustCorrect, ConfidenceInterval cleanInterval,
                ConfidenceInterval confidenceInterval, List<Result> results, GradientMasking gradientMasking) {
            this(suite, samples, cleanCorrect, robustCorrect, cleanInterval, confidenceInterval, results, gradientMasking, null);
        }
    }

    /** The incoming model on the same samples; the interval is that of robustCorrect. */
    public record Baseline(int cleanCorrect, int robustCorrect, ConfidenceInterval confidenceInterval) implements ApiObject {
    }

    /** One threat model. */
    public record Result(
            ThreatModelKind kind,
            String name,
            int robustCorrect,
            ConfidenceInterval confidenceInterval,
            List<Attack> attacks) implements ApiObject {
    }

    /** One attack; robustCorrect counts what is left after it and those before it. */
    public record Attack(String name, int robustCorrect, long seconds) implements ApiObject {
    }
}
