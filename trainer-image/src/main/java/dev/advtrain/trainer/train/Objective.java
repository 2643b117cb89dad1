package dev.advtrain.trainer.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.advtrain.trainer.model.WrappedModel;
import java.util.List;

/** What training minimizes. */
sealed interface Objective {
    /** The kernel files that a model in training must be loaded with, beside those of the {@link Learner}. */
    List<String> KERNELS = List.of("parameter_gradients", "cross_entropy");

    /**
     * The loss of a batch at the model's present parameters, in train mode, and its gradients.
     *
     * @param y int64 classes
     */
    LossAndGradients gradients(NDManager scope, WrappedModel model, NDArray x, NDArray y);

    /** Mean cross entropy. */
    record CrossEntropy() implements Objective {
        @Override
        public LossAndGradients gradients(NDManager scope, WrappedModel model, NDArray x, NDArray y) {
            return LossAndGradients.of(model.train(scope, "cross_entropy", x, y));
        }
    }
}
