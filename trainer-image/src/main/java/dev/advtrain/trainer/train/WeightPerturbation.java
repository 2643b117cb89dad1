package dev.advtrain.trainer.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.advtrain.trainer.model.WrappedModel;
import java.util.List;
import java.util.function.Supplier;

/**
 * Adversarial weight perturbation (Wu et al. 2020, arXiv:2004.05884): gradients are taken where each weight w is moved by
 * gamma ||w|| along its own gradient, in L2. As in the authors' code, parameters of one dimension (biases, scales of norms)
 * stay where they are, and running statistics are those of the moved weights' pass. Other than there, weight decay then works
 * on the weights themselves.
 */
record WeightPerturbation(WrappedModel model, double gamma) {

    /**
     * The loss at the model's parameters, and the gradients at the moved ones. Leaves the parameters bit for bit as they were.
     *
     * @param objective asked twice
     */
    LossAndGradients gradients(NDManager scope, Supplier<LossAndGradients> objective) {
        List<NDArray> parameters = List.copyOf(model.parameters().values());
        List<NDArray> buffers = List.copyOf(model.buffers().values());
        List<NDArray> buffersBefore = LiveTensors.copies(model, scope, buffers);
        LossAndGradients here = objective.get();
        LiveTensors.assign(model, scope, buffers, buffersBefore);
        List<NDArray> parametersBefore = LiveTensors.copies(model, scope, parameters);
        try {
            model.run(scope, "perturb_weights", here.gradients(), gamma);
            return new LossAndGradients(here.loss(), objective.get().gradients());
        } finally {
            LiveTensors.assign(model, scope, parameters, parametersBefore);
        }
    }
}
