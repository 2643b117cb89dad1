package dev.advtrain.trainer.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.advtrain.trainer.tensor.SafeTensors.ElementType;
import dev.advtrain.trainer.tensor.SafeTensors.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

class AutocastTest {
    /** Needs more than the eight bits of bfloat16. */
    private static final float WEIGHT = 1.001953125f;
    private static final String FORWARD = """
              def forward(self: $SELF,
                x: Tensor) -> Tensor:
                return torch.linear(x, self.weight)
            """;

    @Test
    void roundsWhatMatrixProductsAreGivenAndEndsWithTheCall() throws IOException {
        SequencedMap<String, Tensor> parameters = new LinkedHashMap<>();
        ByteBuffer weight = ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN).putFloat(0, WEIGHT);
        parameters.put("weight", new Tensor(ElementType.F32, new long[] {1, 1}, weight));
        TorchScriptArchive archive = new ScriptModule("Linear", parameters, new LinkedHashMap<>(), new LinkedHashMap<>(), FORWARD).toArchive();
        try (TorchModule module = TorchModule.load(archive); NDManager scope = module.newScope()) {
            NDArray one = Tensors.create(scope, new float[] {1}, 1, 1);
            assertThat(product(module, scope, one)).isEqualTo(WEIGHT);
            assertThat(Autocast.run(() -> product(module, scope, one))).isEqualTo(1);
            assertThat(product(module, scope, one)).isEqualTo(WEIGHT);
            assertThatIllegalArgumentException().isThrownBy(() -> Autocast.run(() -> {
                throw new IllegalArgumentException();
            }));
            assertThat(product(module, scope, one)).isEqualTo(WEIGHT);
        }
    }

    /** Added to a float32 value, so that a result of either type can be read. */
    private static float product(TorchModule module, NDManager scope, NDArray x) {
        return x.sub(1).add(TorchModule.tensor(module.run(scope, "forward", x))).getFloat();
    }

    @Test
    void wantsInstructionsForIt() {
        assertThat(Autocast.unsupported(List.of("flags", ":", "avx2", "avx512f"))).contains("the processor has neither avx512_bf16 nor amx_bf16");
        assertThat(Autocast.unsupported(List.of("avx512f", "avx512_bf16"))).isEmpty();
        assertThat(Autocast.unsupported(List.of("amx_bf16"))).isEmpty();
        assertThat(Autocast.unsupported(7)).contains("the GPU has compute capability 7, expected at least 8");
        assertThat(Autocast.unsupported(8)).isEmpty();
    }
}
