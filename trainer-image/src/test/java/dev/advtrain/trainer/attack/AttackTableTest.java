package dev.advtrain.trainer.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.advtrain.trainer.model.Classifier;
import dev.advtrain.trainer.model.Loss;
import dev.advtrain.trainer.model.Normalization;
import dev.advtrain.trainer.model.Reference;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.model.builtin.SmallCnn;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.random.Purpose;
import dev.advtrain.trainer.tensor.SafeTensors.Tensor;
import dev.advtrain.trainer.tensor.TorchModule;
import dev.advtrain.trainer.threat.Norm;
import dev.advtrain.trainer.threat.ThreatBudget;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every attack in every norm. A new attack is one row. */
class AttackTableTest {
    private static final Reference DIGITS = Reference.digits();
    private static final int N = 18;
    private static final int FEATURES = Reference.SHAPE.features();
    private static final AttackContext CONTEXT = context(5);
    private static final String UNIFORM = "Uniform noise";
    private static final String GAUSSIAN = "Gaussian noise";

    private record Row(String name, Function<ThreatBudget, Attack> attack) {}

    static final Map<String, Function<ThreatBudget, Attack>> ATTACKS = Stream.of(
            new Row("FGSM", Fgsm::new),
            new Row("PGD", Suites::pgd20),
            new Row("PGD from the example", budget -> new Pgd(budget, Loss.DLR, 7, budget.epsilon() / 4, false)),
            new Row("APGD-CE", budget -> new Apgd(budget, Loss.CROSS_ENTROPY, 20)),
            new Row("APGD-DLR", budget -> new Apgd(budget, Loss.DLR, 20, 2)),
            new Row("APGD-CE EOT", budget -> new Apgd(budget, Loss.CROSS_ENTROPY, 10, 1, 2)),
            new Row("FAB-T", budget -> new FabT(budget, 20)),
            new Row("FAB-T with restarts", budget -> new FabT(budget, 10, 3, 2)),
            new Row("FAB", budget -> new Fab(budget, 20, 1)),
            new Row("Square", budget -> new Square(budget, 120)),
            new Row(UNIFORM, budget -> Noise.uniform(budget, 20)),
            new Row(GAUSSIAN, budget -> Noise.gaussian(budget, 20)),
            new Row("APGD-T", budget -> new ApgdT(budget, 20)),
            new Row("PGD with restarts", budget -> new Pgd(budget, Loss.CROSS_ENTROPY, 7, budget.epsilon() / 4, true, 3, List.of())),
            new Row("PGD with targets", budget -> new Pgd(budget, Loss.TARGETED_CROSS_ENTROPY, 10, budget.epsilon() / 4, true, 1, List.of(3, 8, 2))))
            .collect(Collectors.toMap(Row::name, Row::attack));

    /** Blind: they break few examples, however large the budget. */
    static final Set<String> WEAK = Set.of(UNIFORM, GAUSSIAN);

    private static WrappedModel model;

    static Stream<Arguments> cases() {
        return ATTACKS.keySet().stream().sorted().flatMap(name -> Arrays.stream(Norm.values()).map(norm -> Arguments.of(name, norm)));
    }

