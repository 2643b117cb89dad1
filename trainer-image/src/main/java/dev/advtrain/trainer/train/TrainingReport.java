package dev.advtrain.trainer.train;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.advtrain.trainer.tensor.Environment;
import dev.advtrain.contract.OutputFiles;
import dev.advtrain.trainer.evaluate.TrainingCost;
import java.util.List;
import java.util.SortedMap;

/**
 * {@code training.json}: written last, so that where it is, the artifact is whole.
 *
 * @param model TorchScript
 * @param safetensors null where that format was not asked for
 * @param baseline the model before its first step; null where it is not to be measured
 * @param selectedEpoch 1-based
 * @param stoppedEarly true where {@code selection.patience} ended the run before its last epoch, else null
 * @param steps of an undisturbed run
 * @param attempts all of them, in order; their steps exceed {@code steps} by the work that was lost
 * @param cost of all attempts together
 * @param data digests of the training data by part
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
record TrainingReport(int schemaVersion, String runId, OutputFile model, OutputFile safetensors, OutputFile baseline, int selectedEpoch,
        List<EpochRecord> epochs, Boolean stoppedEarly, long steps, List<AttemptRecord> attempts, TrainingCost cost, Data data, int threads, String instructionSet,
        long seed, List<String> warnings) {

    record OutputFile(String file, String sha256) {}

    record Data(SortedMap<String, String> train) {}

    TrainingReport(String runId, OutputFile model, OutputFile safetensors, OutputFile baseline, int selectedEpoch, List<EpochRecord> epochs, Boolean stoppedEarly, long steps,
            List<AttemptRecord> attempts, TrainingCost cost, SortedMap<String, String> trainDigests, Environment environment, long seed,
            List<String> warnings) {
        this(OutputFiles.SCHEMA_VERSION, runId, model, safetensors, baseline, selectedEpoch, epochs, stoppedEarly, steps, attempts, cost, new Data(trainDigests),
                environment.threads(), environment.instructionSet(), seed, warnings);
    }

    long stepsDone() {
        return attempts.stream().mapToLong(AttemptRecord::stepsDone).sum();
    }
}
