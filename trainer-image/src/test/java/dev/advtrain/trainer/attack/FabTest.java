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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** FAB without a target, and its restarts. */
class FabTest {
    private static final Reference DIGITS = Reference.digits();
    private static final int N = 20;
    private static final int STEPS = 40;
    private static final int CLASSES = 10;
    /** Of the first digits, by auto-attack 0.1 (untargeted, 40 steps, one start). */
    private static final double[] RECORDED_LINF = {
        0.145498, 0.136151, 0.120391, 0.164785, 0.145982, 0.156850, 0.125213, 0.321790, 0.135526, 0.139979,
        0.142526, 0.144243, 0.089990, 0.136039, 0.159798, 0.253927, 0.155773, 0.120074, 0.152532, 0.146872};
    private static final double[] RECORDED_L2 = {
        1.434673, 1.310322, 0.982276, 1.959963, 1.831083, 1.541262, 1.253887, 5.377885, 1.530134, 1.635624,
        1.949688, 1.666101, 1.010691, 1.613038, 1.926525, 3.407033, 1.905565, 1.256587, 1.807494, 1.957390};

    @ParameterizedTest
    @EnumSource(Norm.class)
    void findsTheDistancesOfTheAuthorsCode(Norm norm) {
        double[] found = distances(new Fab(budget(norm), STEPS, 1), 1);
        double[] recorded = norm == Norm.LINF ? RECORDED_LINF : RECORDED_L2;
        int close = 0;
        int far = 0;
        for (int i = 0; i < N; i++) {
            double error = Math.abs(found[i] / recorded[i] - 1);
            close += error <= 1e-3 ? 1 : 0;
            far += error <= 0.02 ? 0 : 1;
        }
        assertThat(close).as("within 1e-3 of the recorded, of %s", N).isGreaterThanOrEqualTo((int) Math.ceil(0.9 * N));
        assertThat(far).as("farther than 2 %% from the recorded").isLessThanOrEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void restartsOnlyComeNearer(Norm norm) {
        for (Attack[] pair : new Attack[][] {{new Fab(budget(norm), STEPS, 1), new Fab(budget(norm), STEPS, 3)},
            {new FabT(budget(norm), STEPS, 2, 1), new FabT(budget(norm), STEPS, 2, 3)}}) {
            double[] once = distances((MinimumNormAttack) pair[0], 1);
            // The first start is the example itself: no draw changes it.
            assertThat(distances((MinimumNormAttack) pair[0], 2)).isEqualTo(once);
            double[] often = distances((MinimumNormAttack) pair[1], 1);
            assertThat(IntStream.range(0, N)).allMatch(i -> often[i] <= once[i]).anyMatch(i -> often[i] < once[i]);
        }
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void aStepCostsAGradientForEachClass(Norm norm) {
        try (WrappedModel model = DIGITS.model(); NDManager scope = model.newScope()) {
            AttackResult result = new Fab(budget(norm).withEpsilon(1e-6), 3, 2).run(model.classifier(), batch(scope), context(1));
            assertThat(result.gradients()).containsOnly(2L * 3 * CLASSES);
        }
    }

    private static double[] distances(MinimumNormAttack attack, long seed) {
        try (WrappedModel model = DIGITS.model(); NDManager scope = model.newScope()) {
            return attack.distances(model.classifier(), batch(scope), context(seed));
        }
    }

    private static AttackBatch batch(NDManager scope) {
        NDArray x = scope.create(Arrays.copyOf(DIGITS.x(), N * Reference.SHAPE.features()), new Shape(Reference.SHAPE.batch(N)));
        return new AttackBatch(x, Arrays.copyOf(DIGITS.y(), N), LongStream.range(0, N).toArray());
    }

    private static AttackContext context(long seed) {
        return new AttackContext(Key.of(seed, Purpose.ATTACK_START), Cancellation.NEVER);
    }

    private static ThreatBudget budget(Norm norm) {
        return new ThreatBudget(norm, DIGITS.epsilon().get(norm.toString()), 0, 1);
    }
}
