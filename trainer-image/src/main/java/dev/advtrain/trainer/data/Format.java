package dev.advtrain.trainer.data;

import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelSpec;
import dev.advtrain.api.v1alpha1.training.ModelSpec;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.resolve.RunSpec;
import dev.advtrain.trainer.TrainerException;
import java.util.Arrays;
import java.util.List;

/**
 * What the model takes.
 *
 * @param shape of one example, without the batch dimension
 * @param classes labels are below it
 * @param min of the threat model's inputRange
 * @param max of the threat model's inputRange
 */
public record Format(long[] shape, int classes, double min, double max) {

    public Format {
        shape = shape.clone();
    }

    /** Of the model and the threat models (which share one inputRange) of a run. */
    public static Format of(RunSpec run) {
        ModelSpec model = run.model();
        return of(model.inputShape().stream().mapToLong(Integer::longValue).toArray(), model.classes(), run.threatModels());
    }

    /** @param threatModels which share one inputRange */
    public static Format of(long[] shape, int classes, List<RunSpec.ResolvedThreatModel> threatModels) {
        ThreatModelSpec.InputRange range = threatModels.getFirst().spec().inputRange();
        return new Format(shape, classes, Double.parseDouble(range.min()), Double.parseDouble(range.max()));
    }

    @Override
    public long[] shape() {
        return shape.clone();
    }

    /**
     * A label that is one of the model's classes.
     *
     * @param place where it stands in the file, for errors
     * @throws TrainerException 65 where it is not
     */
    int requireLabel(String uri, String place, long label) {
        if (label < 0 || label >= classes) {
            throw new TrainerException(ExitCode.DATA, uri + ": label " + label + " at " + place + "; expected 0 to " + (classes - 1)
                    + ", the model's classes");
        }
        return (int) label;
    }

    /**
     * A value that is taken as it is and must lie in the inputRange, rounded to float.
     *
     * @param example its index in the file
     * @throws TrainerException 65 where it does not
     */
    float requireInRange(String uri, String part, long example, int component, double value) {
        float rounded = (float) value;
        // As floats: 0.1 as a float is a little more than 0.1.
        if (!(rounded >= (float) min && rounded <= (float) max)) {
            throw new TrainerException(ExitCode.DATA, uri + ": " + part + ", index " + example + ": component " + component
                    + " is outside the inputRange; expected " + min + " to " + max);
        }
        return rounded;
    }

    /** The number of values of one example. */
    public int features() {
        return Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
    }
}
