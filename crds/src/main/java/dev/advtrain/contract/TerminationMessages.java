package dev.advtrain.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.advtrain.api.v1alpha1.status.GradientMasking;
import dev.advtrain.resolve.CanonicalJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Termination messages as JSON that Kubernetes keeps whole. */
public final class TerminationMessages {
    /** What Kubernetes keeps of a container's termination message. */
    public static final int MAX_BYTES = 4096;

    private static final int MAX_WARNING_CHARACTERS = 200;
    // An operator must understand a newer trainer's message: fields it does not know are left out.
    private static final JsonMapper READER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private TerminationMessages() {
    }

    /**
     * The message as JSON of at most {@value #MAX_BYTES} bytes in UTF-8. Warnings are cut first, then the error's text, the
     * evidence of checks that passed, that of the others, the attacks. Counts and verdicts never are.
     */
    public static String write(TerminationMessage message) {
        TerminationMessage current = message;
        String json = CanonicalJson.write(current);
        while (size(json) > MAX_BYTES) {
            current = shorter(current).orElseThrow(() ->
                    new IllegalArgumentException("a termination message does not fit into " + MAX_BYTES + " bytes"));
            json = CanonicalJson.write(current);
        }
        return json;
    }

    /** Empty if the text is not such a message: a crash leaves none, or the last lines of a log. */
    public static Optional<TerminationMessage> read(String text) {
        if (text == null || text.isBlank()) {
            return Optional.empty();
        }
        try {
            TerminationMessage message = READER.readValue(text, TerminationMessage.class);
            return Optional.ofNullable(message).filter(m -> m.command() != null && m.runId() != null);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private static int size(String json) {
        return json.getBytes(StandardCharsets.UTF_8).length;
    }

    /** The message one cut shorter; empty if nothing is left to cut. */
    private static Optional<TerminationMessage> shorter(TerminationMessage message) {
        List<String> warnings = message.warnings() == null ? List.of() : message.warnings();
        if (warnings.stream().anyMatch(warning -> warning.length() > MAX_WARNING_CHARACTERS)) {
            return Optional.of(with(message, message.error(),
                    warnings.stream().map(warning -> cut(warning, MAX_WARNING_CHARACTERS)).toList(), message.evaluation()));
        }
        if (!warnings.isEmpty()) {
            return Optional.of(with(message, message.error(), fewer(warnings), message.evaluation()));
        }
        TerminationMessage.Error error = message.error();
        if (error != null && error.message() != null && error.message().length() > 1) {
            TerminationMessage.Error shorter =
                    new TerminationMessage.Error(error.code(), cut(error.message(), error.message().length() * 3 / 4));
            return Optional.of(with(message, shorter, message.warnings(), message.evaluation()));
        }
        return message.evaluation() == null
                ? Optional.empty()
                : shorter(message.evaluation()).map(evaluation -> with(message, error, message.warnings(), evaluation));
    }

    /** What explains goes first; counts and verdicts stay. The report has it all. */
    private static Optional<TerminationMessage.Evaluation> shorter(TerminationMessage.Evaluation e) {
        List<GradientMasking.Check> checks = e.gradientMasking() == null || e.gradientMasking().checks() == null
                ? List.of() : e.gradientMasking().checks();
        for (Predicate<GradientMasking.Check> cut : List.<Predicate<GradientMasking.Check>>of(
                check -> check.verdict() == GradientMasking.CheckVerdict.PASS, check -> true)) {
            if (checks.stream().anyMatch(check -> check.evidence() != null && cut.test(check))) {
                List<GradientMasking.Check> shorter = checks.stream()
                        .map(check -> cut.test(check) ? new GradientMasking.Check(check.name(), check.verdict(), null) : check).toList();
                return Optional.of(with(e, e.results(), new GradientMasking(e.gradientMasking().verdict(), shorter)));
            }
        }
        if (e.results() != null && e.results().stream().anyMatch(result -> result.attacks() != null)) {
            return Optional.of(with(e, e.results().stream().map(result -> new TerminationMessage.Result(result.kind(), result.name(),
                    result.robustCorrect(), result.confidenceInterval(), null)).toList(), e.gradientMasking()));
        }
        return Optional.empty();
    }

    /** Drops the last warning; the one that then ends the list says that more are in the files. */
    private static List<String> fewer(List<String> warnings) {
        String more = "more warnings: see " + OutputFiles.TRAINING + " and " + OutputFiles.REPORT;
        List<String> kept = new ArrayList<>(warnings);
        kept.removeLast();
        if (warnings.getLast().equals(more)) {
            if (kept.isEmpty()) {
                return List.of();
            }
            kept.removeLast();
        }
        kept.add(more);
        return warnings.size() == 1 ? List.of() : kept;
    }

    private static String cut(String text, int length) {
        if (text.length() <= length) {
            return text;
        }
        int kept = Math.max(0, length - 1);
        // Never leaves half of a surrogate pair.
        if (kept > 0 && Character.isHighSurrogate(text.charAt(kept - 1))) {
            kept--;
        }
        return kept == 0 ? "" : text.substring(0, kept) + "…";
    }

    private static TerminationMessage.Evaluation with(TerminationMessage.Evaluation e, List<TerminationMessage.Result> results,
            GradientMasking gradientMasking) {
        return new TerminationMessage.Evaluation(e.suite(), e.samples(), e.cleanCorrect(), e.robustCorrect(), e.cleanInterval(),
                e.confidenceInterval(), results, gradientMasking, e.baseline());
    }

    private static TerminationMessage with(TerminationMessage m, TerminationMessage.Error error, List<String> warnings,
            TerminationMessage.Evaluation evaluation) {
        return new TerminationMessage(m.command(), m.runId(), error, m.artifact(), m.training(), evaluation, m.cost(), warnings);
    }
}
