package dev.advtrain.trainer.tensor;

import dev.advtrain.contract.ComputeDevice;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * PyTorch's autocast to bfloat16: convolutions and matrix products cast what they are given, parameters included, and other
 * operators take what comes. Parameters and buffers stay as they are, and gradients come back in the type of what they belong
 * to. DJL has no call for this, so libtorch's own are made.
 */
public final class Autocast {
    /** Without one of these, libtorch's kernels for bfloat16 are slower than those for float32. */
    private static final Set<String> INSTRUCTIONS = Set.of("amx_bf16", "avx512_bf16");
    private static final int LEAST_CAPABILITY = 8;
    private static final byte BFLOAT16 = 15;
    private static final int CAPABILITY_MAJOR = 75;

    private Autocast() {}

    /** Why the device of this process is not to compute in bfloat16; empty where it is. */
    public static Optional<String> unsupported() {
        return TorchEngine.device() == ComputeDevice.CUDA ? unsupported(Cuda.capability()) : unsupported(Environment.processorFlags());
    }

    /** @param flags of a processor, as {@code /proc/cpuinfo} has them */
    static Optional<String> unsupported(Collection<String> flags) {
        return INSTRUCTIONS.stream().anyMatch(flags::contains) ? Optional.empty()
                : Optional.of("the processor has neither avx512_bf16 nor amx_bf16");
    }

    /** @param capability the major number of a GPU's compute capability */
    static Optional<String> unsupported(int capability) {
        return capability >= LEAST_CAPABILITY ? Optional.empty()
                : Optional.of("the GPU has compute capability " + capability + ", expected at least " + LEAST_CAPABILITY);
    }

    /** Runs with autocast on, in this thread. */
    public static <T> T run(Supplier<T> body) {
        TorchEngine.start();
        byte device = (byte) (TorchEngine.device() == ComputeDevice.CUDA ? 1 : 0);
        try {
            Torch.DTYPE.invokeExact(device, BFLOAT16);
            // What was cast before a step of the optimizer must not be taken for what is there after it.
            Torch.CACHE.invokeExact(false);
            Torch.ENABLE.invokeExact(device, true);
            try {
                return body.get();
            } finally {
                Torch.ENABLE.invokeExact(device, false);
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle function(String library, String name, FunctionDescriptor type) {
        return Linker.nativeLinker().downcallHandle(SymbolLookup.libraryLookup(library, Arena.global()).findOrThrow(name), type);
    }

    /** Device and element types are bytes in libtorch. */
    private static final class Torch {
        private static final MethodHandle ENABLE = torch("_ZN2at8autocast20set_autocast_enabledEN3c1010DeviceTypeEb", ValueLayout.JAVA_BYTE,
                ValueLayout.JAVA_BOOLEAN);
        private static final MethodHandle DTYPE = torch("_ZN2at8autocast18set_autocast_dtypeEN3c1010DeviceTypeENS1_10ScalarTypeE",
                ValueLayout.JAVA_BYTE, ValueLayout.JAVA_BYTE);
        private static final MethodHandle CACHE = torch("_ZN2at8autocast26set_autocast_cache_enabledEb", ValueLayout.JAVA_BOOLEAN);

        static {
            try {
                // TorchScript's own pass casts a second time, by rules of its own.
                torch("_ZN5torch3jit15setAutocastModeEb", ValueLayout.JAVA_BOOLEAN).invokeExact(false);
            } catch (Throwable e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        private static MethodHandle torch(String name, MemoryLayout... arguments) {
            return function(Determinism.LIBTORCH, name, FunctionDescriptor.ofVoid(arguments));
        }
    }

    /** Of the driver, which has a stable interface. */
    private static final class Cuda {
        private static final String DRIVER = "libcuda.so.1";

        static int capability() {
            MethodHandle attribute = function(DRIVER, "cuDeviceGetAttribute",
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment value = arena.allocate(ValueLayout.JAVA_INT);
                int firstDevice = 0;
                int error = (int) attribute.invokeExact(value, CAPABILITY_MAJOR, firstDevice);
                return error == 0 ? value.get(ValueLayout.JAVA_INT, 0) : 0;
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
