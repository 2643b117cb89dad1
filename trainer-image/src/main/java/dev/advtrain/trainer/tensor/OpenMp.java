package dev.advtrain.trainer.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** Settings that libtorch's thread pool takes from the environment of the process when it is loaded, and only then. */
final class OpenMp {
    private OpenMp() {}

    /**
     * Lets threads that wait for others sleep. By default they spin, which takes the processor from the one they wait for
     * wherever there are more runnable threads than processors: 50 times slower on a shared machine, and a container's CPU
     * quota spent on nothing. A value the user has set stays.
     */
    static void waitPassively() {
        setEnvironment("OMP_WAIT_POLICY", "PASSIVE");
    }

    @SuppressWarnings("restricted")
    private static void setEnvironment(String name, String value) {
        Linker linker = Linker.nativeLinker();
        MethodHandle setenv = linker.downcallHandle(linker.defaultLookup().findOrThrow("setenv"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            int overwrite = 0;
            int result = (int) setenv.invokeExact(arena.allocateFrom(name), arena.allocateFrom(value), overwrite);
            if (result != 0) {
                throw new IllegalStateException("setenv " + name + " failed");
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
