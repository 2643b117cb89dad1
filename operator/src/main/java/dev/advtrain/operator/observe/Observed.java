package dev.advtrain.operator.observe;

import dev.advtrain.contract.Command;
import java.util.Map;

/** All that is known of a run from its Jobs and pods. */
public record Observed(StageObservation train, StageObservation evaluate, StageObservation report) {

    Observed(Map<Command, StageObservation> stages) {
        this(stages.get(Command.TRAIN), stages.get(Command.EVALUATE), stages.get(Command.REPORT));
    }

    public StageObservation of(Command stage) {
        return switch (stage) {
            case TRAIN -> train;
            case EVALUATE -> evaluate;
            case REPORT -> report;
        };
    }

    public int failures() {
        return train.failures() + evaluate.failures() + report.failures();
    }

    public int disruptions() {
        return train.disruptions() + evaluate.disruptions() + report.disruptions();
    }
}
