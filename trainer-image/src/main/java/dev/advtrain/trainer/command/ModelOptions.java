package dev.advtrain.trainer.command;

import dev.advtrain.api.v1alpha1.Location;
import dev.advtrain.api.v1alpha1.evaluation.EvaluationSpec;
import dev.advtrain.api.v1alpha1.evaluation.Sampling;
import dev.advtrain.api.v1alpha1.evaluation.Suite;
import dev.advtrain.api.v1alpha1.training.DataSource;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.contract.OutputFiles;
import dev.advtrain.resolve.CanonicalJson;
import dev.advtrain.resolve.EvaluationResolver;
import dev.advtrain.resolve.RunSpec.ResolvedThreatModel;
import dev.advtrain.resolve.Sha256;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.data.Dataset;
import dev.advtrain.trainer.data.Datasets;
import dev.advtrain.trainer.data.Format;
import dev.advtrain.trainer.evaluate.EvaluationPlan;
import dev.advtrain.trainer.evaluate.ModelFile;
import dev.advtrain.trainer.evaluate.Subject;
import dev.advtrain.trainer.model.Normalization;
import dev.advtrain.trainer.storage.Locations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What {@code evaluate} is told of a model that no job trained. */
final class ModelOptions {
    private static final String MODEL = "--model";
    private static final int MOST_AT_ONCE = 65_536;

    @Option(names = MODEL, paramLabel = "FILE", description = "A TorchScript model to attack, instead of one that a job trained: "
            + "inputs in the inputRange of the threat models, one logit a class.")
    private Path model;

    @Option(names = "--classes", paramLabel = "N", description = "Its classes.")
    private Integer classes;

    @Option(names = "--images", paramLabel = "FILE", description = "Test images, an IDX file, gzip or not.")
    private Path images;

    @Option(names = "--labels", paramLabel = "FILE", description = "Their labels, an IDX file.")
    private Path labels;

    @Option(names = "--csv", paramLabel = "FILE", description = "Instead of images: examples of features and a label, a CSV file, gzip or not, whose "
            + "first line names the columns.")
    private Path csv;

    @Option(names = "--label-column", paramLabel = "NAME", defaultValue = DataSource.Csv.LABEL_COLUMN,
            description = "Its column of labels. Default: ${DEFAULT-VALUE}.")
    private String labelColumn;

    @Option(names = "--mean", paramLabel = "X", split = ",", description = "Where the model wants normalised inputs: what is taken off "
            + "each channel or feature.")
    private List<Double> mean = List.of();

    @Option(names = "--std", paramLabel = "X", split = ",", description = "What each is then divided by.")
    private List<Double> std = List.of();

    @Option(names = "--suite", paramLabel = "SUITE", description = "Quick, AutoAttack (the default), AutoAttackPlus or AutoAttackRandomized.")
    private String suite;

    @Option(names = "--samples", paramLabel = "N", description = "Examples to attack, drawn at random. Default: 1000, or all where there are fewer.")
    private Integer samples;

    @Option(names = "--first", description = "Attack the first examples instead, to compare with published runs.")
    private boolean first;

    @Option(names = "--batch-size", paramLabel = "N", description = "Examples attacked at once. Default: 250.")
    private Integer batchSize;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "0", description = "Of samples and attacks. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--output", paramLabel = "DIR", description = "Where the report goes. Default: the model's file with -robustness "
            + "instead of its ending.")
    private Path output;

    /** All that an evaluation needs. */
    record Loaded(EvaluationPlan plan, Subject subject, Dataset test, dev.advtrain.trainer.storage.Location output) {}

    boolean given() {
        return model != null;
    }

    /** @throws TrainerException 64 naming the option that is wrong, 65 where a file is */
    Loaded load(RunOptions options) {
        require(classes != null, "--classes", "the number of the model's classes");
        require(images != null || csv != null, "--images", "an IDX file, or --csv,");
        require(csv == null ? labels != null : images == null && labels == null, csv == null ? "--labels" : "--csv",
                csv == null ? "an IDX file" : "neither --images nor --labels");
        require(samples == null || samples >= 1, "--samples", "at least 1");
        require(batchSize == null || batchSize >= 1 && batchSize <= MOST_AT_ONCE, "--batch-size", "1 to " + MOST_AT_ONCE);
        require(mean.size() == std.size(), "--std", "as many numbers as --mean has");
        List<ResolvedThreatModel> threatModels = EvaluationResolver.threatModels(options.threatModels());
        Locations files = new Locations(Map.of(), Map.of(), true);
        Format format = Format.of(shape(files), classes, threatModels);
        Dataset test = new Datasets(files, format).load(csv == null ? "--images" : "--csv", source());
        EvaluationSpec evaluation = EvaluationResolver.evaluation(settings(), test.size(), threatModels);
        ModelFile file = ModelFile.open(Locations.local(model), format, mean.isEmpty() ? Optional.empty() : Optional.of(new Normalization(mean, std)));
        String runId = options.runId(name() + "-" + Sha256.hex(CanonicalJson.write(Map.of("model", file.sha256(), "test", test.digests(),
                "threatModels", threatModels, "evaluation", evaluation, "seed", seed, "mean", mean, "std", std))));
        return new Loaded(new EvaluationPlan(runId, name(), threatModels, evaluation, seed, format),
                file.subject(), test, folder(files));
    }

    private long[] shape(Locations files) {
        return csv == null ? Datasets.imageShape(files.input("--images", new Location(uri(images), null)))
                : new long[] {Datasets.csvFeatures(files.input("--csv", new Location(uri(csv), null)), labelColumn)};
    }

    private DataSource source() {
        return csv == null ? DataSource.of(new DataSource.Idx(new Location(uri(images), null), new Location(uri(labels), null)), null)
                : DataSource.of(new DataSource.Csv(uri(csv), null, null, labelColumn), null);
    }

    private EvaluationSpec settings() {
        return new EvaluationSpec(suite(), null, samples, first ? Sampling.FIRST : null, null, batchSize);
    }

    private Suite suite() {
        for (Suite one : Suite.values()) {
            if (one != Suite.CUSTOM && one.toString().equals(suite)) {
                return one;
            }
        }
        require(suite == null, "--suite", "Quick, AutoAttack, AutoAttackPlus or AutoAttackRandomized");
        return null;
    }

    /** @throws TrainerException 74 where the folder cannot be made */
    private dev.advtrain.trainer.storage.Location folder(Locations files) {
        Path folder = output != null ? output : model.resolveSibling(name() + "-robustness");
        try {
            Files.createDirectories(folder.resolve(OutputFiles.SHARDS));
        } catch (IOException e) {
            throw new TrainerException(ExitCode.STORAGE, "--output: " + folder + " cannot be made: " + e.getMessage(), e);
        }
        return files.output("--output", uri(folder));
    }

    private String name() {
        String file = model.getFileName().toString();
        return file.contains(".") ? file.substring(0, file.lastIndexOf('.')) : file;
    }

    private static String uri(Path file) {
        return "file://" + file.toAbsolutePath().normalize();
    }

    private void require(boolean holds, String option, String expected) {
        if (!holds) {
            String value = option.equals("--suite") ? suite + "; " : "";
            throw new TrainerException(ExitCode.RUN_SPEC, option + ": " + value + "expected " + expected + " with " + MODEL);
        }
    }
}
