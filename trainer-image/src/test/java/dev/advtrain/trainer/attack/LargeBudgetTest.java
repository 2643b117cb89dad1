package dev.advtrain.trainer.attack;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.advtrain.trainer.model.Classifier;
import dev.advtrain.trainer.model.Loss;
import dev.advtrain.trainer.model.ModelShape;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.model.builtin.SmallCnn;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.random.Philox4x32;
import dev.advtrain.trainer.random.Purpose;
import dev.advtrain.trainer.tensor.TorchModule;
import dev.advtrain.trainer.threat.Norm;
import dev.advtrain.trainer.threat.ThreatBudget;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The larger epsilon and the more values an example has, the more float32 rounds: no candidate may lie outside for it. */
class LargeBudgetTest {
    private static final Key KEY = Key.of(0, Purpose.ATTACK_START);
    private static final double TOLERANCE = 1e-6;

    @ParameterizedTest
    @CsvSource({"L2, 1, 28, 10, 200", "L2, 3, 32, 10, 200", "L2, 3, 224, 3, 20", "L2, 3, 224, 30, 20", "LINF, 3, 32, 0.2, 50"})
    void noCandidateLiesOutside(Norm norm, int channels, int side, double epsilon, int n) {
        ModelShape shape = new ModelShape(new long[] {channels, side, side}, 10);
        ThreatBudget budget = new ThreatBudget(norm, epsilon, 0, 1);
        try (WrappedModel model = WrappedModel.load(SmallCnn.create(2, false, shape, 0), shape, Optional.empty()); NDManager scope = model.newScope()) {
            Classifier classifier = model.classifier();
            long[] ids = LongStream.range(0, n).toArray();
            NDArray x = images(scope, shape, n);
            NDArray y = scope.create(new long[n]);
            NDArray far = x.add(uniform(scope, shape, n, KEY.withRestart(1)).sub(0.5f).mul(4 * epsilon));
            Object region = classifier.tensorKernel(scope, norm.kernel("region"), x, epsilon, 0.0, 1.0);
            Object projected = classifier.tensorKernel(scope, norm.kernel("project"), region, far, epsilon, 0.0, 1.0);
            Pgd pgd = new Pgd(budget, Loss.CROSS_ENTROPY, 2, epsilon / 2, false);
            for (NDArray candidates : List.of(TorchModule.tensor(projected), Starts.pgd(classifier, scope, budget, KEY, x, ids),
                    Starts.apgd(classifier, scope, budget, KEY, x, ids),
                    pgd.craft(classifier, scope, new AttackBatch(x, new long[n], ids), y, KEY, Cancellation.NEVER))) {
                double[] distances = TorchModule.tensor(classifier.tensorKernel(scope, norm.kernel("distance"), x, candidates)).toDoubleArray();
                assertThat(Arrays.stream(distances).max().orElseThrow()).isLessThanOrEqualTo(epsilon + TOLERANCE);
            }
        }
    }

    /** Away from the range's ends, so that the budget is what stops an attack. */
    private static NDArray images(NDManager scope, ModelShape shape, int n) {
        return uniform(scope, shape, n, KEY).mul(0.2f).add(0.4f);
    }

    private static NDArray uniform(NDManager scope, ModelShape shape, int n, Key key) {
        float[] values = new float[n * shape.features()];
        Philox4x32.uniform(key, values, 0, values.length);
        return scope.create(values, new Shape(shape.batch(n)));
    }
}
