package dev.advtrain.trainer.train;

import dev.advtrain.trainer.tensor.SafeTensors.Tensor;
import java.util.SequencedMap;

/**
 * All that a run needs to go on.
 *
 * @param tensors parameters and buffers, optimizer state, and the best candidate so far, by prefixed name
 */
record Checkpoint(TrainingState state, SequencedMap<String, Tensor> tensors) {}
