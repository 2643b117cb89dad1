package dev.advtrain.operator.observe;

import dev.advtrain.contract.Command;
import dev.advtrain.contract.TerminationMessage;
import dev.advtrain.contract.TerminationMessages;
import java.util.Optional;

/** What the trainer said when it ended. */
final class TrainerMessages {
    private static final int MAX_TEXT = 1024;

    private TrainerMessages() {
    }

    /** The reason of a failure; text that is no message of the trainer, such as a JVM's last words, is given as it is. */
    static Optional<String> failureText(String text) {
        return TerminationMessages.read(text)
                .flatMap(m -> Optional.ofNullable(m.error()))
                .map(TerminationMessage.Error::message)
                .or(() -> Optional.ofNullable(text))
                .map(String::strip)
                .filter(t -> !t.isEmpty())
                .map(t -> t.length() <= MAX_TEXT ? t : t.substring(0, MAX_TEXT - 1) + "…");
    }

    /** The results in a report's message. Empty if they are not all there, or are those of another run. */
    static Optional<TerminationMessage> results(String text, String runId) {
        return TerminationMessages.read(text)
                .filter(m -> m.command() == Command.REPORT && runId.equals(m.runId()) && m.error() == null)
                .filter(m -> m.artifact() != null && m.artifact().sha256() != null)
                .filter(m -> m.evaluation() != null && whole(m.evaluation()));
    }

    private static boolean whole(TerminationMessage.Evaluation e) {
        return e.samples() > 0
                && e.cleanInterval() != null && e.confidenceInterval() != null
                && e.results() != null && !e.results().isEmpty()
                && 0 <= e.robustCorrect() && e.robustCorrect() <= e.cleanCorrect() && e.cleanCorrect() <= e.samples()
                // The union is right under every threat model, so each alone leaves at least as many.
                && e.results().stream().allMatch(r -> e.robustCorrect() <= r.robustCorrect() && r.robustCorrect() <= e.cleanCorrect())
                && (e.baseline() == null || 0 <= e.baseline().robustCorrect() && e.baseline().robustCorrect() <= e.baseline().cleanCorrect()
                        && e.baseline().cleanCorrect() <= e.samples() && e.baseline().confidenceInterval() != null)
                && (e.gradientMasking() == null || e.gradientMasking().verdict() != null && e.gradientMasking().checks() != null);
    }
}
