package dev.advtrain.trainer.tensor;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import dev.advtrain.contract.ComputeDevice;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A module in the engine: runs its methods. The only class that knows how.
 *
 * <p>Arguments: NDArray, long, int, double, float, boolean, String, and lists of NDArray, long[], double[]. Results:
 * NDArray, Long, Double, Boolean, String, null, or a List of these (lists and tuples). Tensors of a result belong to the
 * scope given; arguments are never freed. Several threads may run methods at once that change nothing.
 */
public final class TorchModule implements AutoCloseable {
    private final NDManager manager;
    private final PtSymbolBlock block;

    private TorchModule(NDManager manager, PtSymbolBlock block) {
        this.manager = manager;
        this.block = block;
    }

    /** @throws IOException where the engine refuses the archive: unknown operators, syntax, shapes */
    public static TorchModule load(TorchScriptArchive archive) throws IOException {
        NDManager manager = TorchEngine.newScope();
        if (TorchEngine.device() == ComputeDevice.CUDA && archive.recurrent()) {
            Determinism.withoutCuDnn();
        }
        try {
            // From memory: a container's file system may be read-only.
            PtSymbolBlock block = JniUtils.loadModule((PtNDManager) manager, new ByteArrayInputStream(archive.toBytes()), true, false);
            return new TorchModule(manager, block);
        } catch (EngineException e) {
            manager.close();
            if (DeviceMemory.exhausted(e)) {
                throw e; // Says nothing about the archive.
            }
            throw new IOException("the engine cannot load the module: " + reason(e), e);
        }
    }

    /** A scope for tensors: closing it frees all of them. One a step. */
    public NDManager newScope() {
        return manager.newSubManager();
    }

    /** Train or eval mode, for the whole tree. */
    public void train(boolean training) {
        TorchEngine.start();
        if (training) {
            NativeCalls.train(block.getHandle());
        } else {
            JniUtils.enableInferenceMode(block);
        }
    }

    /** Runs a method without autograd. */
    public Object run(NDManager scope, String method, Object... arguments) {
        TorchEngine.start();
        return call(scope, method, arguments);
    }

    /** Runs a method that differentiates. */
    public Object runWithAutograd(NDManager scope, String method, Object... arguments) {
        TorchEngine.start();
        JniUtils.setGradMode(true);
        try {
            return call(scope, method, arguments);
        } finally {
            JniUtils.setGradMode(false);
        }
    }

    @Override
    public void close() {
        block.close();
        manager.close();
    }

    private Object call(NDManager scope, String method, Object... arguments) {
        IValue[] values = new IValue[arguments.length];
        long[] handles = new long[arguments.length];
        try {
            for (int i = 0; i < arguments.length; i++) {
                values[i] = value(arguments[i]);
                handles[i] = values[i].getHandle();
            }
            return result((PtNDManager) scope, NativeCalls.runMethod(block.getHandle(), method, handles));
        } finally {
            for (IValue value : values) {
                if (value != null) {
                    value.close();
                }
            }
        }
    }

    private static IValue value(Object argument) {
        return switch (argument) {
            case PtNDArray tensor -> IValue.from(tensor);
            case Long number -> IValue.from(number);
            case Integer number -> IValue.from(number.longValue());
            case Double number -> IValue.from(number);
            case Float number -> IValue.from(number.doubleValue());
            case Boolean flag -> IValue.from(flag);
            case String text -> IValue.from(text);
            case long[] numbers -> IValue.listFrom(numbers);
            case double[] numbers -> IValue.listFrom(numbers);
            case List<?> tensors -> IValue.listFrom(tensors.stream().map(PtNDArray.class::cast).toArray(PtNDArray[]::new));
            default -> throw new IllegalArgumentException("no TorchScript value for " + argument.getClass());
        };
    }

    private static Object result(PtNDManager scope, IValue value) {
        try (value) {
            if (value.isTensor()) {
                return value.toTensor(scope);
            } else if (value.isTensorList()) {
                return List.<Object>of((Object[]) value.toTensorArray(scope));
            } else if (value.isTuple()) {
                return results(scope, value.toIValueTuple());
            } else if (value.isList()) {
                return results(scope, value.toIValueArray());
            } else if (value.isBoolean()) {
                return value.toBoolean();
            } else if (value.isLong()) {
                return value.toLong();
            } else if (value.isDouble()) {
                return value.toDouble();
            } else if (value.isString()) {
                return value.toStringValue();
            } else if (value.getType().equals("NoneType")) {
                return null;
            }
            throw new IllegalArgumentException("no Java value for a TorchScript " + value.getType());
        }
    }

    private static List<Object> results(PtNDManager scope, IValue[] values) {
        List<Object> results = new ArrayList<>(values.length);
        for (IValue value : values) {
            results.add(result(scope, value));
        }
        return results;
    }

    /** The single tensor of a result. */
    public static NDArray tensor(Object result) {
        return (NDArray) result;
    }

    /** The tensors of a list or tuple. */
    public static List<NDArray> tensors(Object result) {
        return ((List<?>) result).stream().map(NDArray.class::cast).toList();
    }

    /** The sentence of an engine's message; the rest quotes source lines. */
    public static String reason(EngineException e) {
        List<String> lines = String.valueOf(e.getMessage()).lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
        return lines.stream().filter(line -> line.startsWith("RuntimeError:")).map(line -> line.substring("RuntimeError:".length()).strip())
                .findFirst().orElse(lines.isEmpty() ? "" : lines.getFirst());
    }
}
