package dev.advtrain.trainer.evaluate;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.contract.OutputFiles;
import dev.advtrain.resolve.Sha256;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.storage.Location;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * What evaluation needs of {@code training.json}.
 *
 * @param data digests of the training data
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record TrainedModel(int schemaVersion, String runId, File model, int selectedEpoch, Data data, List<String> warnings) {

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

    /** The model file's bytes, once their digest is found right. */
    byte[] readModel(Location output) {
        Location file = output.child(model.file);
        byte[] bytes = file.readAll();
        String found = Sha256.hex(bytes);
        if (!found.equals(model.sha256)) {
            throw new TrainerException(ExitCode.DATA, file.uri() + ": sha256 is " + found + "; expected " + model.sha256
                    + " as in " + OutputFiles.TRAINING);
        }
        return bytes;
    }
}
