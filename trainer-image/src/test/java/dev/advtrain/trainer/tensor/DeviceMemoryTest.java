package dev.advtrain.trainer.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceMemoryTest {
    private static final String MESSAGE = "RuntimeError: CUDA out of memory. Tried to allocate 20.00 MiB. GPU 0 has a total capacity of 79 GiB";

    private final List<Integer> tried = new ArrayList<>();

    /** A device that holds so many examples. */
    private void use(int examples, int holds) {
        tried.add(examples);
        if (examples > holds) {
            throw new EngineException(MESSAGE);
        }
    }

    @ParameterizedTest
    @CsvSource({"128, 100, 64", "128, 33, 32", "100, 30, 25", "3, 1, 1"})
    void namesABatchThatFits(int batchSize, int holds, int expected) {
        RuntimeException told = DeviceMemory.explain(new EngineException(MESSAGE), "training.batchSize", batchSize, false, size -> use(size, holds));
        assertThat(told).isInstanceOfSatisfying(TrainerException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.RUN_SPEC))
                .hasMessage("training.batchSize: " + batchSize + " examples at once do not fit into the memory of the device (cpu); expected at most "
                        + expected + ", which do");
        assertThat(tried.getLast()).isEqualTo(expected);
    }

    @Test
    void saysSoWhereNotEvenOneFits() {
        assertThat(DeviceMemory.explain(new EngineException(MESSAGE), "evaluation.batchSize", 8, false, size -> use(size, 0)))
                .hasMessageEndingWith("nor does one: expected a smaller model, or a device with more memory");
        assertThat(tried).containsExactly(4, 2, 1);
    }

    /** Another process on the same device; the next attempt may be alone. */
    @Test
    void aBatchThatFittedBeforeIsNoMistakeOfTheRun() {
        assertThat(DeviceMemory.explain(new EngineException(MESSAGE), "training.batchSize", 8, true, size -> use(size, 8)))
                .isInstanceOf(DeviceMemory.TakenException.class)
                .hasMessage("the memory of the device (cpu) no longer suffices for 8 examples at once, as it did before: something else takes of it; "
                        + "CUDA out of memory. Tried to allocate 20.00 MiB. GPU 0 has a total capacity of 79 GiB");
        assertThat(tried).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"CUDA error: out of memory", "cuDNN error: CUDNN_STATUS_ALLOC_FAILED",
        "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"})
    void knowsWhatLibrariesOfTheDeviceSay(String message) {
        assertThat(DeviceMemory.exhausted(new EngineException(message))).isTrue();
    }

    @Test
    void anotherFailureStaysWhatItIs() {
        EngineException other = new EngineException("RuntimeError: shapes do not fit");
        assertThat(DeviceMemory.explain(other, "training.batchSize", 8, true, size -> use(size, 8))).isSameAs(other);
        assertThat(tried).isEmpty();
    }

    @Test
    void knowsWhatLibtorchSaysOnTheCpu() {
        try (NDManager scope = TorchEngine.newScope()) {
            assertThatExceptionOfType(EngineException.class).isThrownBy(() -> scope.zeros(new Shape(1L << 50)))
                    .matches(DeviceMemory::exhausted);
        }
    }
}
