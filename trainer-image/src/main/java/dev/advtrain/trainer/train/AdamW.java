package dev.advtrain.trainer.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.tensor.Tensors;
import java.util.List;
import java.util.SequencedMap;

/** Adam with decoupled weight decay (Loshchilov and Hutter 2019, arXiv:1711.05101) as PyTorch defines it. */
final class AdamW implements Optimizer {
    private final WrappedModel model;
    private final double beta1;
    private final double beta2;
    private final double epsilon;
    private final double weightDecay;
    private final ParameterShares shares;
    private final NDManager owned;
    /** Running means of gradients and of their squares, one a parameter. */
    private final List<NDArray> means;
    private final List<NDArray> squares;
    /** A number, float32 as the engine asks: exact up to 16 million steps. */
    private final NDArray step;

    AdamW(WrappedModel model, double beta1, double beta2, double epsilon, double weightDecay) {
        this.model = model;
        this.beta1 = beta1;
        this.beta2 = beta2;
        this.epsilon = epsilon;
        this.weightDecay = weightDecay;
        this.shares = ParameterShares.of(model);
        this.owned = model.newScope();
        this.means = LiveTensors.zerosLikeParameters(model, owned);
        this.squares = LiveTensors.zerosLikeParameters(model, owned);
        this.step = Tensors.create(owned, new float[1]);
    }

    @Override
    public void apply(NDManager scope, List<NDArray> gradients, double learningRate) {
        step.addi(1);
        shares.each(share -> model.run(scope, "adamw_step", share.parameters(), share.of(gradients), share.of(means), share.of(squares), step,
                learningRate, beta1, beta2, epsilon, weightDecay));
    }

    @Override
    public SequencedMap<String, NDArray> state() {
        SequencedMap<String, NDArray> state = LiveTensors.byParameter("exp_avg/", model, means);
        state.putAll(LiveTensors.byParameter("exp_avg_sq/", model, squares));
        state.put("step", step);
        return state;
    }

    @Override
    public void close() {
        owned.close();
    }
}
