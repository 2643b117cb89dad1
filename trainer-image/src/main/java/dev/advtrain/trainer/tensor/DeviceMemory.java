package dev.advtrain.trainer.tensor;

import ai.djl.engine.EngineException;
import ai.djl.pytorch.jni.JniUtils;
import dev.advtrain.contract.ComputeDevice;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntConsumer;

/** What a person is told where a batch does not fit into the memory of the device: the one that would. */
public final class DeviceMemory {
    /** Of libtorch's allocators, and of cuBLAS, which has its own. */
    private static final List<String> EXHAUSTED = List.of("CUDA out of memory", "CUDA error: out of memory", "CUBLAS_STATUS_ALLOC_FAILED",
            "CUDNN_STATUS_ALLOC_FAILED", "DefaultCPUAllocator: can't allocate memory");

    private DeviceMemory() {}

    /** Memory that sufficed before and no longer did: something else takes it, and another attempt may find it free. */
    public static final class TakenException extends RuntimeException {
        private TakenException(String message, EngineException cause) {
            super(message, cause);
        }
    }

    /**
     * @param field what sets the size of a batch
     * @param batchSize examples that were too many
     * @param fitted whether as many were done before in this process
     * @param again does the same with so many of them; what it leaves is of no use to anyone
     * @return 64 where memory was exhausted by the first of such batches, {@link TakenException} where by a later one, else the failure itself
     */
    public static RuntimeException explain(EngineException failure, String field, int batchSize, boolean fitted, IntConsumer again) {
        if (!exhausted(failure)) {
            return failure;
        }
        if (fitted) {
            return new TakenException("the memory of the device (" + TorchEngine.device() + ") no longer suffices for " + batchSize
                    + " examples at once, as it did before: something else takes of it; " + TorchModule.reason(failure), failure);
        }
        OptionalInt fits = largestHalf(batchSize, again);
        return new TrainerException(ExitCode.RUN_SPEC, field + ": " + batchSize + " examples at once do not fit into the memory of the device ("
                + TorchEngine.device() + "); " + (fits.isPresent() ? "expected at most " + fits.getAsInt() + ", which do"
                        : "nor does one: expected a smaller model, or a device with more memory"), failure);
    }

    /** Whether there was no memory for something: that says nothing about a model. */
    public static boolean exhausted(EngineException failure) {
        return EXHAUSTED.stream().anyMatch(String.valueOf(failure.getMessage())::contains);
    }

    /** The largest of a half, a quarter, ... that fits; empty where one example does not. */
    private static OptionalInt largestHalf(int tooMany, IntConsumer again) {
        for (int size = tooMany / 2; size > 0; size /= 2) {
            giveBack();
            try {
                again.accept(size);
                return OptionalInt.of(size);
            } catch (EngineException e) {
                if (!exhausted(e)) {
                    throw e;
                }
            }
        }
        return OptionalInt.empty();
    }

    /** What libtorch keeps for itself may lie in pieces too small for the next try. */
    public static void giveBack() {
        if (TorchEngine.device() == ComputeDevice.CUDA) {
            JniUtils.emptyCudaCache();
        }
    }
}
