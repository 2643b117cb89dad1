package dev.advtrain.trainer.train;

import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.tensor.SafeTensors.Tensor;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** Measures models at the end of epochs and keeps the best. */
final class Selection {
    private final Validation validation;
    private final WrappedModel model;
    private final Comparator<Candidate> order;
    /** Null for no end to it. */
    private final Integer patience;
    private final int warmupEpochs;
    private Candidate best;
    private SequencedMap<String, Tensor> bestModel = new LinkedHashMap<>();

    /**
     * @param order the better one is the greater
     * @param warmupEpochs whose models are not yet trained with the whole budget: they try no patience
     */
    Selection(Validation validation, WrappedModel model, Comparator<Candidate> order, Integer patience, int warmupEpochs) {
        this.warmupEpochs = warmupEpochs;
        this.validation = validation;
        this.model = model;
        this.order = order;
        this.patience = patience;
    }

    /** @param epoch 1-based, that the model has come to */
    Candidate measure(int epoch) {
        Candidate candidate = validation.measure(epoch);
        if (best == null || order.compare(candidate, best) > 0) {
            best = candidate;
            bestModel = model.snapshot();
        }
        return candidate;
    }

    /** Null before the first measurement. */
    Candidate best() {
        return best;
    }

    /** Its parameters and buffers. */
    SequencedMap<String, Tensor> bestModel() {
        return bestModel;
    }

    void restore(Candidate candidate, Map<String, Tensor> tensors) {
        best = candidate;
        bestModel = new LinkedHashMap<>(tensors);
    }

    /** Whether the measurements since the best one were as many as patience lasts. */
    boolean exhausted(List<EpochRecord> epochs) {
        return patience != null && best != null
                && epochs.stream().filter(e -> e.epoch() > Math.max(best.epoch(), warmupEpochs) && e.robustValidation() != null).count() >= patience;
    }
}
