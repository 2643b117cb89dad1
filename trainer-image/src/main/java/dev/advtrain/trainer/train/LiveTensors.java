package dev.advtrain.trainer.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.tensor.SafeTensors.ElementType;
import dev.advtrain.trainer.tensor.SafeTensors.Tensor;
import dev.advtrain.trainer.tensor.TorchModule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** Tensors kept in the engine beside a model's own, and the model's own as lists. */
final class LiveTensors {

    private LiveTensors() {}

    /** One a parameter, in its layout. */
    static List<NDArray> zerosLikeParameters(WrappedModel model, NDManager owner) {
        return TorchModule.tensors(model.run(owner, "zeros_like_parameters"));
    }

    /** @param tensors one a parameter, or none */
    static SequencedMap<String, NDArray> byParameter(String prefix, WrappedModel model, List<NDArray> tensors) {
        SequencedMap<String, NDArray> named = new LinkedHashMap<>();
        List<String> names = List.copyOf(model.parameters().keySet());
        for (int i = 0; i < tensors.size(); i++) {
            named.put(prefix + names.get(i), tensors.get(i));
        }
        return named;
    }

    static Tensor copy(NDArray live) {
        return new Tensor(type(live.getDataType()), live.getShape().getShape(), live.toByteBuffer(false));
    }

    /** Copies within the engine, in the same layout, that belong to a scope. */
    static List<NDArray> copies(WrappedModel model, NDManager scope, List<NDArray> tensors) {
        return tensors.isEmpty() ? List.of() : TorchModule.tensors(model.run(scope, "copies", tensors));
    }

    /** Copies values within the engine. */
    static void assign(WrappedModel model, NDManager scope, List<NDArray> targets, List<NDArray> sources) {
        if (!targets.isEmpty()) {
            model.run(scope, "assign", targets, sources);
        }
    }

    private static ElementType type(DataType type) {
        return switch (type) {
            case FLOAT32 -> ElementType.F32;
            case FLOAT64 -> ElementType.F64;
            default -> throw new IllegalArgumentException("no state is kept as " + type);
        };
    }
}
