package dev.advtrain.trainer.data;

import dev.advtrain.api.v1alpha1.training.ModelSpec;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.resolve.AttackUnits;
import dev.advtrain.resolve.RunSpec;
import dev.advtrain.trainer.TrainerException;
import java.util.Arrays;
import java.util.List;

/**
 * What the model takes, and attacks see.
 *
 * @param shape of one example, without the batch dimension
 * @param classes labels are below it
 * @param units what examples are loaded in
 */
public record Format(long[] shape, int classes, AttackUnits units) {

    /** @throws TrainerException 64 where the units are of other features than an example has */
    public Format {
        shape = shape.clone();
        long values = Arrays.stream(shape).reduce(1, Math::multiplyExact);
        if (units.perFeature() && units.features().size() != values) {
            throw new TrainerException(ExitCode.RUN_SPEC, "inputRange.perFeature has " + units.features().size() + " ranges; expected " + values
                    + ", one for each value of an input of shape " + Arrays.toString(shape));
        }
    }

    /** With one range for every component. */
    public Format(long[] shape, int classes, double min, double max) {
        this(shape, classes, new AttackUnits(min, max, List.of()));
    }

    /** Of the model and the threat models (which share one inputRange) of a run. */
    public static Format of(RunSpec run) {
        ModelSpec model = run.model();
        return of(model.inputShape().stream().mapToLong(Integer::longValue).toArray(), model.classes(), run.threatModels());
    }

    /** @param threatModels which share one inputRange */
    public static Format of(long[] shape, int classes, List<RunSpec.ResolvedThreatModel> threatModels) {
        return new Format(shape, classes, AttackUnits.of(threatModels.getFirst().spec().inputRange()));
    }

    /** Smallest value of every component as it is loaded. */
    double min() {
        return units.min();
    }

    /** Largest value of every component as it is loaded. */
    double max() {
        return units.max();
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

    /** Whether a value, in the data's own units, lies in the inputRange. */
    boolean holds(int component, double value) {
        float rounded = (float) value;
        // As floats: 0.1 as a float is a little more than 0.1.
        return rounded >= (float) least(component) && rounded <= (float) most(component);
    }

    /** A value that lies in the inputRange, as it is loaded. */
    float loaded(int component, double value) {
        double least = least(component);
        return (float) (units.perFeature() ? Math.clamp((value - least) / (most(component) - least), 0, 1) : value);
    }

    /** What {@link #holds} expects, in words. */
    String expected(int component) {
        return least(component) + " to " + most(component);
    }

    private double least(int component) {
        return units.perFeature() ? units.features().get(component).min() : units.min();
    }

    private double most(int component) {
        return units.perFeature() ? units.features().get(component).max() : units.max();
    }

    /** The number of values of one example. */
    public int features() {
        return Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
    }
}
