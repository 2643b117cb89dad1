package dev.advtrain.trainer.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class TensorsTest {

    @Test
    void keepsItsValuesWhenTheNextIsMade() {
        try (NDManager scope = TorchEngine.newScope()) {
            NDArray floats = Tensors.create(scope, new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
            NDArray longs = Tensors.create(scope, 7, Long.MAX_VALUE);
            float[] many = new float[100_000];
            Arrays.fill(many, 0.5f);
            NDArray large = Tensors.create(scope, many, many.length);
            Tensors.create(scope, new float[100_000], 100_000);
            assertThat(floats.toFloatArray()).containsExactly(1, 2, 3, 4, 5, 6);
            assertThat(floats.getShape().getShape()).containsExactly(2, 3);
            assertThat(longs.toLongArray()).containsExactly(7, Long.MAX_VALUE);
            assertThat(large.toFloatArray()).isEqualTo(many);
            assertThat(Tensors.create(scope, new float[0], 0, 3).getShape().getShape()).containsExactly(0, 3);
        }
    }

    /** The way to a GPU, as far as it goes without one: libtorch takes the module, and where memory cannot be page-locked, values come all the same. */
    @Test
    void copiesWithoutPageLockedMemory() {
        PinnedCopy copy = new PinnedCopy();
        try (NDManager scope = TorchEngine.newScope(); NDManager host = scope.newSubManager(Device.cpu())) {
            for (int times = 0; times < 2; times++) {
                NDArray copied = copy.copy(scope, host.create(new float[] {1, 2, 3}));
                assertThat(copied.toFloatArray()).containsExactly(1, 2, 3);
                assertThat(copied.getManager()).isSameAs(scope);
            }
        }
    }
}
