package dev.advtrain.trainer.attack;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.advtrain.trainer.model.Reference;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.random.Purpose;
import dev.advtrain.trainer.threat.Norm;
import dev.advtrain.trainer.threat.ThreatBudget;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How noise is distributed, and that it is a floor: it breaks something, and less than a search does. */
class NoiseTest {
    private static final Key KEY = Key.of(1, Purpose.ATTACK_START);
    private static final int DRAWS = 30;

    @Test
    void gaussianNoiseHasTheBudgetAsStandardDeviation() {
        double[] found = perturbations(Norm.LINF);
        assertThat(Arrays.stream(found).average().orElseThrow()).isCloseTo(0, Offset.offset(0.005));
        // A normal number lies beyond one standard deviation in 31.7 % of the cases.
        assertThat(Arrays.stream(found).filter(v -> Math.abs(v) > 0.3 - 1e-6).count() / (double) found.length).isCloseTo(0.317, Offset.offset(0.02));
    }

    @Test
    void gaussianNoiseLiesOnTheSphere() {
        assertThat(Math.sqrt(Arrays.stream(perturbations(Norm.L2)).map(v -> v * v).sum())).isCloseTo(0.3, Offset.offset(1e-5));
    }

    /** Of one example, in a range that nothing reaches. */
    private static double[] perturbations(Norm norm) {
        int n = 10_000;
        try (WrappedModel model = Reference.digits().model(); NDManager scope = model.newScope()) {
            NDArray x0 = scope.zeros(new Shape(1, n));
            float[] found = Starts.gaussian(model.classifier(), scope, new ThreatBudget(norm, 0.3, -10, 10), 0.3, KEY, x0, 7).toFloatArray();
            return IntStream.range(0, n).mapToDouble(i -> found[i]).toArray();
        }
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void isAFloor(Norm norm) {
        Reference digits = Reference.digits();
        ThreatBudget budget = new ThreatBudget(norm, 3 * digits.epsilon().get(norm.toString()), 0, 1);
        long uniform = successes(digits, Noise.uniform(budget, DRAWS));
        long gaussian = successes(digits, Noise.gaussian(budget, DRAWS));
        long searched = successes(digits, Suites.pgd20(budget));
        assertThat(uniform).isLessThan(searched);
        assertThat(gaussian).isLessThan(searched);
        ThreatBudget huge = new ThreatBudget(norm, norm == Norm.LINF ? 1 : 28, 0, 1);
        assertThat(successes(digits, Noise.uniform(huge, DRAWS))).isPositive();
        assertThat(successes(digits, Noise.gaussian(huge, DRAWS))).isPositive();
    }

    private static long successes(Reference reference, Attack attack) {
        try (WrappedModel model = reference.model(); NDManager scope = model.newScope()) {
            NDArray x = scope.create(reference.x(), new Shape(Reference.SHAPE.batch(reference.size())));
            AttackBatch batch = new AttackBatch(x, reference.y(), LongStream.range(0, reference.size()).toArray());
            AttackResult result = attack.run(model.classifier(), batch, new AttackContext(KEY, Cancellation.NEVER));
            return IntStream.range(0, result.size()).filter(result::success).count();
        }
    }
}
