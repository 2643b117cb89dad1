package dev.advtrain.trainer.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.advtrain.trainer.model.WrappedModel;
import java.util.List;
import java.util.SequencedMap;

/**
 * Stochastic gradient descent as PyTorch defines it: momentum on the gradient, the learning rate outside it; nesterov; weight
 * decay added to the gradient.
 */
final class Sgd implements Optimizer {
    private final WrappedModel model;
    private final double momentum;
    private final boolean nesterov;
    private final double weightDecay;
    private final ParameterShares shares;
    private final NDManager owned;
    /** One a parameter; none where momentum is 0. */
    private final List<NDArray> momenta;

    Sgd(WrappedModel model, double momentum, boolean nesterov, double weightDecay) {
        this.model = model;
        this.momentum = momentum;
        this.nesterov = nesterov;
        this.weightDecay = weightDecay;
        this.shares = ParameterShares.of(model);
        this.owned = model.newScope();
        this.momenta = momentum == 0 ? List.of() : LiveTensors.zerosLikeParameters(model, owned);
    }

    @Override
    public void apply(NDManager scope, List<NDArray> gradients, double learningRate) {
        shares.each(share -> model.run(scope, "sgd_step", share.parameters(), share.of(gradients), share.of(momenta), learningRate, momentum,
                weightDecay, nesterov));
    }

    @Override
    public SequencedMap<String, NDArray> state() {
        return LiveTensors.byParameter("momentum/", model, momenta);
    }

    @Override
    public void close() {
        owned.close();
    }
}
