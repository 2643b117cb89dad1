package dev.advtrain.trainer.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.advtrain.trainer.model.WrappedModel;
import java.util.List;

/** What training minimizes: the mean of a loss over a batch. */
sealed interface Objective {
    /** The kernel files that a model in training must be loaded with, beside those of the {@link Learner}. */
    List<String> KERNELS = List.of("parameter_gradients", "cross_entropy", "divergence", "trades", "mart", "grad_align", "free");

    /**
     * One batch.
     *
     * @param x           as the data has them
     * @param adversarial made of each of {@code x}: one list, or for the mean over several threat models one for each
     * @param y           int64 classes
     * @param near        a random point of the budget around each of {@code x}; null where the objective needs none
     */
    record Examples(NDArray x, List<NDArray> adversarial, NDArray y, NDArray near) {
        /** Those of the data, unchanged. */
        static Examples clean(NDArray x, NDArray y) {
            return new Examples(x, List.of(x), y, null);
        }
    }

    /** The loss at the model's present parameters, in train mode, and its gradients. */
    LossAndGradients gradients(NDManager scope, WrappedModel model, Examples examples);

    /**
     * Cross entropy of the adversarial examples.
     *
     * @param smoothing share of each label that is spread over all classes
     */
    record CrossEntropy(double smoothing) implements Objective {
        @Override
        public LossAndGradients gradients(NDManager scope, WrappedModel model, Examples examples) {
            return LossAndGradients.of(model.train(scope, "cross_entropy", examples.adversarial(), examples.y(), smoothing));
        }
    }

    /**
     * Cross entropy of the examples and {@code beta} times the divergence of the prediction there from that for the
     * adversarial ones (TRADES, Zhang et al. 2019, arXiv:1901.08573).
     */
    record Trades(double beta, double smoothing) implements Objective {
        @Override
        public LossAndGradients gradients(NDManager scope, WrappedModel model, Examples examples) {
            return LossAndGradients.of(model.train(scope, "trades", examples.x(), examples.adversarial(), examples.y(), beta, smoothing));
        }
    }

    /**
     * Boosted cross entropy of the adversarial examples and {@code beta} times the divergence, weighted by how unsure the
     * prediction for the example is (MART, Wang et al. 2020, "Improving adversarial robustness requires revisiting
     * misclassified examples").
     */
    record Mart(double beta) implements Objective {
        @Override
        public LossAndGradients gradients(NDManager scope, WrappedModel model, Examples examples) {
            return LossAndGradients.of(model.train(scope, "mart", examples.x(), examples.adversarial(), examples.y(), beta));
        }
    }

    /**
     * Cross entropy and {@code weight} times one less the cosine of the gradients at the examples and at points near them
     * (GradAlign, Andriushchenko and Flammarion 2020, arXiv:2007.02617).
     */
    record GradAlign(double weight, double smoothing) implements Objective {
        @Override
        public LossAndGradients gradients(NDManager scope, WrappedModel model, Examples examples) {
            return LossAndGradients.of(model.train(scope, "grad_align", examples.x(), examples.near(), examples.adversarial(), examples.y(),
                    weight, smoothing));
        }
    }
}
