package dev.advtrain.trainer.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.tensor.SafeTensors.Tensor;
import dev.advtrain.trainer.threat.ThreatBudget;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Supplier;

/**
 * Free adversarial training (Shafahi et al. 2019, arXiv:1904.12843): each batch is replayed several times in a row, and the
 * backward pass that gives the parameters' gradients also moves the perturbations. These go on from batch to batch by position
 * in it; a smaller batch takes the first and leaves the others as they are. What {@link #prepare} returns moves them, so it
 * is to be called once.
 *
 * <p>Steps are counted as with any method: a run of {@code epochs} passes over the data {@code epochs / replays} times.
 */
final class Free implements Method {
    private static final String PERTURBATION = "perturbation";

    private final WrappedModel model;
    private final ThreatBudget budget;
    private final int replays;
    private final double stepSize;
    private final double smoothing;
    private final NDManager owned;
    private final NDArray perturbation;

    Free(WrappedModel model, ThreatBudget budget, int replays, double stepSize, int largestBatch, double smoothing) {
        this.model = model;
        this.budget = budget;
        this.replays = replays;
        this.stepSize = stepSize;
        this.smoothing = smoothing;
        this.owned = model.newScope();
        this.perturbation = owned.zeros(new Shape(model.shape().batch(largestBatch)));
    }

    @Override
    public Place place(long step, long stepsPerEpoch) {
        return Method.super.place(step / replays, stepsPerEpoch);
    }

    @Override
    public Supplier<LossAndGradients> prepare(NDManager scope, Step step) {
        return () -> LossAndGradients.of(model.train(scope, budget.norm().kernel("free"), step.batch().x(), perturbation, step.y(),
                stepSize * step.scale(), budget.epsilon() * step.scale(), budget.min(), budget.max(), smoothing));
    }

    @Override
    public SequencedMap<String, Tensor> state() {
        return new LinkedHashMap<>(Map.of(PERTURBATION, LiveTensors.copy(perturbation)));
    }

    @Override
    public void restore(Map<String, Tensor> state) {
        model.assign(Map.of(PERTURBATION, perturbation), state);
    }

    @Override
    public void close() {
        owned.close();
    }
}
