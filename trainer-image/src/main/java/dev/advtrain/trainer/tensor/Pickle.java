package dev.advtrain.trainer.tensor;

import java.util.List;

/**
 * What a TorchScript archive's pickles are made of, beside null, Boolean, Long, Double, String, List (a Python list) and
 * Map (a dict). Values are compared by identity where the pickle shares them.
 */
final class Pickle {
    private Pickle() {}

    /** A name to import: a class or a function. */
    record Global(String module, String name) {
        String qualifiedName() {
            return module + "." + name;
        }
    }

    record Tuple(List<Object> items) {
        static Tuple of(Object... items) {
            return new Tuple(List.of(items));
        }
    }

    /** A call that is kept as it stands: typed lists, devices, hooks. */
    record Call(Object function, Object arguments) {}

    /** Bytes of {@code data/KEY}, read as elements of one type. */
    record StorageRef(Global type, String key, String device, long elements) {}

    /** A strided view of a storage. */
    record TensorRef(StorageRef storage, long offset, long[] shape, long[] strides, boolean requiresGrad, Object hooks) {}

    /** An instance of a class; of a module where its state maps attribute names to values. */
    static final class Instance {
        private final Global type;
        private Object state;

        Instance(Global type, Object state) {
            this.type = type;
            this.state = state;
        }

        Global type() {
            return type;
        }

        Object state() {
            return state;
        }

        void state(Object state) {
            this.state = state;
        }
    }

    static final Global REBUILD_TENSOR = new Global("torch._utils", "_rebuild_tensor_v2");
    static final Call NO_HOOKS = new Call(new Global("collections", "OrderedDict"), new Tuple(List.of()));
}
