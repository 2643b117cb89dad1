package dev.advtrain.trainer.tensor;

import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;

class DeterminismTest {
    /** On the CPU nothing comes of it but the calls themselves: names and arguments must be those of this libtorch. */
    @Test
    void libtorchHasTheCallsThatMakeAGpuRepeatItself() {
        TorchEngine.start();
        try {
            assertThatCode(Determinism::require).doesNotThrowAnyException();
            assertThatCode(Determinism::withoutCuDnn).doesNotThrowAnyException();
        } finally {
            Determinism.set("_ZN2at7Context19setUserEnabledCuDNNEb", true);
            Determinism.set("_ZN2at7Context21setDeterministicCuDNNEb", false);
            Determinism.set("_ZN2at7Context26setDeterministicAlgorithmsEbb", false, false);
        }
    }
}
