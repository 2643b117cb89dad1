package dev.advtrain.trainer.tensor;

import ai.djl.pytorch.jni.IValue;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Calls of DJL's native library that DJL keeps to itself: its public ones take either tensors only, or run in inference
 * mode, whose results autograd refuses for ever.
 */
final class NativeCalls {
    private static final MethodHandle RUN_METHOD;
    private static final MethodHandle TRAIN;
    private static final MethodHandle NEW_VALUE;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(IValue.class, MethodHandles.lookup());
            Class<?> type = lookup.findClass("ai.djl.pytorch.jni.PyTorchLibrary");
            Object library = lookup.findStaticGetter(type, "LIB", type).invoke();
            RUN_METHOD = lookup.findVirtual(type, "moduleRunMethod", MethodType.methodType(long.class, long.class, String.class,
                    long[].class, boolean.class, boolean.class)).bindTo(library);
            TRAIN = lookup.findVirtual(type, "moduleTrain", MethodType.methodType(void.class, long.class)).bindTo(library);
            NEW_VALUE = lookup.findConstructor(IValue.class, MethodType.methodType(void.class, long.class));
        } catch (Throwable e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private NativeCalls() {}

    /** Runs a method under the calling thread's own grad mode. The result is the caller's to close. */
    static IValue runMethod(long module, String method, long[] arguments) {
        try {
            return (IValue) NEW_VALUE.invokeExact((long) RUN_METHOD.invokeExact(module, method, arguments, true, false));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    static void train(long module) {
        try {
            TRAIN.invokeExact(module);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
