package dev.advtrain.trainer.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Tensors with the values of Java arrays, in memory of the engine's own. DJL would put each over a new direct buffer,
 * which only the garbage collector frees: in a training loop hundreds of megabytes wait for it.
 */
public final class Tensors {
    /** One copy stop a thread, as large as its largest tensor. */
    private static final ThreadLocal<ByteBuffer> COPY = ThreadLocal.withInitial(() -> allocate(1 << 16));

    private static final ThreadLocal<PinnedCopy> TO_GPU = ThreadLocal.withInitial(PinnedCopy::new);

    private Tensors() {}

    /** A float32 tensor. */
    public static NDArray create(NDManager scope, float[] values, long... shape) {
        ByteBuffer buffer = buffer(Math.multiplyExact(values.length, Float.BYTES));
        buffer.asFloatBuffer().put(values);
        return copy(scope, buffer, DataType.FLOAT32, shape);
    }

    /** An int64 tensor of one dimension. */
    public static NDArray create(NDManager scope, long... values) {
        return create(scope, values, new long[] {values.length});
    }

    /** An int64 tensor. */
    public static NDArray create(NDManager scope, long[] values, long... shape) {
        ByteBuffer buffer = buffer(Math.multiplyExact(values.length, Long.BYTES));
        buffer.asLongBuffer().put(values);
        return copy(scope, buffer, DataType.INT64, shape);
    }

    /** A float64 tensor of one dimension. */
    public static NDArray create(NDManager scope, double... values) {
        ByteBuffer buffer = buffer(Math.multiplyExact(values.length, Double.BYTES));
        buffer.asDoubleBuffer().put(values);
        return copy(scope, buffer, DataType.FLOAT64, values.length);
    }

    /** A copy that lives as long as the scope. */
    public static NDArray copy(NDArray tensor, NDManager scope) {
        NDArray copy = tensor.duplicate();
        copy.attach(scope);
        return copy;
    }

    private static NDArray copy(NDManager scope, ByteBuffer buffer, DataType type, long... shape) {
        if (scope.getDevice().isGpu()) {
            try (NDManager host = scope.newSubManager(Device.cpu())) {
                return TO_GPU.get().copy(scope, host.create(buffer, new Shape(shape), type));
            }
        }
        try (NDArray view = scope.create(buffer, new Shape(shape), type)) {
            return view.duplicate();
        }
    }

    private static ByteBuffer buffer(int bytes) {
        if (COPY.get().capacity() < bytes) {
            COPY.set(allocate(bytes));
        }
        return COPY.get().slice(0, bytes).order(ByteOrder.nativeOrder());
    }

    private static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocateDirect(bytes);
    }
}
