package dev.advtrain.trainer.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/** The threads that libtorch's operators share their work with. */
final class OpenMp {
    private OpenMp() {}

    /**
     * Lets threads that wait for others sleep, if called before libtorch is loaded. By default they spin, which takes the processor from the one they wait for
     * wherever there are more runnable threads than processors: 50 times slower on a shared machine, and a container's CPU
     * quota spent on nothing. A value the user has set stays.
     */
    static void waitPassively() {
        ProcessEnvironment.setDefault("OMP_WAIT_POLICY", "PASSIVE");
    }

    /** From now on, operators called on this thread use it alone. Other threads keep theirs. */
    @SuppressWarnings("restricted")
    static void useOneThread() {
        TorchEngine.threads(); // The first call on a thread sets their number.
        Linker linker = Linker.nativeLinker();
        SymbolLookup libtorch = SymbolLookup.libraryLookup(Determinism.LIBTORCH, Arena.global());
        FunctionDescriptor type = FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT);
        try {
            linker.downcallHandle(libtorch.findOrThrow("omp_set_num_threads"), type).invokeExact(1);
            Optional<MemorySegment> mkl = libtorch.find("MKL_Set_Num_Threads_Local"); // Not on every processor.
            if (mkl.isPresent()) {
                int before = (int) linker.downcallHandle(mkl.get(), FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT)).invokeExact(1);
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
