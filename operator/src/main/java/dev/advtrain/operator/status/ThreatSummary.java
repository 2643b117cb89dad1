package dev.advtrain.operator.status;

import dev.advtrain.resolve.RunSpec;
import java.util.stream.Collectors;

/** Threat models in short, for a column. */
final class ThreatSummary {
    private ThreatSummary() {
    }

    static String of(RunSpec spec) {
        return spec.threatModels().stream()
                .map(model -> model.spec().perturbation().lp())
                .map(lp -> lp.norm() + " " + lp.epsilon())
                .collect(Collectors.joining(", "));
    }
}
