package dev.advtrain.resolve;

import dev.advtrain.api.v1alpha1.Location;
import java.util.ArrayList;
import java.util.List;

/** The locations that each stage of a run reads, besides the output, wherever they stand in its spec. */
public final class Inputs {
    private Inputs() {
    }

    public static List<Location> train(RunSpec spec) {
        List<Location> found = new ArrayList<>(DataLocations.of(spec.data().train()).values());
        if (spec.model().torchScript() != null) {
            found.add(spec.model().torchScript().location());
        }
        if (spec.model().initialWeights() != null) {
            found.add(spec.model().initialWeights());
        }
        return found;
    }

    /** It takes the model that training wrote: it needs none of the incoming one. */
    public static List<Location> evaluate(RunSpec spec) {
        return List.copyOf(DataLocations.of(spec.data().test()).values());
    }
}
