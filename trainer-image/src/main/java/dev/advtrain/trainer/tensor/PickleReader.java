package dev.advtrain.trainer.tensor;

import dev.advtrain.trainer.tensor.Pickle.Call;
import dev.advtrain.trainer.tensor.Pickle.Global;
import dev.advtrain.trainer.tensor.Pickle.Instance;
import dev.advtrain.trainer.tensor.Pickle.StorageRef;
import dev.advtrain.trainer.tensor.Pickle.TensorRef;
import dev.advtrain.trainer.tensor.Pickle.Tuple;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the pickle opcodes that PyTorch writes (protocol 2). Nothing is imported or called: classes and functions stay
 * names, so a hostile file can at worst be refused.
 */
final class PickleReader {
    private static final Object MARK = new Object();

    private final ByteBuffer in;
    private final List<Object> stack = new ArrayList<>();
    private final Map<Integer, Object> memo = new HashMap<>();

    private PickleReader(byte[] bytes) {
        in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    static Object read(byte[] bytes) throws IOException {
        PickleReader reader = new PickleReader(bytes);
        try {
            return reader.run();
        } catch (BufferUnderflowException | NegativeArraySizeException e) {
            throw new IOException("the pickle ends in the middle of a value", e);
        } catch (IndexOutOfBoundsException | ClassCastException | ArithmeticException e) {
            throw new IOException("the pickle is malformed before byte " + reader.in.position(), e);
        }
    }

    private Object run() throws IOException {
        while (true) {
            int at = in.position();
            int opcode = in.get() & 0xFF;
            switch (opcode) {
                case '.' -> {
                    return pop();
                }
                case 0x80 -> protocol(in.get() & 0xFF);
                case '(' -> push(MARK);
                case 'N' -> push(null);
                case 0x88 -> push(true);
                case 0x89 -> push(false);
                case 'K' -> push((long) (in.get() & 0xFF));
                case 'M' -> push((long) (in.getShort() & 0xFFFF));
                case 'J' -> push((long) in.getInt());
                case 0x8A -> push(bigInteger(in.get() & 0xFF));
                case 'G' -> push(Double.longBitsToDouble(Long.reverseBytes(in.getLong())));
                case 'X' -> push(text(in.getInt()));
                case 0x8D -> push(text(Math.toIntExact(in.getLong())));
                case 'c' -> push(new Global(line(), line()));
                case ')' -> push(new Tuple(List.of()));
                case ']' -> push(new ArrayList<>());
                case '}' -> push(new LinkedHashMap<>());
                case 't' -> push(new Tuple(popToMark()));
                case 'l' -> push(popToMark());
                case 0x85 -> push(tuple(1));
                case 0x86 -> push(tuple(2));
                case 0x87 -> push(tuple(3));
                case 'a' -> append(List.of(pop()));
                case 'e' -> append(popToMark());
                case 's' -> set(tuple(2).items());
                case 'u' -> set(popToMark());
                case 'q' -> memo.put(in.get() & 0xFF, top());
                case 'r' -> memo.put(in.getInt(), top());
                case 'h' -> recall(in.get() & 0xFF);
                case 'j' -> recall(in.getInt());
                case 0x81 -> newObject();
                case 'b' -> build();
                case 'Q' -> push(storage((Tuple) pop()));
                case 'R' -> call();
                case '0' -> pop();
                default -> throw new IOException("unknown pickle opcode 0x" + Integer.toHexString(opcode) + " at byte " + at);
            }
        }
    }

    private static void protocol(int version) throws IOException {
        if (version != 2) {
            throw new IOException("pickle protocol " + version + ", expected 2");
        }
    }

    private void newObject() {
        pop();
        push(new Instance((Global) pop(), null));
    }

    private void build() throws IOException {
        Object state = pop();
        if (!(top() instanceof Instance instance)) {
            throw new IOException("the pickle gives state to something that is no object, before byte " + in.position());
        }
        instance.state(state);
    }

    private void call() {
        Object arguments = pop();
        Object function = pop();
        push(Pickle.REBUILD_TENSOR.equals(function) ? tensor(((Tuple) arguments).items()) : new Call(function, arguments));
    }

    private static StorageRef storage(Tuple id) throws IOException {
        List<Object> items = id.items();
        if (!"storage".equals(items.get(0))) {
            throw new IOException("unknown persistent id in the pickle, expected a storage");
        }
        return new StorageRef((Global) items.get(1), (String) items.get(2), (String) items.get(3), (Long) items.get(4));
    }

    private static TensorRef tensor(List<Object> items) {
        return new TensorRef((StorageRef) items.get(0), (Long) items.get(1), longs(items.get(2)), longs(items.get(3)),
                (Boolean) items.get(4), items.get(5));
    }

    private static long[] longs(Object tuple) {
        return ((Tuple) tuple).items().stream().mapToLong(item -> (Long) item).toArray();
    }

    @SuppressWarnings("unchecked")
    private void append(List<Object> items) {
        ((List<Object>) top()).addAll(items);
    }

    @SuppressWarnings("unchecked")
    private void set(List<Object> items) {
        Map<Object, Object> map = (Map<Object, Object>) top();
        for (int i = 0; i < items.size(); i += 2) {
            map.put(items.get(i), items.get(i + 1));
        }
    }

    private void recall(int index) throws IOException {
        if (!memo.containsKey(index)) {
            throw new IOException("the pickle refers to value " + index + " before it is defined");
        }
        push(memo.get(index));
    }

    private long bigInteger(int length) {
        byte[] bytes = new byte[length];
        for (int i = length - 1; i >= 0; i--) {
            bytes[i] = in.get();
        }
        return length == 0 ? 0 : new BigInteger(bytes).longValueExact();
    }

    private String text(int length) {
        if (length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private String line() {
        int start = in.position();
        int length = 0;
        while (in.get() != '\n') {
            length++;
        }
        return new String(in.array(), start, length, StandardCharsets.UTF_8);
    }

    private Tuple tuple(int size) {
        List<Object> tail = stack.subList(stack.size() - size, stack.size());
        Tuple tuple = new Tuple(new ArrayList<>(tail));
        tail.clear();
        return tuple;
    }

    private List<Object> popToMark() {
        int mark = stack.size() - 1;
        while (stack.get(mark) != MARK) {
            mark--;
        }
        List<Object> items = new ArrayList<>(stack.subList(mark + 1, stack.size()));
        stack.subList(mark, stack.size()).clear();
        return items;
    }

    private void push(Object value) {
        stack.add(value);
    }

    private Object pop() {
        return stack.removeLast();
    }

    private Object top() {
        return stack.getLast();
    }
}
