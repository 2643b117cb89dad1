package dev.advtrain.trainer.command;

import dev.advtrain.resolve.RunSpec;
import dev.advtrain.trainer.storage.Location;
import dev.advtrain.trainer.storage.Locations;

/**
 * One run as a command sees it.
 *
 * @param spec whole, or the part that training sees
 * @param local started by a person from manifests, without a cluster
 */
record Run(RunSpec spec, String runId, Locations locations, boolean local) {

    Location output() {
        return locations.output(spec.output());
    }
}
