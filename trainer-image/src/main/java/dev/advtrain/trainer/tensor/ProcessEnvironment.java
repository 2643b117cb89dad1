package dev.advtrain.trainer.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** Environment variables that native libraries read when they are loaded; Java itself can only read them. */
final class ProcessEnvironment {
    private ProcessEnvironment() {}

    /** Sets a variable of this process. A value the user has set stays. */
    @SuppressWarnings("restricted")
    static void setDefault(String name, String value) {
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
