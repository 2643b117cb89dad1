package dev.advtrain.trainer.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.advtrain.api.v1alpha1.training.OptimizerSpec;
import dev.advtrain.trainer.model.WrappedModel;
import java.util.List;
import java.util.SequencedMap;

/** How gradients change a model's parameters, in one fused call a thread. */
sealed interface Optimizer extends AutoCloseable permits Sgd, AdamW {

    /** @param spec resolved, so that no field with a default is missing */
    static Optimizer of(OptimizerSpec spec, WrappedModel model) {
        if (spec.adamW() != null) {
            OptimizerSpec.AdamW adamW = spec.adamW();
            return new AdamW(model, Double.parseDouble(adamW.beta1()), Double.parseDouble(adamW.beta2()),
                    Double.parseDouble(adamW.epsilon()), Double.parseDouble(adamW.weightDecay()));
        }
        OptimizerSpec.Sgd sgd = spec.sgd();
        return new Sgd(model, Double.parseDouble(sgd.momentum()), sgd.nesterov(), Double.parseDouble(sgd.weightDecay()));
    }

    /** @param gradients one a parameter, in the model's order and its parameters' layout */
    void apply(NDManager scope, List<NDArray> gradients, double learningRate);

    /** The live tensors it keeps from step to step, by name. */
    SequencedMap<String, NDArray> state();

    @Override
    void close();
}
