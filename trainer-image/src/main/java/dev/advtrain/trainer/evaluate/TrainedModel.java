package dev.advtrain.trainer.evaluate;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.contract.OutputFiles;
import dev.advtrain.resolve.RunSpec;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.model.ModelShape;
import dev.advtrain.trainer.model.Normalization;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.storage.Location;
import dev.advtrain.trainer.tensor.TorchScriptArchive;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What evaluation needs of {@code training.json}.
 *
 * @param baseline the incoming model; null where it is not to be measured
 * @param data digests of the training data
 * @param cost null in the file of a version that did not measure it
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record TrainedModel(int schemaVersion, String runId, File model, File baseline, int selectedEpoch, Data data, TrainingCost cost, List<String> warnings) {

    @JsonIgnoreProperties(ignoreUnknown = true)
    record File(String file, String sha256) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Data(Map<String, String> train) {}

    /**
     * Reads what training left.
     *
     * @throws TrainerException 65 where there is nothing (whole), 73 where it is another run's
     */
    static TrainedModel read(Location output, String runId) {
        Location file = output.child(OutputFiles.TRAINING);
        TrainedModel trained;
        try {
            trained = new ObjectMapper().readValue(file.readAll(), TrainedModel.class);
        } catch (IOException e) {
            throw new TrainerException(ExitCode.DATA, file.uri() + ": is not what training writes", e);
        }
        if (trained == null || trained.schemaVersion != OutputFiles.SCHEMA_VERSION || trained.model == null || trained.data == null) {
            throw new TrainerException(ExitCode.DATA, file.uri() + ": is not what training writes (schemaVersion "
                    + OutputFiles.SCHEMA_VERSION + ")");
        }
        if (!runId.equals(trained.runId)) {
            throw new TrainerException(ExitCode.OUTPUT_TAKEN, file.uri() + ": belongs to run " + trained.runId
                    + "; expected run " + runId + ". Train first with the present settings");
        }
        return trained;
    }

    /** What evaluation measures; the file's digest is looked at when it is loaded. */
    Subject subject(Location output, RunSpec run) {
        return new Subject(output.child(model.file).uri(), model.sha256, selectedEpoch, data.train, warnings == null ? List.of() : warnings, cost,
                () -> load(model, output, run));
    }

    /**
     * The incoming model, which took the same way; empty where it is not to be measured.
     *
     * @throws TrainerException 65 where it is, and training did not keep it
     */
    Optional<Subject> baseline(Location output, RunSpec run) {
        if (!run.evaluation().measuresBaseline()) {
            return Optional.empty();
        }
        if (baseline == null) {
            throw new TrainerException(ExitCode.DATA, output.child(OutputFiles.TRAINING).uri()
                    + ": names no incoming model; expected one, since evaluation.baseline is true");
        }
        return Optional.of(new Subject(output.child(baseline.file).uri(), baseline.sha256, null, data.train, List.of(), null,
                () -> load(baseline, output, run)));
    }

    private static WrappedModel load(File file, Location output, RunSpec run) {
        return WrappedModel.load(new CheckedFile(output.child(file.file), file.sha256, OutputFiles.TRAINING).read((copy, _) -> TorchScriptArchive.read(copy)),
                ModelShape.of(run.model()), normalization(run));
    }

    /** What is not within the exported model has to be put around it. */
    private static Optional<Normalization> normalization(RunSpec run) {
        return run.output().includeNormalization() ? Normalization.ofUnits(run) : Normalization.of(run);
    }
}
