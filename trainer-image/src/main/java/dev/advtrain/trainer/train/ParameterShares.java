package dev.advtrain.trainer.train;

import ai.djl.ndarray.NDArray;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.tensor.EngineThreads;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The parameters of a model in shares of about as many values, one a thread: what changes each value alone is done to all shares
 * at once. A step of an optimizer is short, and operators that share their own work would meet after every tensor.
 */
final class ParameterShares {
    /** Fewer values are changed before another thread has woken up. */
    private static final long LEAST_VALUES = 1 << 18;

    private final List<Share> shares;

    private ParameterShares(List<Share> shares) {
        this.shares = shares;
    }

    static ParameterShares of(WrappedModel model) {
        List<NDArray> parameters = List.copyOf(model.parameters().values());
        boolean few = parameters.stream().mapToLong(NDArray::size).sum() < LEAST_VALUES;
        List<Share> shares = Stream.generate(() -> new Share(parameters, new ArrayList<>())).limit(few ? 1 : EngineThreads.count()).toList();
        // The largest first, each to whoever has the least.
        IntStream.range(0, parameters.size()).boxed().sorted(Comparator.comparingLong(i -> -parameters.get(i).size()))
                .forEach(i -> shares.stream().min(Comparator.comparingLong(Share::values)).orElseThrow().positions.add(i));
        return new ParameterShares(shares.stream().filter(share -> !share.positions.isEmpty()).toList());
    }

    int count() {
        return shares.size();
    }

    /** Returns when it is done to all. */
    void each(Consumer<Share> task) {
        EngineThreads.run(shares.stream().<Supplier<Void>>map(share -> () -> {
            task.accept(share);
            return null;
        }).toList());
    }

    /** @param positions among the parameters of the model */
    record Share(List<NDArray> all, List<Integer> positions) {
        List<NDArray> parameters() {
            return of(all);
        }

        /** @param tensors one a parameter of the model, or none */
        List<NDArray> of(List<NDArray> tensors) {
            return tensors.isEmpty() ? tensors : positions.stream().map(tensors::get).toList();
        }

        private long values() {
            return parameters().stream().mapToLong(NDArray::size).sum();
        }
    }
}
