package dev.advtrain.resolve;

import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelKind;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelSpec;
import java.util.Optional;

/** Finds the threat models a job names, in its own namespace or the cluster. */
@FunctionalInterface
public interface ThreatModelLookup {
    /** Empty if there is none; a spec that is null in the object counts as none. */
    Optional<ThreatModelSpec> find(ThreatModelKind kind, String name);
}
