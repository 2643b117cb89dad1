package dev.advtrain.trainer.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.advtrain.trainer.model.Classifier;
import dev.advtrain.trainer.model.Loss;
import dev.advtrain.trainer.model.Reference;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.random.Purpose;
import dev.advtrain.trainer.threat.Norm;
import dev.advtrain.trainer.threat.ThreatBudget;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Attacks that only training uses. */
class InnerAttackTest {
    private static final Key KEY = Key.of(3, Purpose.ATTACK_START).withEpoch(1);
    private static final int STEPS = 7;
    /** Far enough that the divergence is no longer a difference of nearly equal numbers. */
    private static final float STEP = 0.6f;

    static Stream<Arguments> references() {
        return Reference.all(InnerAttackTest.class).stream().flatMap(reference -> Stream.of(Norm.values()).map(norm -> Arguments.of(reference, norm)));
    }

    /** Foolbox's DeepFool with its defaults. */
    @ParameterizedTest
    @MethodSource("references")
    void deepFoolFindsWhatTheReferenceFinds(Reference reference, Norm norm) {
        String name = "df." + norm.toString().toLowerCase() + ".foolbox.";
        float[] recorded = reference.values().floats(name + norm.toString().toLowerCase());
        ByteBuffer across = reference.values().tensor(name + "ok").data();
        try (WrappedModel model = model(reference); NDManager scope = model.newScope()) {
            Classifier classifier = model.classifier();
            AttackBatch batch = batch(reference, scope);
            NDArray found = new DeepFool(budget(reference, norm), 50).search(classifier, scope, batch.x(), scope.create(reference.y()), Cancellation.NEVER);
            float[] distances = lengths(found.sub(batch.x()), norm);
            int[] predicted = classifier.predict(found);
            int close = 0;
            int far = 0;
            for (int i = 0; i < recorded.length; i++) {
                double error = Math.abs(distances[i] - recorded[i]) / Math.max(recorded[i], 1e-6);
                close += error <= 1e-3 ? 1 : 0;
                far += error <= 0.02 ? 0 : 1;
                assertThat(predicted[i] != reference.y()[i]).as("whether example %s is across", i).isEqualTo(across.get(i) != 0);
            }
            assertThat(close).as("within 1e-3 of the recorded, of %s", recorded.length).isGreaterThanOrEqualTo((int) Math.ceil(0.9 * recorded.length));
            assertThat(far).as("farther than 2 %% from the recorded").isLessThanOrEqualTo(2);
        }
    }

