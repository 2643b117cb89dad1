package dev.advtrain.operator.model;

import dev.advtrain.contract.Command;
import dev.advtrain.contract.Labels;
import java.util.LinkedHashMap;
import java.util.Map;

/** The labels of what is made for a job. */
final class ChildLabels {
    private static final String NAME = "app.kubernetes.io/name";
    private static final String INSTANCE = "app.kubernetes.io/instance";
    private static final String PART_OF = "app.kubernetes.io/part-of";

    private ChildLabels() {
    }

    static Map<String, String> of(String job) {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put(NAME, "advtrain-trainer");
        labels.put(INSTANCE, job);
        labels.put(PART_OF, "advtrain");
        labels.put(Labels.MANAGED_BY, Labels.MANAGED_BY_VALUE);
        labels.put(Labels.JOB, job);
        return labels;
    }

    static Map<String, String> of(String job, Command stage, int attempt) {
        Map<String, String> labels = of(job);
        labels.put(Labels.COMPONENT, stage.toString());
        labels.put(Labels.ATTEMPT, Integer.toString(attempt));
        return labels;
    }
}
