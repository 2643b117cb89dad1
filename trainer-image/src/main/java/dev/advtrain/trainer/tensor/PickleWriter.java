package dev.advtrain.trainer.tensor;

import dev.advtrain.trainer.tensor.Pickle.Call;
import dev.advtrain.trainer.tensor.Pickle.Global;
import dev.advtrain.trainer.tensor.Pickle.Instance;
import dev.advtrain.trainer.tensor.Pickle.StorageRef;
import dev.advtrain.trainer.tensor.Pickle.TensorRef;
import dev.advtrain.trainer.tensor.Pickle.Tuple;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Writes what {@link PickleReader} reads. Objects, tensors, lists and dicts that are shared stay shared. */
final class PickleWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final Map<Object, Integer> memo = new IdentityHashMap<>();

    private PickleWriter() {}

    static byte[] write(Object value) {
        PickleWriter writer = new PickleWriter();
        writer.out.write(0x80);
        writer.out.write(2);
        writer.value(value);
        writer.out.write('.');
        return writer.out.toByteArray();
    }

    private void value(Object value) {
        Integer known = memo.get(value);
        if (known != null) {
            memoReference(known, 'h', 'j');
            return;
        }
        switch (value) {
            case null -> out.write('N');
            case Boolean flag -> out.write(flag ? 0x88 : 0x89);
            case Long number -> integer(number);
            case Double number -> {
                out.write('G');
                out.writeBytes(ByteBuffer.allocate(Double.BYTES).putDouble(number).array());
            }
            case String text -> {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                out.write('X');
                int32(bytes.length);
                out.writeBytes(bytes);
            }
            case Global global ->
                out.writeBytes(("c" + global.module() + "\n" + global.name() + "\n").getBytes(StandardCharsets.UTF_8));
            case Tuple tuple -> tuple(tuple.items());
            case List<?> list -> {
                out.write(']');
                if (!list.isEmpty()) {
                    out.write('(');
                    list.forEach(this::value);
                    out.write('e');
                }
                remember(list);
            }
            case Map<?, ?> map -> {
                out.write('}');
                if (!map.isEmpty()) {
                    out.write('(');
                    map.forEach((key, item) -> {
                        value(key);
                        value(item);
                    });
                    out.write('u');
                }
                remember(map);
            }
            case StorageRef storage -> {
                tuple(List.of("storage", storage.type(), storage.key(), storage.device(), storage.elements()));
                out.write('Q');
            }
            case TensorRef tensor -> {
                value(Pickle.REBUILD_TENSOR);
                tuple(Arrays.asList(tensor.storage(), tensor.offset(), longs(tensor.shape()), longs(tensor.strides()),
                        tensor.requiresGrad(), tensor.hooks()));
                out.write('R');
                remember(tensor);
            }
            case Call call -> {
                value(call.function());
                value(call.arguments());
                out.write('R');
            }
            case Instance instance -> {
                value(instance.type());
                out.write(')');
                out.write(0x81);
                if (instance.state() != null) {
                    value(instance.state());
                    out.write('b');
                }
                remember(instance);
            }
            default -> throw new IllegalArgumentException("cannot be pickled: " + value.getClass());
        }
    }

    private static Tuple longs(long[] values) {
        return new Tuple(Arrays.stream(values).<Object>mapToObj(Long::valueOf).toList());
    }

    private void tuple(List<Object> items) {
        if (items.isEmpty()) {
            out.write(')');
            return;
        }
        if (items.size() > 3) {
            out.write('(');
        }
        items.forEach(this::value);
        out.write(items.size() > 3 ? 't' : 0x84 + items.size());
    }

    private void integer(long number) {
        if (number == (int) number) {
            out.write('J');
            int32((int) number);
        } else {
            out.write(0x8A);
            out.write(Long.BYTES);
            out.writeBytes(ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(number).array());
        }
    }

    private void int32(int number) {
        out.writeBytes(ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(number).array());
    }

    private void remember(Object value) {
        int index = memo.size();
        memo.put(value, index);
        memoReference(index, 'q', 'r');
    }

    private void memoReference(int index, int shortOpcode, int longOpcode) {
        if (index < 0x100) {
            out.write(shortOpcode);
            out.write(index);
        } else {
            out.write(longOpcode);
            int32(index);
        }
    }
}