    @BeforeAll
    static void load() {
        model = DIGITS.model();
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void staysInsideBudgetAndRangeAndItsVerdictsHold(String name, Norm norm) {
        ThreatBudget budget = budget(norm, 1.5);
        AttackResult result = run(name, budget, CONTEXT, 0, N);
        Classifier classifier = model.classifier();
        int successes = 0;
        for (int i = 0; i < N; i++) {
            if (!result.success(i)) {
                continue;
            }
            successes++;
            float[] adversarial = result.adversarial()[i];
            assertThat(distance(norm, i, adversarial)).isLessThanOrEqualTo(budget.epsilon() + 1e-6);
            for (float value : adversarial) {
                assertThat(value).isBetween(0f, 1f);
            }
            try (NDManager scope = model.newScope()) {
                assertThat((long) classifier.predict(scope.create(adversarial, new Shape(Reference.SHAPE.batch(1))))[0]).isNotEqualTo(DIGITS.y()[i]);
            }
        }
        assertThat(successes).isGreaterThanOrEqualTo(WEAK.contains(name) ? 0 : N / 5 + 1);
        assertThat(result.unstable()).containsOnly(false);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void noBudgetIsCleanAccuracy(String name, Norm norm) {
        long[] labels = Arrays.copyOf(DIGITS.y(), N);
        labels[3] = (labels[3] + 1) % 10;
        try (NDManager scope = model.newScope()) {
            AttackBatch batch = new AttackBatch(images(scope, 0, N), labels, ids(0, N));
            AttackResult result = ATTACKS.get(name).apply(budget(norm, 0)).run(model.classifier(), batch, CONTEXT);
            assertThat(IntStream.range(0, N).filter(result::success)).containsExactly(3);
            assertThat(result.adversarial()[3]).isEqualTo(Arrays.copyOfRange(DIGITS.x(), 3 * FEATURES, 4 * FEATURES));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void moreBudgetIsNeverMoreRobust(String name, Norm norm) {
        List<Long> successes = new ArrayList<>();
        for (double share : new double[] {0, 0.5, 1, 2, 4}) {
            successes.add(count(run(name, budget(norm, share), CONTEXT, 0, N)));
        }
        assertThat(successes).isSorted().first().isEqualTo(0L);
        if (!name.equals("FGSM") && !WEAK.contains(name)) {
            assertThat(successes.getLast()).isEqualTo(N);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void equalSeedsGiveEqualInputsWhateverTheBatch(String name, Norm norm) {
        ThreatBudget budget = budget(norm, 1);
        AttackResult whole = run(name, budget, CONTEXT, 0, N);
        assertThat(run(name, budget, CONTEXT, 0, N).adversarial()).isDeepEqualTo(whole.adversarial());
        int differing = 0;
        for (int size : new int[] {1, 7}) {
            // Alone, a few are enough: they take long.
            for (int from = 0; from < (size == 1 ? 3 : N); from += size) {
                AttackResult part = run(name, budget, CONTEXT, from, Math.min(from + size, N));
                for (int i = 0; i < part.size(); i++) {
                    differing += part.success(i) == whole.success(from + i) ? 0 : 1;
                }
            }
        }
        // Kernels may round differently by batch size.
        assertThat(differing).isLessThanOrEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void leavesNothingInTheModel(String name, Norm norm) {
        try (WrappedModel normalized = WrappedModel.load(SmallCnn.create(4, true, Reference.SHAPE, 3), Reference.SHAPE, Optional.empty());
                NDManager scope = normalized.newScope()) {
            normalized.train(scope, "forward", images(scope, 0, N));
            Map<String, Tensor> before = normalized.snapshot();
            AttackBatch batch = new AttackBatch(images(scope, 0, N), Arrays.copyOf(DIGITS.y(), N), ids(0, N));
            ATTACKS.get(name).apply(budget(norm, 1)).run(normalized.classifier(), batch, CONTEXT);
            assertThat(normalized.snapshot()).allSatisfy((tensor, value) -> assertThat(value.data()).as(tensor).isEqualTo(before.get(tensor).data()));
            assertThat(TorchModule.tensors(normalized.run(scope, "parameters"))).noneMatch(NDArray::hasGradient);
            assertThat(batch.x().toFloatArray()).isEqualTo(Arrays.copyOf(DIGITS.x(), N * FEATURES));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void countsWhatItSpendsAndStopsWhenAsked(String name, Norm norm) {
        Classifier classifier = model.classifier();
        AtomicInteger asked = new AtomicInteger();
        try (NDManager scope = model.newScope()) {
            AttackBatch batch = new AttackBatch(images(scope, 0, N), Arrays.copyOf(DIGITS.y(), N), ids(0, N));
            Attack attack = ATTACKS.get(name).apply(budget(norm, 1));
            AttackResult result = attack.run(classifier, batch, new AttackContext(CONTEXT.key(), () -> asked.incrementAndGet() < 0));
            assertThat(Arrays.stream(result.gradients()).sum()).isEqualTo(classifier.gradients());
            assertThat(Arrays.stream(result.forwards()).sum()).isEqualTo(classifier.forwards());
            int steps = asked.get();
            assertThat(steps).isPositive();
            asked.set(0);
            assertThatThrownBy(() -> attack.run(classifier, batch, new AttackContext(CONTEXT.key(), () -> asked.incrementAndGet() == steps)))
                    .isInstanceOf(AttackCancelledException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void worksInAnyInputRange(String name, Norm norm) {
        // The same model, fed with bytes: budgets and steps scale with the range.
        ThreatBudget budget = new ThreatBudget(norm, 255 * budget(norm, 1).epsilon(), 0, 255);
        Normalization normalization = new Normalization(List.of(0.0), List.of(255.0));
        try (WrappedModel scaled = DIGITS.model(Optional.of(normalization)); NDManager scope = scaled.newScope()) {
            AttackBatch batch = new AttackBatch(images(scope, 0, N).mul(255), Arrays.copyOf(DIGITS.y(), N), ids(0, N));
            long successes = count(ATTACKS.get(name).apply(budget).run(scaled.classifier(), batch, CONTEXT));
            assertThat(successes).isCloseTo(count(run(name, budget(norm, 1), CONTEXT, 0, N)), within(1L));
        }
    }

    private static AttackContext context(long seed) {
        return new AttackContext(Key.of(seed, Purpose.ATTACK_START).withAttack(2), Cancellation.NEVER);
    }

    private static ThreatBudget budget(Norm norm, double share) {
        return new ThreatBudget(norm, share * DIGITS.epsilon().get(norm.toString()), 0, 1);
    }

    private static AttackResult run(String name, ThreatBudget budget, AttackContext context, int from, int to) {
        try (NDManager scope = model.newScope()) {
            AttackBatch batch = new AttackBatch(images(scope, from, to), Arrays.copyOfRange(DIGITS.y(), from, to), ids(from, to));
            return ATTACKS.get(name).apply(budget).run(model.classifier(), batch, context);
        }
    }

    private static NDArray images(NDManager scope, int from, int to) {
        return scope.create(Arrays.copyOfRange(DIGITS.x(), from * FEATURES, to * FEATURES), new Shape(Reference.SHAPE.batch(to - from)));
    }

    private static long[] ids(int from, int to) {
        return IntStream.range(from, to).asLongStream().toArray();
    }

    private static long count(AttackResult result) {
        return IntStream.range(0, result.size()).filter(result::success).count();
    }

    private static double distance(Norm norm, int example, float... adversarial) {
        double largest = 0;
        double squares = 0;
        for (int i = 0; i < FEATURES; i++) {
            double difference = (double) adversarial[i] - DIGITS.x()[example * FEATURES + i];
            largest = Math.max(largest, Math.abs(difference));
            squares += difference * difference;
        }
        return norm == Norm.LINF ? largest : Math.sqrt(squares);
    }
}
