package dev.advtrain.trainer.data;

import dev.advtrain.api.v1alpha1.Location;
import dev.advtrain.api.v1alpha1.training.DataSource;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.storage.Locations;

/** Loads the data that a run spec names. */
public final class Datasets {
    private final Locations locations;
    private final Format format;

    /** @param format what the model takes; data that do not fit it are refused */
    public Datasets(Locations locations, Format format) {
        this.locations = locations;
        this.format = format;
    }

    /**
     * Loads one source, cut to its limit; at least one example.
     *
     * @param field where the source stands in the run spec, e.g. {@code data.train}
     */
    public Dataset load(String field, DataSource source) {
        int limit = source.limit() == null ? Integer.MAX_VALUE : source.limit();
        Dataset data = source.idx() != null ? idx(field + ".idx", source.idx(), limit) : digits(field, source, limit);
        if (data.size() == 0) {
            throw new TrainerException(ExitCode.DATA, field + ": holds no examples; expected at least one");
        }
        return data.first(limit);
    }

    /**
     * The shape of one image of an IDX file, [channels, height, width].
     *
     * @throws dev.advtrain.trainer.TrainerException 65 where the file holds no images
     */
    public static long[] imageShape(dev.advtrain.trainer.storage.Location images) {
        return IdxReader.shape(new IdxReader.Part(images, null, 0));
    }

    private Dataset idx(String field, DataSource.Idx idx, int limit) {
        return IdxReader.read(part(field + ".images", idx.images(), limit), part(field + ".labels", idx.labels(), limit), format);
    }

    private IdxReader.Part part(String field, Location location, int limit) {
        return new IdxReader.Part(locations.input(field + ".uri", location.uri()), location.sha256(), limit);
    }

    private Dataset digits(String field, DataSource source, int limit) {
        DataSource.BuiltinDigits digits = source.builtinDigits();
        return BuiltinDigits.draw(field + ".builtinDigits", Math.min(limit, digits.count()), digits.seed(), format);
    }
}
