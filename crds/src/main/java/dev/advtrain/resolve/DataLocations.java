package dev.advtrain.resolve;

import dev.advtrain.api.v1alpha1.Location;
import dev.advtrain.api.v1alpha1.training.DataSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** The locations that a data source is read from. */
public final class DataLocations {
    private DataLocations() {
    }

    /** Each location by its field within the source, such as {@code idx.images}; none where data are made from a seed. */
    public static SequencedMap<String, Location> of(DataSource source) {
        SequencedMap<String, Location> found = new LinkedHashMap<>();
        if (source.idx() != null) {
            found.put("idx.images", source.idx().images());
            found.put("idx.labels", source.idx().labels());
        }
        if (source.cifarBinary() != null) {
            List<Location> files = source.cifarBinary().files();
            for (int i = 0; i < files.size(); i++) {
                found.put("cifarBinary.files[" + i + "]", files.get(i));
            }
        }
        if (source.imageFolder() != null) {
            found.put("imageFolder", source.imageFolder().location());
        }
        if (source.npz() != null) {
            found.put("npz", source.npz().location());
        }
        if (source.csv() != null) {
            found.put("csv", source.csv().location());
        }
        return found;
    }
}
