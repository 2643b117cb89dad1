package dev.advtrain.trainer.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.tensor.SafeTensors.ElementType;
import dev.advtrain.trainer.tensor.SafeTensors.Tensor;
import dev.advtrain.trainer.tensor.TorchModule;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * A model and its optimizer: stochastic gradient descent as PyTorch defines it (momentum on the gradient, the learning
 * rate outside it; nesterov; weight decay added to the gradient), fused into one call.
 */
final class SgdLearner implements AutoCloseable {
    /** The kernel file that the model must be loaded with. */
    static final String KERNEL = "train_step";
    private static final String MODEL = "model/";
    private static final String MOMENTUM = "momentum/";

    private final WrappedModel model;
    private final double momentum;
    private final boolean nesterov;
    private final double weightDecay;
    private final NDManager owned;
    /** By parameter; empty where momentum is 0. */
    private final SequencedMap<String, NDArray> momenta = new LinkedHashMap<>();
    private final List<NDArray> momentaInOrder;

    SgdLearner(WrappedModel model, double momentum, boolean nesterov, double weightDecay) {
        this.model = model;
        this.momentum = momentum;
        this.nesterov = nesterov;
        this.weightDecay = weightDecay;
        this.owned = model.newScope();
        if (momentum != 0) {
            model.parameters().forEach((name, value) -> momenta.put(name, owned.zeros(value.getShape(), value.getDataType())));
        }
        momentaInOrder = List.copyOf(momenta.values());
    }

    /**
     * One step on the mean cross entropy of the batch, in train mode.
     *
     * @param y int64 classes
     * @return the loss before the step
     */
    float step(NDManager scope, NDArray x, NDArray y, double learningRate) {
        return TorchModule.tensor(model.train(scope, KERNEL, x, y, momentaInOrder, learningRate, momentum, weightDecay, nesterov))
                .getFloat();
    }

    /** Copies of parameters, buffers and momenta, by prefixed name. */
    SequencedMap<String, Tensor> state() {
        SequencedMap<String, Tensor> state = new LinkedHashMap<>();
        model.snapshot().forEach((name, tensor) -> state.put(MODEL + name, tensor));
        momenta.forEach((name, value) ->
                state.put(MOMENTUM + name, new Tensor(ElementType.F32, value.getShape().getShape(), value.toByteBuffer(false))));
        return state;
    }

    /** @param state as {@link #state()} gave it, possibly among other tensors */
    void restore(Map<String, Tensor> state) {
        Map<String, Tensor> values = new LinkedHashMap<>();
        state.forEach((name, tensor) -> {
            if (name.startsWith(MODEL)) {
                values.put(name.substring(MODEL.length()), tensor);
            }
        });
        model.restore(values);
        try (NDManager scope = model.newScope()) {
            List<NDArray> sources = new ArrayList<>();
            momenta.forEach((name, value) -> {
                ByteBuffer saved = state.get(MOMENTUM + name).data();
                ByteBuffer direct = scope.allocateDirect(saved.remaining());
                direct.put(saved).rewind();
                sources.add(scope.create(direct, value.getShape(), value.getDataType()));
            });
            if (!momenta.isEmpty()) {
                model.run(scope, "assign", momentaInOrder, sources);
            }
        }
    }

    @Override
    public void close() {
        owned.close();
    }
}
