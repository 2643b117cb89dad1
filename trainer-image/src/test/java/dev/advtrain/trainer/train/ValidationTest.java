package dev.advtrain.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.advtrain.trainer.attack.AttackBatch;
import dev.advtrain.trainer.attack.AttackContext;
import dev.advtrain.trainer.attack.AttackResult;
import dev.advtrain.trainer.attack.Cancellation;
import dev.advtrain.trainer.attack.Suites;
import dev.advtrain.trainer.data.Dataset;
import dev.advtrain.trainer.model.Classifier;
import dev.advtrain.trainer.model.Reference;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.random.Purpose;
import dev.advtrain.trainer.threat.Norm;
import dev.advtrain.trainer.threat.ThreatBudget;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ValidationTest {
    private static final int EXAMPLES = 60;
    private static final long SEED = 7;
    private static final List<ThreatBudget> BUDGETS = List.of(new ThreatBudget(Norm.LINF, 0.13, 0, 1), new ThreatBudget(Norm.L2, 1.8, 0, 1));

    @Test
    void anExampleIsRobustThatIsRightUnderEveryThreatModel() {
        Reference reference = Reference.digits();
        Dataset digits = new Digits(reference);
        try (WrappedModel model = reference.model(); NDManager scope = model.newScope()) {
            Classifier classifier = model.classifier();
            AttackBatch batch = new AttackBatch(scope.create(reference.x(), new Shape(Reference.SHAPE.batch(EXAMPLES))), reference.y(),
                    LongStream.range(0, EXAMPLES).toArray());
            List<AttackResult> results = IntStream.range(0, 2).mapToObj(threat -> Suites.pgd20(BUDGETS.get(threat)).run(classifier, batch,
                    new AttackContext(Key.of(SEED, Purpose.ATTACK_START).withAttack(threat), Cancellation.NEVER))).toList();
            long[] alone = results.stream().mapToLong(result -> IntStream.range(0, EXAMPLES).filter(i -> !result.success(i)).count()).toArray();
            long both = IntStream.range(0, EXAMPLES).filter(i -> results.stream().noneMatch(result -> result.success(i))).count();
            assertThat(both).isLessThan(Math.max(alone[0], alone[1])).isPositive();

            assertThat(robust(model, digits, BUDGETS)).isEqualTo((double) both / EXAMPLES);
            assertThat(robust(model, digits, BUDGETS.subList(0, 1))).isEqualTo((double) alone[0] / EXAMPLES);
        }
    }

    private record Digits(Reference reference) implements Dataset {
        @Override
        public int size() {
            return EXAMPLES;
        }

        @Override
        public long[] shape() {
            return Reference.SHAPE.input();
        }

        @Override
        public int classes() {
            return Reference.SHAPE.classes();
        }

        @Override
        public int label(int i) {
            return (int) reference.y()[i];
        }

        @Override
        public void copy(int i, float[] dst, int offset) {
            System.arraycopy(reference.x(), i * features(), dst, offset, features());
        }

        @Override
        public long id(int i) {
            return i;
        }

        @Override
        public SortedMap<String, String> digests() {
            return new TreeMap<>();
        }
    }

    private static double robust(WrappedModel model, Dataset digits, List<ThreatBudget> budgets) {
        return new Validation(model.classifier(), Reference.SHAPE, digits, budgets, SEED, 128, Cancellation.NEVER).measure(1).robust();
    }
}
