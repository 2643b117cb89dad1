package dev.advtrain.operator.status;

import dev.advtrain.api.v1alpha1.status.AdversarialTrainingJobStatus;
import dev.advtrain.api.v1alpha1.status.AdversarialTrainingJobStatus.Attempts;
import dev.advtrain.api.v1alpha1.status.Condition;
import dev.advtrain.api.v1alpha1.status.ConditionType;
import dev.advtrain.contract.Gates;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What changed between two statuses, as events for people. */
public final class Transitions {
    private static final Set<Reason> SILENT = EnumSet.of(Reason.NOT_STARTED, Reason.IN_PROGRESS);
    private static final Set<Reason> NORMAL = EnumSet.of(Reason.ACCEPTED, Reason.TRAINING, Reason.EVALUATING,
            Reason.REPORTING, Reason.DISRUPTED, Reason.TRAINED, Reason.EVALUATED, Reason.SUCCEEDED);

    private Transitions() {
    }

    /**
     * @param normal false for something a person should look at
     * @param occurrence tells apart transitions of one reason, and only those: the same however often it is looked at
     */
    public record Transition(Reason reason, boolean normal, String message, String occurrence) {
    }

    /** One for each reason that is new, in the order of the conditions; then what no condition says. */
    public static List<Transition> between(AdversarialTrainingJobStatus before, AdversarialTrainingJobStatus after) {
        Map<Reason, Transition> found = new LinkedHashMap<>();
        for (ConditionType type : ConditionType.values()) {
            Optional<Condition> old = before == null ? Optional.empty() : Conditions.find(before.conditions(), type);
            Conditions.find(after.conditions(), type)
                    .filter(c -> old.isEmpty() || old.get().status() != c.status() || !old.get().reason().equals(c.reason()))
                    .ifPresent(c -> {
                        Reason reason = reason(c);
                        if (!SILENT.contains(reason)) {
                            found.putIfAbsent(reason, new Transition(reason, NORMAL.contains(reason), c.message(),
                                    occurrence(reason, c.message(), after.attempts())));
                        }
                    });
        }
        if (Gates.maskingSuspected(after.gradientMasking()) && (before == null || !Gates.maskingSuspected(before.gradientMasking()))) {
            found.putIfAbsent(Reason.GRADIENT_MASKING_SUSPECTED,
                    new Transition(Reason.GRADIENT_MASKING_SUSPECTED, false, Gates.suspicion(after.gradientMasking()), ""));
        }
        return new ArrayList<>(found.values());
    }

    private static String occurrence(Reason reason, String message, Attempts attempts) {
        return switch (reason) {
            // Once for each attempt. What the message says of its pod changes while it is the same attempt.
            case TRAINING, REPORTING, RETRYING, DISRUPTED -> attempts.failures() + "/" + attempts.disruptions();
            case INVALID_SPEC, THREAT_MODEL_NOT_FOUND, INVALID_THREAT_MODEL, SECRET_NOT_FOUND, SECRET_NOT_LABELLED -> message;
            default -> "";
        };
    }

    private static Reason reason(Condition condition) {
        for (Reason reason : Reason.values()) {
            if (reason.toString().equals(condition.reason())) {
                return reason;
            }
        }
        throw new IllegalArgumentException("no reason of this operator: " + condition.reason());
    }
}
