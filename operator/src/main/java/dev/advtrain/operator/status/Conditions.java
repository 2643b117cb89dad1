package dev.advtrain.operator.status;

import dev.advtrain.api.v1alpha1.status.Condition;
import dev.advtrain.api.v1alpha1.status.ConditionStatus;
import dev.advtrain.api.v1alpha1.status.ConditionType;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Builds the list of conditions. The transition time moves only when the status of a condition does. */
final class Conditions {
    private static final int MAX_MESSAGE = 2048;

    private final List<Condition> before;
    private final Long generation;
    private final Instant now;
    private final List<Condition> after = new ArrayList<>();

    Conditions(List<Condition> before, Long generation, Instant now) {
        this.before = before == null ? List.of() : before;
        this.generation = generation;
        this.now = now;
    }

    Conditions set(ConditionType type, ConditionStatus status, Reason reason, String message) {
        String since = find(before, type)
                .filter(c -> c.status() == status)
                .map(Condition::lastTransitionTime)
                .orElse(now.truncatedTo(ChronoUnit.SECONDS).toString());
        after.add(new Condition(type.toString(), status, generation, since, reason.toString(), cut(message)));
        return this;
    }

    List<Condition> list() {
        return List.copyOf(after);
    }

    static Optional<Condition> find(List<Condition> conditions, ConditionType type) {
        return conditions == null
                ? Optional.empty()
                : conditions.stream().filter(c -> type.toString().equals(c.type())).findFirst();
    }

    private static String cut(String message) {
        return message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE - 1) + "…";
    }
}
