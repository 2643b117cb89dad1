package dev.advtrain.trainer.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.advtrain.trainer.model.Classifier;
import dev.advtrain.trainer.model.Loss;
import dev.advtrain.trainer.model.Reference;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.random.Purpose;
import dev.advtrain.trainer.tensor.EngineThreads;
import dev.advtrain.trainer.threat.Norm;
import dev.advtrain.trainer.threat.ThreatBudget;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** What a batch shared out to threads gives is what each example gives alone. */
class PartsTest {
    private static final Key KEY = Key.of(3, Purpose.ATTACK_START);
    private static final double EPSILON = 0.25;
    private static final int STEPS = 10;
    private static final ThreatBudget BUDGET = new ThreatBudget(Norm.LINF, EPSILON, 0, 1);
    private static final Pgd PGD = new Pgd(BUDGET, Loss.CROSS_ENTROPY, STEPS, 0.05, true);

    private static final int PIXELS = Reference.SHAPE.features();

    static boolean severalThreads() {
        return EngineThreads.count() > 1;
    }

    @Test
    void craftsWhatEachExampleGivesAlone() {
        Reference reference = Reference.digits();
        try (WrappedModel model = reference.model(); NDManager scope = model.newScope()) {
            Classifier classifier = model.classifier();
            AttackBatch batch = batch(reference, scope);
            // One step: rounding errors that turn the sign of a small gradient do not add up.
            Pgd step = new Pgd(BUDGET, Loss.CROSS_ENTROPY, 1, 0.05, true);
            NDArray all = Parts.craft(step, classifier, scope, batch, scope.create(reference.y()), KEY, Cancellation.NEVER);
            assertThat(all.getManager()).isSameAs(scope);
            assertThat(all.getShape()).isEqualTo(batch.x().getShape());
            for (int i = 0; i < batch.size(); i++) {
                NDArray alone = step.craft(classifier, scope, one(reference, scope, i), scope.create(new long[] {reference.y()[i]}), KEY, Cancellation.NEVER);
                float[] difference = alone.sub(all.get(i + ":" + (i + 1))).abs().toFloatArray();
                long far = IntStream.range(0, difference.length).filter(pixel -> difference[pixel] > 1e-5).count();
                assertThat(far).as("pixels of example %s", i).isLessThanOrEqualTo(difference.length / 100);
            }
        }
    }

    @Test
    void judgesAndCountsEachExampleAsAlone() {
        Reference reference = Reference.digits();
        try (WrappedModel model = reference.model(); NDManager scope = model.newScope()) {
            Classifier classifier = model.classifier();
            AttackContext context = new AttackContext(KEY, Cancellation.NEVER);
            AttackResult all = PGD.run(classifier, batch(reference, scope), context);
            assertThat(classifier.gradients()).isEqualTo(LongStream.of(all.gradients()).sum()).isEqualTo((long) STEPS * reference.size());
            assertThat(classifier.forwards()).isEqualTo(LongStream.of(all.forwards()).sum());
            for (int i = 0; i < reference.size(); i++) {
                AttackResult alone = PGD.run(classifier, one(reference, scope, i), context);
                assertThat(all.success(i)).as("success on example %s", i).isEqualTo(alone.success(0));
                assertThat(all.predicted()[i]).isEqualTo(alone.predicted()[0]);
                if (alone.success(0)) {
                    for (int pixel = 0; pixel < PIXELS; pixel++) {
                        assertThat(all.adversarial()[i][pixel]).isCloseTo(reference.x()[i * PIXELS + pixel], within((float) EPSILON + 1e-6f));
                    }
                }
            }
            assertThat(IntStream.range(0, all.size()).filter(all::success)).as("examples that are solved").isNotEmpty();
        }
    }

    @Test
    @EnabledIf("severalThreads")
    void usesAllThreadsAndStopsOnEach() {
        Reference reference = Reference.digits();
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        try (WrappedModel model = reference.model(); NDManager scope = model.newScope()) {
            Cancellation counted = () -> {
                threads.add(Thread.currentThread());
                return false;
            };
            AttackBatch batch = batch(reference, scope);
            Parts.craft(PGD, model.classifier(), scope, batch, scope.create(reference.y()), KEY, counted);
            assertThat(threads).doesNotContain(Thread.currentThread()).hasSize(EngineThreads.count());
            assertThatExceptionOfType(AttackCancelledException.class).isThrownBy(
                    () -> PGD.run(model.classifier(), batch, new AttackContext(KEY, () -> Thread.currentThread().getName().equals("engine"))));
        }
    }

    @Test
    void aModelThatDrawsRandomNumbersStaysOnOneThread() {
        try (WrappedModel model = ExpectationTest.noisy(); WrappedModel other = Reference.digits().model()) {
            assertThat(model.classifier().threads()).isEqualTo(1);
            assertThat(other.classifier().threads()).isEqualTo(EngineThreads.count());
        }
    }

    private static AttackBatch batch(Reference reference, NDManager scope) {
        return new AttackBatch(scope.create(reference.x(), new Shape(Reference.SHAPE.batch(reference.size()))), reference.y(),
                LongStream.range(0, reference.size()).toArray());
    }

    private static AttackBatch one(Reference reference, NDManager scope, int i) {
        float[] x = Arrays.copyOfRange(reference.x(), i * PIXELS, (i + 1) * PIXELS);
        return new AttackBatch(scope.create(x, new Shape(Reference.SHAPE.batch(1))), new long[] {reference.y()[i]}, new long[] {i});
    }
}
