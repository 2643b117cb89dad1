package dev.advtrain.trainer.train;

import ai.djl.ndarray.NDArray;
import dev.advtrain.trainer.tensor.TorchModule;
import java.util.List;

/**
 * What a step descends.
 *
 * @param loss a number, of the batch
 * @param gradients one a parameter, in the model's order; zeros where the loss does not depend on it
 */
record LossAndGradients(NDArray loss, List<NDArray> gradients) {

    /** @param result of a kernel that returns both, as those built on {@code parameter_gradients} do */
    static LossAndGradients of(Object result) {
        List<?> pair = (List<?>) result;
        return new LossAndGradients(TorchModule.tensor(pair.get(0)), TorchModule.tensors(pair.get(1)));
    }
}
