package dev.advtrain.trainer.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.tensor.SafeTensors.ElementType;
import dev.advtrain.trainer.tensor.Tensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Exponential moving averages of a model's parameters and of its buffers of floating numbers: batch-norm statistics of the
 * model in training would not fit averaged weights. Whole numbers, and floating ones too coarse for small steps, are the
 * model's. In the first steps t the decay is at most (1 + t) / (10 + t), so that the initial weights are soon forgotten (as
 * Gowal et al. 2020, arXiv:2010.03593).
 */
final class WeightAverage implements AutoCloseable {
    private static final Set<ElementType> AVERAGED = Set.of(ElementType.F32, ElementType.F64);

    private final WrappedModel model;
    private final double decay;
    private final NDManager owned;
    private final SequencedMap<String, NDArray> live = new LinkedHashMap<>();
    private final SequencedMap<String, NDArray> averages = new LinkedHashMap<>();
    /** The number of steps so far. */
    private final NDArray updates;

    /** Begins with the model's present values. */
    WeightAverage(WrappedModel model, double decay) {
        this.model = model;
        this.decay = decay;
        this.owned = model.newScope();
        live.putAll(model.parameters());
        model.buffers().forEach((name, buffer) -> {
            if (AVERAGED.contains(model.type(name))) {
                live.put(name, buffer);
            }
        });
        List<NDArray> copies = LiveTensors.copies(model, owned, List.copyOf(live.values()));
        int i = 0;
        for (String name : live.keySet()) {
            averages.put(name, copies.get(i++));
        }
        this.updates = Tensors.create(owned, new float[1], new long[0]);
    }

    /** After a step of the optimizer. */
    void update(NDManager scope) {
        model.run(scope, "average_weights", List.copyOf(averages.values()), List.copyOf(live.values()), updates, decay);
    }

    /** Runs with the averages in the model; it has its own values again afterwards. */
    <T> T inModel(Supplier<T> body) {
        List<NDArray> values = List.copyOf(live.values());
        try (NDManager scope = model.newScope()) {
            List<NDArray> own = LiveTensors.copies(model, scope, values);
            LiveTensors.assign(model, scope, values, List.copyOf(averages.values()));
            try {
                return body.get();
            } finally {
                LiveTensors.assign(model, scope, values, own);
            }
        }
    }

    /** The live tensors, by name. */
    SequencedMap<String, NDArray> state() {
        SequencedMap<String, NDArray> state = new LinkedHashMap<>();
        averages.forEach((name, tensor) -> state.put("value/" + name, tensor));
        state.put("updates", updates);
        return state;
    }

    @Override
    public void close() {
        owned.close();
    }
}
