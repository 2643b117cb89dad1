package dev.advtrain.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Logits, losses and input gradients against the recorded values. */
class ReferenceGradientTest {
    private static final double TOLERANCE = 1e-5;
    private static final Map<Loss, String> NAMES = Map.of(Loss.CROSS_ENTROPY, "ce", Loss.DLR, "dlr", Loss.TARGETED_DLR, "dlr_t2");

    static Stream<Arguments> cases() {
        return Reference.all(ReferenceGradientTest.class).stream().flatMap(reference -> NAMES.keySet().stream().sorted().map(loss -> Arguments.of(reference, loss)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void matches(Reference reference, Loss loss) {
        String name = NAMES.get(loss);
        try (WrappedModel model = reference.model(); NDManager scope = model.newScope()) {
            NDArray x = scope.create(reference.x(), new Shape(Reference.SHAPE.batch(reference.size())));
            NDArray y = scope.create(reference.y());
            NDArray targets = scope.create(reference.values().longs("target2"));
            LossGradient result = model.classifier().lossGradient(scope, loss, x, y, targets);
            assertClose("logits", result.logits().toFloatArray(), reference.values().floats("logits"));
            assertClose("loss", result.losses().toFloatArray(), reference.values().floats("loss." + name));
            float[] gradient = result.gradient().toFloatArray();
            float[] recorded = reference.values().floats("grad." + name);
            assertClose("gradient", Arrays.copyOf(gradient, recorded.length), recorded);
            assertClose("gradient norm", norms(gradient, reference.size()), reference.values().floats("gradnorm1." + name));
        }
    }

    private static float[] norms(float[] gradient, int n) {
        float[] norms = new float[n];
        int size = gradient.length / n;
        for (int i = 0; i < n; i++) {
            double sum = 0;
            for (int j = 0; j < size; j++) {
                sum += Math.abs(gradient[i * size + j]);
            }
            norms[i] = (float) sum;
        }
        return norms;
    }

    /** Absolute where the value is small, else relative. */
    private static void assertClose(String what, float[] found, float[] expected) {
        assertThat(found).as(what).hasSameSizeAs(expected);
        for (int i = 0; i < found.length; i++) {
            double difference = Math.abs(found[i] - expected[i]) / Math.max(1, Math.abs(expected[i]));
            assertThat(difference).as("%s %d: %s for %s", what, i, found[i], expected[i]).isLessThanOrEqualTo(TOLERANCE);
        }
    }
}
