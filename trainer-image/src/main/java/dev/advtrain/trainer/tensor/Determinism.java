package dev.advtrain.trainer.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The same numbers each time on a GPU: no TF32, no sums whose order changes from run to run. DJL has no call for this, so
 * libtorch's own are made (the functions behind {@code torch.use_deterministic_algorithms}); an operator that has no
 * deterministic form on a GPU warns on standard error and goes on.
 */
final class Determinism {
    static final String LIBTORCH = "libtorch_cpu.so";

    private Determinism() {}

    /** What the CUDA libraries read when they are loaded. */
    static void prepare() {
        ProcessEnvironment.setDefault("NVIDIA_TF32_OVERRIDE", "0");
        ProcessEnvironment.setDefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8");
    }

    /** For the whole process, from now on. */
    static void require() {
        set("_ZN2at7Context17setAllowTF32CuDNNEb", false);
        set("_ZN2at7Context18setAllowTF32CuBLASEb", false);
        set("_ZN2at7Context21setDeterministicCuDNNEb", true);
        set("_ZN2at7Context26setDeterministicAlgorithmsEbb", true, true); // the second: warn only
    }

    /** cuDNN differentiates recurrent layers in train mode only, and attacks need eval mode: without it libtorch takes kernels of its own. */
    static void withoutCuDnn() {
        set("_ZN2at7Context19setUserEnabledCuDNNEb", false);
    }

    /** Calls a method of libtorch's global context. */
    @SuppressWarnings("restricted")
    static void set(String method, boolean... values) {
        Linker linker = Linker.nativeLinker();
        // Loaded already, by DJL: found by its name, wherever it is.
        SymbolLookup libtorch = SymbolLookup.libraryLookup(LIBTORCH, Arena.global());
        MethodHandle context = linker.downcallHandle(libtorch.findOrThrow("_ZN2at13globalContextEv"), FunctionDescriptor.of(ValueLayout.ADDRESS));
        FunctionDescriptor type = FunctionDescriptor.ofVoid(ValueLayout.ADDRESS);
        for (int i = 0; i < values.length; i++) {
            type = type.appendArgumentLayouts(ValueLayout.JAVA_BOOLEAN);
        }
        MethodHandle setter = linker.downcallHandle(libtorch.findOrThrow(method), type);
        try {
            MemorySegment self = (MemorySegment) context.invokeExact();
            if (values.length == 1) {
                setter.invokeExact(self, values[0]);
            } else {
                setter.invokeExact(self, values[0], values[1]);
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
