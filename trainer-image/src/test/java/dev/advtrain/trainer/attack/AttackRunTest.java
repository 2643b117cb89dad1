package dev.advtrain.trainer.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.model.Loss;
import dev.advtrain.trainer.model.ModelShape;
import dev.advtrain.trainer.model.Reference;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.model.builtin.SmallCnn;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.random.Purpose;
import dev.advtrain.trainer.tensor.SafeTensors.ElementType;
import dev.advtrain.trainer.tensor.SafeTensors.Tensor;
import dev.advtrain.trainer.tensor.ScriptModule;
import dev.advtrain.trainer.tensor.TorchEngine;
import dev.advtrain.trainer.threat.Norm;
import dev.advtrain.trainer.threat.ThreatBudget;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the base of all attacks refuses, counts and lets go. */
class AttackRunTest {
    private static final Key KEY = Key.of(0, Purpose.ATTACK_START);
    private static final AttackContext CONTEXT = new AttackContext(KEY, Cancellation.NEVER);
    private static final int N = 4;
    private static final Reference DIGITS = Reference.digits();
    /** Two logits, plus and minus the sum of the input, behind noise. */
    private static final String NOISY = """
              def forward(self: $SELF,
                x: Tensor) -> Tensor:
                s = torch.mul(torch.sum(torch.flatten(x, 1), [1], True), self.scale)
                noise = torch.mul(torch.randn_like(s), 0.6)
                return torch.cat([torch.add(s, noise), torch.neg(s)], 1)
            """;

    private interface Case {
        void run(AttackRun run, NDManager scope);
    }

