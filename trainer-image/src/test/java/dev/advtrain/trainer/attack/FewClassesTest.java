package dev.advtrain.trainer.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.model.Classifier;
import dev.advtrain.trainer.model.ModelShape;
import dev.advtrain.trainer.model.Reference;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.random.Purpose;
import dev.advtrain.trainer.tensor.ScriptWrapper;
import dev.advtrain.trainer.tensor.Tensors;
import dev.advtrain.trainer.threat.Norm;
import dev.advtrain.trainer.threat.ThreatBudget;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every attack in every norm on models of two and three classes: the first logits of the digits' model. */
class FewClassesTest {
    private static final Reference DIGITS = Reference.digits();
    private static final int N = 20;
    private static final AttackContext CONTEXT = new AttackContext(Key.of(5, Purpose.ATTACK_START), Cancellation.NEVER);

    static Stream<Arguments> cases() {
        return AttackTableTest.cases().flatMap(row -> Stream.of(2, 3).map(classes -> Arguments.of(row.get()[0], row.get()[1], classes)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void breaksTheModelOrSaysWhatItNeeds(String name, Norm norm, int classes) {
        Attack attack = AttackTableTest.ATTACKS.get(name).apply(new ThreatBudget(norm, 2 * DIGITS.epsilon().get(norm.toString()), 0, 1));
        try (WrappedModel model = model(classes); NDManager scope = model.newScope()) {
            Classifier classifier = model.classifier();
            float[] x = Arrays.copyOf(DIGITS.x(), N * Reference.SHAPE.features());
            int[] predicted = classifier.predict(Tensors.create(scope, x, Reference.SHAPE.batch(N)));
            long[] labels = Arrays.stream(predicted).asLongStream().toArray();
            AttackBatch batch = new AttackBatch(Tensors.create(scope, x, Reference.SHAPE.batch(N)), labels, IntStream.range(0, N).asLongStream().toArray());
            if (classes < attack.leastClasses()) {
                assertThatThrownBy(() -> attack.run(classifier, batch, CONTEXT)).isInstanceOf(TrainerException.class)
                        .hasMessage(attack.name() + " needs at least " + attack.leastClasses() + " classes, the model has " + classes);
                return;
            }
            if (name.equals("PGD with targets")) {
                assertThatThrownBy(() -> attack.run(classifier, batch, CONTEXT)).isInstanceOf(TrainerException.class).hasMessageContaining("target");
                return;
            }
            AttackResult result = attack.run(classifier, batch, CONTEXT);
            for (int i = 0; i < N; i++) {
                if (result.success(i)) {
                    int found = classifier.predict(Tensors.create(scope, result.adversarial()[i], Reference.SHAPE.batch(1)))[0];
                    assertThat(found).isEqualTo(result.predicted()[i]).isNotEqualTo(predicted[i]).isLessThan(classes);
                }
            }
            assertThat(IntStream.range(0, N).filter(result::success).count()).isGreaterThanOrEqualTo(AttackTableTest.WEAK.contains(name) ? 0 : N / 4);
        }
    }

    private static WrappedModel model(int classes) {
        try (WrappedModel digits = DIGITS.model()) {
            return WrappedModel.load(ScriptWrapper.wrap(digits.export(false), new LinkedHashMap<>(), "  def forward(self: $SELF,\n    x: Tensor) -> Tensor:\n"
                    + "    z = (self.model).forward(x, )\n    return torch.slice(z, 1, 0, " + classes + ")\n"),
                    new ModelShape(Reference.SHAPE.input(), classes), Optional.empty());
        }
    }
}
