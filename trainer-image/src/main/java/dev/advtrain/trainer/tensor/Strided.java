package dev.advtrain.trainer.tensor;

import dev.advtrain.trainer.tensor.Pickle.TensorRef;
import dev.advtrain.trainer.tensor.SafeTensors.ElementType;
import dev.advtrain.trainer.tensor.SafeTensors.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;

/** Moves elements between a storage and row-major order. */
final class Strided {
    private static final Map<String, ElementType> TYPES = Map.of(
            "FloatStorage", ElementType.F32, "DoubleStorage", ElementType.F64, "HalfStorage", ElementType.F16,
            "BFloat16Storage", ElementType.BF16, "LongStorage", ElementType.I64, "IntStorage", ElementType.I32,
            "ShortStorage", ElementType.I16, "CharStorage", ElementType.I8, "ByteStorage", ElementType.U8,
            "BoolStorage", ElementType.BOOL);

    private Strided() {}

    static ElementType type(TensorRef tensor) {
        return TYPES.get(tensor.storage().type().name());
    }

    /** The name PyTorch's pickles give a storage of this type. */
    static String storageName(ElementType type) {
        return TYPES.entrySet().stream().filter(entry -> entry.getValue() == type).findFirst().orElseThrow().getKey();
    }

    /** Refuses a tensor that reaches outside its storage. */
    static void check(String name, TensorRef tensor, Map<String, byte[]> storages) throws IOException {
        ElementType type = type(tensor);
        if (type == null) {
            throw new IOException("tensor " + name + " is a " + tensor.storage().type().name() + ", expected one of " + TYPES.keySet().stream().sorted().toList());
        }
        byte[] bytes = storages.get(tensor.storage().key());
        if (bytes == null) {
            throw new IOException("the archive has no data/" + tensor.storage().key() + " for tensor " + name);
        }
        long[] shape = tensor.shape();
        boolean sound = tensor.strides().length == shape.length && tensor.offset() >= 0;
        try {
            long last = tensor.offset();
            long count = 1;
            for (int i = 0; sound && i < shape.length; i++) {
                sound = shape[i] >= 0 && tensor.strides()[i] >= 0;
                count = Math.multiplyExact(count, shape[i]);
                last = Math.addExact(last, Math.multiplyExact(Math.max(shape[i] - 1, 0), tensor.strides()[i]));
            }
            sound = sound && (count == 0 || last < bytes.length / type.bytes()) && count <= Integer.MAX_VALUE / type.bytes();
        } catch (ArithmeticException e) {
            sound = false;
        }
        if (!sound) {
            throw new IOException("tensor " + name + " of shape " + Arrays.toString(shape) + ", strides " + Arrays.toString(tensor.strides())
                    + " and offset " + tensor.offset() + " does not fit its storage of " + bytes.length + " bytes");
        }
    }

    static Tensor gather(TensorRef tensor, Map<String, byte[]> storages) {
        ElementType type = type(tensor);
        byte[] storage = storages.get(tensor.storage().key());
        byte[] target = new byte[Math.toIntExact(count(tensor)) * type.bytes()];
        copy(tensor, type.bytes(), storage, target, false);
        return new Tensor(type, tensor.shape(), ByteBuffer.wrap(target));
    }

    static void scatter(String name, TensorRef tensor, Tensor value, byte[] storage) {
        if (value.type() != type(tensor) || !Arrays.equals(value.shape(), tensor.shape())) {
            throw new IllegalArgumentException("tensor " + name + " is " + value.type() + Arrays.toString(value.shape())
                    + ", the model's is " + type(tensor) + Arrays.toString(tensor.shape()));
        }
        byte[] source = new byte[value.data().remaining()];
        value.data().get(source);
        copy(tensor, value.type().bytes(), storage, source, true);
    }

    /** Copies between a storage and a row-major array, runs of neighbours at a time. */
    private static void copy(TensorRef tensor, int width, byte[] storage, byte[] dense, boolean toStorage) {
        long[] shape = tensor.shape();
        long[] strides = tensor.strides();
        int outer = shape.length;
        long run = 1;
        while (outer > 0 && (strides[outer - 1] == run || shape[outer - 1] == 1)) {
            run *= shape[--outer];
        }
        int bytes = Math.toIntExact(run * width);
        long[] index = new long[outer];
        long at = tensor.offset();
        for (int position = 0; bytes > 0 && position < dense.length; position += bytes) {
            int start = Math.toIntExact(at * width);
            if (toStorage) {
                System.arraycopy(dense, position, storage, start, bytes);
            } else {
                System.arraycopy(storage, start, dense, position, bytes);
            }
            for (int i = outer - 1; i >= 0; i--) {
                at += strides[i];
                if (++index[i] < shape[i]) {
                    break;
                }
                at -= strides[i] * shape[i];
                index[i] = 0;
            }
        }
    }

    private static long count(TensorRef tensor) {
        return Arrays.stream(tensor.shape()).reduce(1, Math::multiplyExact);
    }
}