    private static void withRun(ThreatBudget budget, Case test) {
        try (WrappedModel model = DIGITS.model(); NDManager scope = model.newScope()) {
            NDArray x = scope.create(Arrays.copyOf(DIGITS.x(), N * Reference.SHAPE.features()), new Shape(Reference.SHAPE.batch(N)));
            AttackBatch batch = new AttackBatch(x, Arrays.copyOf(DIGITS.y(), N), new long[] {100, 101, 102, 103});
            test.run(new AttackRun(new Pgd(budget, Loss.CROSS_ENTROPY, 2, 0.1, true), model.classifier(), batch, CONTEXT, scope), scope);
        }
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void aCandidateOutsideTheBudgetEndsTheEvaluation(Norm norm) {
        withRun(new ThreatBudget(norm, 0.1, 0, 1), (run, scope) -> {
            float[] values = run.x().toFloatArray();
            int centre = 2 * 784 + 14 * 28;
            values[centre] = values[centre] > 0.5f ? values[centre] - 0.1001f : values[centre] + 0.1001f;
            NDArray candidates = scope.create(values, run.x().getShape());
            refused(ExitCode.UNSOUND, "PGD-2: the candidate for example 102 lies 1.0", () -> run.judge(run.all(), run.x(), candidates, true));
            refused(ExitCode.UNSOUND, "outside the budget " + norm + " 0.1", () -> run.judge(run.all(), run.x(), candidates, true));
        });
    }

    @Test
    void aCandidateOutsideTheRangeEndsTheEvaluation() {
        withRun(new ThreatBudget(Norm.LINF, 0.5, 0, 1), (run, scope) -> {
            NDArray low = run.x().sub(0.00001f);
            refused(ExitCode.UNSOUND, "outside the range 0.0 to 1.0", () -> run.judge(run.all(), run.x(), low, true));
        });
    }

    @Test
    void aCandidateThatIsNoNumberEndsTheEvaluation() {
        withRun(new ThreatBudget(Norm.LINF, 0.5, 0, 1), (run, scope) -> {
            NDArray candidates = run.x().add(Float.NaN);
            refused(ExitCode.UNSOUND, "example 100 lies NaN outside the budget", () -> run.judge(run.all(), run.x(), candidates, true));
        });
    }

    @Test
    void logitsThatAreNotFiniteEndTheEvaluation() {
        try (WrappedModel model = DIGITS.model(); NDManager scope = model.newScope()) {
            ByteBuffer bias = ByteBuffer.allocate(10 * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN).putFloat(0, Float.POSITIVE_INFINITY);
            model.restore(Map.of("l2.bias", new Tensor(ElementType.F32, new long[] {10}, bias)));
            AttackBatch batch = new AttackBatch(scope.zeros(new Shape(Reference.SHAPE.batch(1))), new long[] {1}, new long[] {7});
            ThreatBudget budget = new ThreatBudget(Norm.LINF, 0.1, 0, 1);
            refused(ExitCode.UNSOUND, "example 7", () -> new Fgsm(budget).run(model.classifier(), batch, CONTEXT));
            refused(ExitCode.UNSOUND, "APGD-CE: the candidate for example 7 has the loss",
                    () -> new Apgd(budget, Loss.CROSS_ENTROPY, 5).run(model.classifier(), batch, CONTEXT));
        }
    }

    @Test
    void aClaimThatAFreshPassDoesNotConfirmIsUnstableAndNoSuccess() {
        withRun(new ThreatBudget(Norm.LINF, 0.1, 0, 1), (run, scope) -> {
            assertThat(run.judge(run.all(), run.x(), run.x(), true)).containsOnly(false);
            assertThat(run.result().unstable()).containsOnly(true);
            assertThat(run.unsolved()).hasSize(N);
            assertThat(run.result().forwards()).containsOnly(1);
        });
    }

    @Test
    void whatIsUnstableStaysInTheBatch() {
        SequencedMap<String, Tensor> parameters = new LinkedHashMap<>();
        parameters.put("scale", new Tensor(ElementType.F32, new long[] {1},
                ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN).putFloat(0, 1)));
        ModelShape shape = new ModelShape(new long[] {1, 2, 2}, 2);
        int n = 40;
        int steps = 6;
        try (WrappedModel model = WrappedModel.load(new ScriptModule("Noisy", parameters, new LinkedHashMap<>(), new LinkedHashMap<>(), NOISY).toArchive(),
                shape, Optional.empty()); NDManager scope = model.newScope()) {
            TorchEngine.seed(3);
            AttackBatch batch = new AttackBatch(scope.full(new Shape(shape.batch(n)), 0.1f), new long[n], LongStream.range(0, n).toArray());
            AttackResult result = new Apgd(new ThreatBudget(Norm.LINF, 0.02, 0, 1), Loss.CROSS_ENTROPY, steps).run(model.classifier(), batch, CONTEXT);
            long unstableAndFailed = IntStream.range(0, n).filter(i -> result.unstable()[i] && !result.success(i)).count();
            assertThat(unstableAndFailed).isPositive();
            assertThat(IntStream.range(0, n).filter(result::success).count()).isBetween(1L, n - 1L);
            for (int i = 0; i < n; i++) {
                assertThat(result.gradients()[i]).isLessThanOrEqualTo(steps + 1);
                if (!result.success(i)) {
                    assertThat(result.gradients()[i]).as("gradients of %s", i).isEqualTo(steps + 1);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void startsAreTheSameInAnyBatchAndLieWhereTheyShould(Norm norm) {
        ThreatBudget wide = new ThreatBudget(norm, 0.3, -10, 10);
        withRun(wide, (run, scope) -> {
            long[] ids = run.batch().ids();
            float[] pgd = Starts.pgd(run.classifier(), scope, wide, KEY, run.x(), ids).toFloatArray();
            float[] apgd = Starts.apgd(run.classifier(), scope, wide, KEY, run.x(), ids).toFloatArray();
            float[] x0 = run.x().toFloatArray();
            assertThat(Starts.pgd(run.classifier(), scope, wide, KEY.withRestart(1), run.x(), ids).toFloatArray()).isNotEqualTo(pgd);
            for (int i = 0; i < N; i++) {
                NDArray one = run.x().get(i + ":" + (i + 1));
                assertThat(Starts.pgd(run.classifier(), scope, wide, KEY, one, ids[i]).toFloatArray()).isEqualTo(Arrays.copyOfRange(pgd, i * 784, (i + 1) * 784));
                assertThat(Starts.apgd(run.classifier(), scope, wide, KEY, one, ids[i]).toFloatArray()).isEqualTo(Arrays.copyOfRange(apgd, i * 784, (i + 1) * 784));
                assertThat(distance(norm, x0, apgd, i)).isBetween(0.3 - 1e-6, 0.3 + 1e-6);
                // 784 dimensions: even a uniform point of the ball lies near its surface.
                assertThat(distance(norm, x0, pgd, i)).isBetween(0.29, 0.3);
            }
        });
    }

    @Test
    void refusesModelsWithTooFewClassesForTheLoss() {
        ModelShape shape = new ModelShape(new long[] {1, 8, 8}, 2);
        try (WrappedModel model = WrappedModel.load(SmallCnn.create(2, false, shape, 0), shape, Optional.empty()); NDManager scope = model.newScope()) {
            AttackBatch batch = new AttackBatch(scope.zeros(new Shape(shape.batch(1))), new long[1], new long[1]);
            refused(ExitCode.DATA, "APGD-DLR needs at least 3 classes, the model has 2",
                    () -> new Apgd(new ThreatBudget(Norm.L2, 0.1, 0, 1), Loss.DLR, 5).run(model.classifier(), batch, CONTEXT));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void refusesTargetedDlrForFewerThanFourClasses(int classes) {
        ModelShape shape = new ModelShape(new long[] {1, 8, 8}, classes);
        try (WrappedModel model = WrappedModel.load(SmallCnn.create(2, false, shape, 0), shape, Optional.empty()); NDManager scope = model.newScope()) {
            AttackBatch batch = new AttackBatch(scope.zeros(new Shape(shape.batch(1))), new long[1], new long[1]);
            refused(ExitCode.DATA, "APGD-T needs at least 4 classes, the model has " + classes,
                    () -> new ApgdT(new ThreatBudget(Norm.L2, 0.1, 0, 1), 5).run(model.classifier(), batch, CONTEXT));
        }
    }

    @Test
    void targetsAreOneFewerThanTheClassesAtMost() {
        ModelShape shape = new ModelShape(new long[] {1, 8, 8}, 5);
        try (WrappedModel model = WrappedModel.load(SmallCnn.create(2, false, shape, 0), shape, Optional.empty()); NDManager scope = model.newScope()) {
            NDArray x = scope.zeros(new Shape(shape.batch(1)));
            AttackBatch batch = new AttackBatch(x, new long[] {model.classifier().predict(x)[0]}, new long[1]);
            int steps = 2;
            ApgdT attack = new ApgdT(new ThreatBudget(Norm.LINF, 1e-9, 0, 1), steps);
            long[][] targets = RankedTargets.of(new AttackRun(attack, model.classifier(), batch, CONTEXT, scope), ApgdT.TARGETS);
            assertThat(targets).hasDimensions(4, 1);
            assertThat(Arrays.stream(targets).map(rank -> rank[0])).doesNotHaveDuplicates().doesNotContain(batch.labels()[0]);
            assertThat(attack.run(model.classifier(), batch, CONTEXT).gradients()).containsExactly(4 * (steps + 1));
        }
    }

    @ParameterizedTest
    @CsvSource({"LINF, 0.6", "L2, 12"})
    void pgdLeadsToItsTargetsAndRefusesOthersThanClasses(Norm norm, double epsilon) {
        withRun(new ThreatBudget(norm, epsilon, 0, 1), (run, scope) -> {
            for (int target = 0; target < 10; target++) {
                AttackResult result = towards(run.budget(), target).run(run.classifier(), run.batch(), CONTEXT);
                for (int i = 0; i < N; i++) {
                    // An example is never led to its own class.
                    assertThat(result.success(i)).as("example %s to %s", i, target).isEqualTo(run.batch().labels()[i] != target);
                    if (result.success(i)) {
                        NDArray found = scope.create(result.adversarial()[i], new Shape(Reference.SHAPE.batch(1)));
                        assertThat(run.classifier().predict(found)).containsExactly(target);
                    }
                }
            }
            refused(ExitCode.RUN_SPEC, "PGD-40-T: target 10 is no class of the model, expected 0 to 9",
                    () -> towards(run.budget(), 10).run(run.classifier(), run.batch(), CONTEXT));
            refused(ExitCode.RUN_SPEC, "target -1", () -> towards(run.budget(), -1).run(run.classifier(), run.batch(), CONTEXT));
        });
    }

    private static Pgd towards(ThreatBudget budget, int target) {
        return new Pgd(budget, Loss.TARGETED_CROSS_ENTROPY, 40, budget.epsilon() / 8, true, 1, List.of(target));
    }

    @Test
    void restartsSpendOnlyOnWhatIsStillRight() {
        try (WrappedModel model = DIGITS.model(); NDManager scope = model.newScope()) {
            int n = DIGITS.size();
            AttackBatch batch = new AttackBatch(scope.create(DIGITS.x(), new Shape(Reference.SHAPE.batch(n))), DIGITS.y(), LongStream.range(0, n).toArray());
            ThreatBudget budget = new ThreatBudget(Norm.LINF, 0.12, 0, 1);
            int steps = 5;
            AttackResult once = new Pgd(budget, Loss.CROSS_ENTROPY, steps, 0.03, true).run(model.classifier(), batch, CONTEXT);
            AttackResult often = new Pgd(budget, Loss.CROSS_ENTROPY, steps, 0.03, true, 4, List.of()).run(model.classifier(), batch, CONTEXT);
            for (int i = 0; i < n; i++) {
                if (once.success(i)) {
                    assertThat(often.adversarial()[i]).isEqualTo(once.adversarial()[i]);
                    assertThat(often.gradients()[i]).isEqualTo(steps);
                } else if (!often.success(i)) {
                    assertThat(often.gradients()[i]).isEqualTo(4 * steps);
                }
            }
            assertThat(IntStream.range(0, n).filter(once::success).count()).isBetween(1L, n - 1L);
        }
    }

    @Test
    void budgetsAndStepsAreChecked() {
        refused(ExitCode.RUN_SPEC, "epsilon is -0.1", () -> new ThreatBudget(Norm.LINF, -0.1, 0, 1));
        refused(ExitCode.RUN_SPEC, "epsilon is NaN", () -> new ThreatBudget(Norm.LINF, Double.NaN, 0, 1));
        refused(ExitCode.RUN_SPEC, "inputRange is 1.0 to 1.0", () -> new ThreatBudget(Norm.LINF, 0.1, 1, 1));
        refused(ExitCode.RUN_SPEC, "steps is 0", () -> new Pgd(new ThreatBudget(Norm.LINF, 0.1, 0, 1), Loss.CROSS_ENTROPY, 0, 0.1, true));
        refused(ExitCode.RUN_SPEC, "targets is 0", () -> new ApgdT(new ThreatBudget(Norm.LINF, 0.1, 0, 1), 100, 0, true));
        refused(ExitCode.RUN_SPEC, "restarts is 0", () -> new Apgd(new ThreatBudget(Norm.LINF, 0.1, 0, 1), Loss.DLR, 100, 0));
        refused(ExitCode.RUN_SPEC, "restarts is 2, expected 1 without a random start",
                () -> new Pgd(new ThreatBudget(Norm.LINF, 0.1, 0, 1), Loss.CROSS_ENTROPY, 1, 0.1, false, 2, List.of()));
        assertThat(new ThreatBudget(Norm.L2, 1, 0, 1)).hasToString("L2 1");
        assertThat(new ThreatBudget(Norm.LINF, 0.1, 0, 1)).hasToString("Linf 0.1");
        assertThat(Suites.quick(new ThreatBudget(Norm.LINF, 0.1, 0, 1))).extracting(Attack::name).containsExactly("FGSM", "PGD-20", "APGD-CE");
    }

    private static double distance(Norm norm, float[] a, float[] b, int example) {
        double largest = 0;
        double squares = 0;
        for (int i = example * 784; i < (example + 1) * 784; i++) {
            largest = Math.max(largest, Math.abs((double) a[i] - b[i]));
            squares += Math.pow((double) a[i] - b[i], 2);
        }
        return norm == Norm.LINF ? largest : Math.sqrt(squares);
    }

    private static void refused(ExitCode code, String message, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(TrainerException.class).hasMessageContaining(message)
                .extracting(e -> ((TrainerException) e).exitCode()).isEqualTo(code);
    }
}
