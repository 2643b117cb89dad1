package dev.advtrain.trainer.data;

import dev.advtrain.api.v1alpha1.Location;
import dev.advtrain.api.v1alpha1.training.DataSource;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.storage.Locations;
import java.util.ArrayList;
import java.util.List;

/** Loads the data that a run spec names. */
public final class Datasets {
    private final Locations locations;
    private final Format format;
    private final long heapLimit;

    /** @param format what the model takes; data that do not fit it are refused */
    public Datasets(Locations locations, Format format) {
        // A quarter: the rest is for what a run makes of them.
        this(locations, format, Runtime.getRuntime().maxMemory() / 4);
    }

    /** @param heapLimit bytes of examples beyond which they are kept in a file */
    Datasets(Locations locations, Format format, long heapLimit) {
        this.locations = locations;
        this.format = format;
        this.heapLimit = heapLimit;
    }

    /**
     * Loads one source, cut to its limit; at least one example.
     *
     * @param field where the source stands in the run spec, e.g. {@code data.train}
     */
    public Dataset load(String field, DataSource source) {
        int limit = source.limit() == null ? Integer.MAX_VALUE : source.limit();
        Dataset data = read(field, source, limit);
        if (data.size() == 0) {
            throw new TrainerException(ExitCode.DATA, field + ": holds no examples; expected at least one");
        }
        return data.first(limit);
    }

    /**
     * The number of features of a table.
     *
     * @throws dev.advtrain.trainer.TrainerException 65 where the file is none, or has no column of that name
     */
    public static int csvFeatures(dev.advtrain.trainer.storage.Location file, String labelColumn) {
        return CsvReader.features(file, labelColumn);
    }

    /**
     * The shape of one image of an IDX file, [channels, height, width].
     *
     * @throws dev.advtrain.trainer.TrainerException 65 where the file holds no images
     */
    public static long[] imageShape(dev.advtrain.trainer.storage.Location images) {
        return IdxReader.shape(new IdxReader.Part(images, null));
    }

    private Dataset read(String field, DataSource source, int limit) {
        if (format.units().perFeature() && source.csv() == null && source.npz() == null) {
            throw new TrainerException(ExitCode.RUN_SPEC, field + ": holds images; expected csv or npz, as inputRange.perFeature is of features");
        }
        if (source.idx() != null) {
            DataSource.Idx idx = source.idx();
            return IdxReader.read(new IdxReader.Part(location(field + ".idx.images", idx.images()), idx.images().sha256()),
                    new IdxReader.Part(location(field + ".idx.labels", idx.labels()), idx.labels().sha256()), format, limit, heapLimit);
        }
        if (source.cifarBinary() != null) {
            DataSource.CifarBinary cifar = source.cifarBinary();
            List<CifarReader.Part> files = new ArrayList<>();
            for (int i = 0; i < cifar.files().size(); i++) {
                Location file = cifar.files().get(i);
                files.add(new CifarReader.Part(location(field + ".cifarBinary.files[" + i + "]", file), file.sha256()));
            }
            return CifarReader.read(files, cifar.label(), format, limit, heapLimit);
        }
        if (source.imageFolder() != null) {
            Location folder = source.imageFolder().location();
            return ImageFolderReader.read(field + ".imageFolder", location(field + ".imageFolder", folder), folder.sha256(), format, heapLimit);
        }
        if (source.npz() != null) {
            return NpzReader.read(location(field + ".npz", source.npz().location()), source.npz(), format, limit, heapLimit);
        }
        if (source.csv() != null) {
            return CsvReader.read(location(field + ".csv", source.csv().location()), source.csv(), format, limit, heapLimit);
        }
        DataSource.BuiltinDigits digits = source.builtinDigits();
        return BuiltinDigits.draw(field + ".builtinDigits", Math.min(limit, digits.count()), digits.seed(), format, heapLimit);
    }

    private dev.advtrain.trainer.storage.Location location(String field, Location location) {
        return locations.input(field + ".uri", location);
    }
}
