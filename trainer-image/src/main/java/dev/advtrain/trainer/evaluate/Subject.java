package dev.advtrain.trainer.evaluate;

import dev.advtrain.trainer.model.WrappedModel;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The model that is measured.
 *
 * @param selectedEpoch 1-based; null where it was not trained here
 * @param trainData digests of the data it was trained on, by part; null where they are not known
 * @param warnings of its training
 * @param cost of its training; null where it was not trained here
 * @param loader throws TrainerException 65 where the file is not the model or cannot be loaded, 64 where its shape does not fit
 */
public record Subject(String uri, String sha256, Integer selectedEpoch, Map<String, String> trainData, List<String> warnings,
        TrainingCost cost, Supplier<WrappedModel> loader) {}