    static Stream<Arguments> attacks() {
        List<Function<ThreatBudget, InnerAttack>> attacks = List.of(budget -> new DeepFool(budget, STEPS),
                budget -> new NearAscent(budget, true, STEPS, budget.epsilon() / 3, true),
                budget -> new NearAscent(budget, false, STEPS, budget.epsilon() / 3, true),
                budget -> new NearAscent(budget, false, STEPS, budget.epsilon() / 3, false));
        return attacks.stream().flatMap(attack -> Stream.of(Norm.values()).map(norm -> Arguments.of(attack, norm)));
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void staysWithinBudgetAndRangeAndRaisesTheLoss(Function<ThreatBudget, InnerAttack> made, Norm norm) {
        Reference reference = Reference.digits();
        ThreatBudget budget = budget(reference, norm);
        InnerAttack attack = made.apply(budget);
        try (WrappedModel model = model(reference); NDManager scope = model.newScope()) {
            Classifier classifier = model.classifier();
            AttackBatch batch = batch(reference, scope);
            NDArray y = scope.create(reference.y());
            NDArray x = attack.craft(classifier, scope, batch, y, KEY, Cancellation.NEVER);
            for (float length : lengths(x.sub(batch.x()), norm)) {
                assertThat((double) length).isLessThanOrEqualTo(budget.epsilon() + 1e-6);
            }
            assertThat(x.min().getFloat()).isGreaterThanOrEqualTo(0);
            assertThat(x.max().getFloat()).isLessThanOrEqualTo(1);
            assertThat(loss(classifier, scope, x, y)).isGreaterThan(10 * loss(classifier, scope, batch.x(), y));
            assertThat(x).isEqualTo(attack.craft(classifier, scope, batch, y, KEY, Cancellation.NEVER));
        }
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void theDivergenceRisesFarAboveThatOfARandomPoint(Norm norm) {
        Reference reference = Reference.digits();
        ThreatBudget budget = budget(reference, norm);
        try (WrappedModel model = model(reference); NDManager scope = model.newScope()) {
            Classifier classifier = model.classifier();
            AttackBatch batch = batch(reference, scope);
            NDArray y = scope.create(reference.y());
            double before = divergence(classifier, scope, batch.x(), Starts.pgd(classifier, scope, budget, KEY, batch.x(), batch.ids()));
            double after = divergence(classifier, scope, batch.x(),
                    new NearAscent(budget, true, 10, budget.epsilon() / 4, true).craft(classifier, scope, batch, y, KEY, Cancellation.NEVER));
            assertThat(after).isGreaterThan(5 * before);
        }
    }

    @Test
    void aStepOfTheDivergenceGoesAlongItsGradient() {
        Reference all = Reference.digits();
        float[] losses = all.values().floats("loss.ce");
        // Those the model is least certain of: the divergence of others is lost in rounding.
        Reference reference = all.images(IntStream.range(0, all.size()).boxed().sorted(Comparator.comparingDouble(i -> -losses[i])).limit(3)
                .mapToInt(i -> i).toArray());
        ThreatBudget budget = new ThreatBudget(Norm.L2, 1.5, -1, 2);
        try (WrappedModel model = model(reference); NDManager scope = model.newScope()) {
            Classifier classifier = model.classifier();
            AttackBatch batch = batch(reference, scope);
            NDArray y = scope.create(reference.y());
            NDArray one = new NearAscent(budget, true, 1, STEP, true).craft(classifier, scope, batch, y, KEY, Cancellation.NEVER);
            NDArray two = new NearAscent(budget, true, 2, STEP, true).craft(classifier, scope, batch, y, KEY, Cancellation.NEVER);
            // The gradient of KL(p || q) is that of the cross entropies of all classes, weighted by p.
            NDArray p = classifier.logits(scope, batch.x()).softmax(1);
            NDArray gradient = one.zerosLike();
            for (int k = 0; k < classifier.classes(); k++) {
                NDArray label = scope.create(LongStream.generate(() -> 0).limit(reference.size()).toArray()).add((long) k);
                NDArray share = p.get(":," + k).reshape(reference.size(), 1, 1, 1);
                gradient = gradient.add(classifier.lossGradient(scope, Loss.CROSS_ENTROPY, one, label, label).gradient().mul(share));
            }
            NDArray length = gradient.square().sum(new int[] {1, 2, 3}).sqrt().reshape(reference.size(), 1, 1, 1);
            NDArray expected = one.add(gradient.div(length).mul(STEP));
            assertThat(expected.sub(two).abs().max().getFloat()).isLessThan(1e-3f * STEP);
            for (float step : lengths(two.sub(one), Norm.L2)) {
                assertThat(step).isCloseTo(STEP, within(1e-4f));
            }
        }
    }

    @Test
    void countsItsPassesAndStopsWhenAsked() {
        Reference reference = Reference.digits();
        ThreatBudget budget = budget(reference, Norm.LINF);
        try (WrappedModel model = model(reference); NDManager scope = model.newScope()) {
            AttackBatch batch = batch(reference, scope);
            NDArray y = scope.create(reference.y());
            Classifier near = model.classifier();
            new NearAscent(budget, true, STEPS, 0.01, true).craft(near, scope, batch, y, KEY, Cancellation.NEVER);
            assertThat(near.gradients()).isEqualTo((long) STEPS * reference.size());
            assertThat(near.forwards()).isEqualTo(reference.size());
            Classifier deepFool = model.classifier();
            new DeepFool(budget, 1).craft(deepFool, scope, batch, y, KEY, Cancellation.NEVER);
            assertThat(deepFool.gradients()).isEqualTo(9L * reference.size());
            for (InnerAttack attack : List.of(new NearAscent(budget, true, STEPS, 0.01, true), new DeepFool(budget, STEPS))) {
                AtomicInteger looks = new AtomicInteger();
                assertThatExceptionOfType(AttackCancelledException.class).isThrownBy(() ->
                        attack.craft(near, scope, batch, y, KEY, () -> looks.incrementAndGet() == 2));
            }
        }
    }

    @Test
    void epsilonZeroLeavesTheExamples() {
        Reference reference = Reference.digits();
        ThreatBudget none = new ThreatBudget(Norm.LINF, 0, 0, 1);
        try (WrappedModel model = model(reference); NDManager scope = model.newScope()) {
            AttackBatch batch = batch(reference, scope);
            for (InnerAttack attack : List.of(new NearAscent(none, true, STEPS, 0.01, true), new DeepFool(none, STEPS))) {
                assertThat(attack.craft(model.classifier(), scope, batch, scope.create(reference.y()), KEY, Cancellation.NEVER)).isEqualTo(batch.x());
            }
        }
    }

    private static double divergence(Classifier classifier, NDManager scope, NDArray x0, NDArray x) {
        NDArray p = classifier.logits(scope, x0).toType(DataType.FLOAT64, false).softmax(1);
        NDArray q = classifier.logits(scope, x).toType(DataType.FLOAT64, false).softmax(1);
        return p.mul(p.add(1e-300).log().sub(q.add(1e-300).log())).sum(new int[] {1}).mean().getDouble();
    }

    private static double loss(Classifier classifier, NDManager scope, NDArray x, NDArray y) {
        return classifier.lossGradient(scope, Loss.CROSS_ENTROPY, x, y, y).losses().mean().getFloat();
    }

    private static float[] lengths(NDArray delta, Norm norm) {
        int[] dims = {1};
        NDArray flat = delta.reshape(delta.getShape().get(0), -1);
        return norm == Norm.LINF ? flat.abs().max(dims).toFloatArray() : flat.square().sum(dims).sqrt().toFloatArray();
    }

    private static WrappedModel model(Reference reference) {
        return reference.model(InnerAttack.KERNELS.toArray(String[]::new));
    }

    private static ThreatBudget budget(Reference reference, Norm norm) {
        return new ThreatBudget(norm, reference.epsilon().get(norm.toString()), 0, 1);
    }

    private static AttackBatch batch(Reference reference, NDManager scope) {
        NDArray x = scope.create(reference.x(), new Shape(Reference.SHAPE.batch(reference.size())));
        return new AttackBatch(x, reference.y(), LongStream.range(0, reference.size()).toArray());
    }
}
