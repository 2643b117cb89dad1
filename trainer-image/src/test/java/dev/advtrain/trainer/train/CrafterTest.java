package dev.advtrain.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.advtrain.api.v1alpha1.training.MultiThreat;
import dev.advtrain.trainer.attack.AttackBatch;
import dev.advtrain.trainer.attack.AttackCancelledException;
import dev.advtrain.trainer.attack.Cancellation;
import dev.advtrain.trainer.model.Loss;
import dev.advtrain.trainer.model.ModelShape;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.model.builtin.SmallCnn;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.random.Philox4x32;
import dev.advtrain.trainer.random.Purpose;
import dev.advtrain.trainer.tensor.EngineThreads;
import dev.advtrain.trainer.threat.Norm;
import dev.advtrain.trainer.threat.ThreatBudget;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CrafterTest {
    private static final ModelShape SHAPE = new ModelShape(new long[] {1, 8, 8}, 10);
    private static final int BATCH = 6;
    private static final int STEPS = 3;
    private static final ThreatBudget LINF = new ThreatBudget(Norm.LINF, 0.1, -1, 2);
    private static final ThreatBudget L2 = new ThreatBudget(Norm.L2, 0.75, -1, 2);

    private WrappedModel model;
    private Learner learner;
    private NDManager scope;
    private NDArray x;
    private NDArray y;

    @BeforeEach
    void load() {
        model = WrappedModel.load(SmallCnn.create(4, true, SHAPE, 3), SHAPE, Optional.empty(), Trainer.kernels());
        learner = new Learner(model, new Sgd(model, 0.9, true, 0));
        scope = model.newScope();
        float[] values = new float[BATCH * SHAPE.features()];
        Philox4x32.uniform(Key.of(0, Purpose.DIGITS), values, 0, values.length);
        x = scope.create(values, new Shape(SHAPE.batch(BATCH)));
        y = scope.create(batch().labels());
    }

    @AfterEach
    void close() {
        scope.close();
        learner.close();
        model.close();
    }

    /** After a training step too, which leaves the model in train mode with parameters that take gradients. */
    @ParameterizedTest
    @EnumSource(Norm.class)
    void leavesParametersTheirGradientsAndBatchNormStatisticsAlone(Norm norm) {
        learner.step(scope, () -> new Objective.CrossEntropy(0).gradients(scope, model, Objective.Examples.clean(x, y)), 0.1);
        Map<String, String> before = LearnerTest.digests(learner.state());
        craft(norm, 1, 1, Cancellation.NEVER);
        assertThat(LearnerTest.digests(learner.state())).isEqualTo(before);
        assertThat(model.parameters()).allSatisfy((name, parameter) -> {
            assertThat(parameter.hasGradient()).as("gradient of " + name).isFalse();
        });
        learner.step(scope, () -> new Objective.CrossEntropy(0).gradients(scope, model, Objective.Examples.clean(x, y)), 0.1);
        assertThat(LearnerTest.digests(learner.state()).get("model/b1.running_mean")).isNotEqualTo(before.get("model/b1.running_mean"));
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void staysWithinTheScaledBudget(Norm norm) {
        NDArray delta = craft(norm, 1, 0.5, Cancellation.NEVER).sub(x);
        double size = norm == Norm.LINF ? delta.abs().max().getFloat()
                : delta.square().sum(new int[] {1, 2, 3}).sqrt().max().getFloat();
        assertThat(size).isCloseTo(0.05, within(1e-6));
    }

    @Test
    void drawsDependOnTheEpoch() {
        NDArray first = craft(Norm.LINF, 1, 1, Cancellation.NEVER);
        assertThat(craft(Norm.LINF, 1, 1, Cancellation.NEVER)).isEqualTo(first);
        assertThat(craft(Norm.LINF, 2, 1, Cancellation.NEVER)).isNotEqualTo(first);
    }

    @Test
    void stopsBetweenTwoSteps() {
        AtomicInteger looks = new AtomicInteger();
        assertThatExceptionOfType(AttackCancelledException.class)
                .isThrownBy(() -> craft(Norm.LINF, 1, 1, () -> looks.incrementAndGet() >= 2));
        assertThat(looks.get()).as("looks, each other thread's last among them").isBetween(2, 1 + EngineThreads.count());
    }

    @Test
    void theFirstOfABatchStayCleanAndTheOthersAreAsWithoutThem() {
        NDArray all = craft(Norm.LINF, 1, 1, Cancellation.NEVER);
        NDArray mixed = crafter(MultiThreat.MAX, 0.5, Cancellation.NEVER, LINF).craft(scope, step(0)).adversarial().getFirst();
        assertThat(mixed.get("0:3")).isEqualTo(x.get("0:3"));
        assertThat(mixed.get("3:")).isEqualTo(all.get("3:"));
        // Rounded down.
        assertThat(crafter(MultiThreat.MAX, 0.16, Cancellation.NEVER, LINF).craft(scope, step(0)).adversarial().getFirst()).isEqualTo(all);
    }

    @Test
    void maxTakesForEachExampleTheThreatModelThatRaisesItsLossMost() {
        Set<Integer> shares = new HashSet<>();
        // Both norms count for some of the examples at one of these.
        for (double epsilon = 0.03; epsilon < 0.1; epsilon += 0.005) {
            ThreatBudget linf = LINF.withEpsilon(epsilon);
            List<NDArray> each = crafter(MultiThreat.AVERAGE, 0, Cancellation.NEVER, linf, L2).craft(scope, step(0)).adversarial();
            assertThat(each).hasSize(2);
            NDArray most = crafter(MultiThreat.MAX, 0, Cancellation.NEVER, linf, L2).craft(scope, step(0)).adversarial().getFirst();
            float[] underLinf = losses(each.getFirst());
            float[] underL2 = losses(each.getLast());
            int share = 0;
            for (int i = 0; i < BATCH; i++) {
                share += underLinf[i] >= underL2[i] ? 1 : 0;
                assertThat(most.get(i)).as("example %s at %s", i, epsilon).isEqualTo((underLinf[i] >= underL2[i] ? each.getFirst() : each.getLast()).get(i));
            }
            shares.add(share);
        }
        assertThat(shares).anyMatch(share -> share > 0 && share < BATCH);
    }

    @Test
    void randomOneIsDrawnForEachBatch() {
        Crafter crafter = crafter(MultiThreat.RANDOM_ONE, 0, Cancellation.NEVER, LINF, L2);
        List<NDArray> each = crafter(MultiThreat.AVERAGE, 0, Cancellation.NEVER, LINF, L2).craft(scope, step(0)).adversarial();
        int first = 0;
        for (int position = 0; position < 40; position++) {
            NDArray made = crafter.craft(scope, step(position)).adversarial().getFirst();
            assertThat(made).isEqualTo(crafter.craft(scope, step(position)).adversarial().getFirst());
            first += made.equals(each.getFirst()) ? 1 : 0;
            assertThat(made.equals(each.getFirst()) || made.equals(each.getLast())).isTrue();
        }
        assertThat(first).isBetween(8, 32);
    }

    private float[] losses(NDArray examples) {
        return model.classifier().lossGradient(scope, Loss.CROSS_ENTROPY, examples, y, y).losses().toFloatArray();
    }

    private Method.Step step(long position) {
        return new Method.Step(batch(), y, 1, position, 1);
    }

    private NDArray craft(Norm norm, int epoch, double scale, Cancellation cancellation) {
        return crafter(MultiThreat.MAX, 0, cancellation, new ThreatBudget(norm, 0.1, -1, 2))
                .craft(scope, new Method.Step(batch(), y, epoch, 0, scale)).adversarial().getFirst();
    }

    private Crafter crafter(MultiThreat multiThreat, double cleanFraction, Cancellation cancellation, ThreatBudget... budgets) {
        return new Crafter(model.classifier(), new Crafter.Settings(List.of(budgets), multiThreat, cleanFraction, 5),
                Method.pgd(STEPS, "0.05", 0, true), false, cancellation);
    }

    private AttackBatch batch() {
        return new AttackBatch(x, new long[] {0, 3, 9, 1, 1, 7}, new long[] {10, 11, 12, 13, 14, 15});
    }
}
