package dev.advtrain.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.random.Philox4x32;
import dev.advtrain.trainer.random.Purpose;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/** Losses as the papers write them, in plain float64, and their gradients by central differences. */
class ObjectiveFormulaTest {
    private static final int BATCH = 5;
    private static final int[] Y = {0, 3, 1, 2, 3};
    private static final double BETA = 2.5;
    private static final double SMOOTHING = 0.1;
    private static final double H = 1e-5;

    private final TinyModel tiny = new TinyModel(1);
    private final double[][] x = inputs(1);
    private final List<double[][]> one = List.<double[][]>of(inputs(2));
    private final List<double[][]> two = List.of(inputs(2), inputs(3));

    @Test
    void crossEntropy() {
        check(new Objective.CrossEntropy(0), two, w -> mean(two, (_, example, y) -> crossEntropy(w, example, y, 0)));
        check(new Objective.CrossEntropy(SMOOTHING), one, w -> mean(one, (_, example, y) -> crossEntropy(w, example, y, SMOOTHING)));
    }

    @Test
    void trades() {
        for (List<double[][]> adversarial : List.of(one, two)) {
            check(new Objective.Trades(BETA, 0), adversarial, w -> mean(adversarial,
                    (natural, example, y) -> crossEntropy(w, natural, y, 0) + BETA * divergence(w, natural, example)));
        }
        check(new Objective.Trades(BETA, SMOOTHING), one, w -> mean(one,
                (natural, example, y) -> crossEntropy(w, natural, y, SMOOTHING) + BETA * divergence(w, natural, example)));
    }

    @Test
    void mart() {
        for (List<double[][]> adversarial : List.of(one, two)) {
            check(new Objective.Mart(BETA), adversarial, w -> mean(adversarial, (natural, example, y) -> {
                double[] q = TinyModel.probabilities(w, example);
                double wrong = 0;
                for (int k = 0; k < q.length; k++) {
                    wrong = k == y ? wrong : Math.max(wrong, q[k]);
                }
                return -Math.log(q[y]) - Math.log(1 - wrong)
                        + BETA * divergence(w, natural, example) * (1 - TinyModel.probabilities(w, natural)[y]);
            }));
        }
    }

    /** The gradients whose angle counts are central differences themselves. */
    @Test
    void gradAlign() {
        double[][] near = inputs(4);
        try (WrappedModel model = tiny.load(Trainer.kernels()); NDManager scope = model.newScope()) {
            Objective.Examples examples = new Objective.Examples(tensor(scope, x), List.of(tensor(scope, one.getFirst())),
                    scope.create(Arrays.stream(Y).asLongStream().toArray()), tensor(scope, near));
            check(new Objective.GradAlign(BETA, 0).gradients(scope, model, examples), w -> {
                double sum = 0;
                for (int i = 0; i < BATCH; i++) {
                    double[] a = slope(w, x[i], Y[i]);
                    double[] b = slope(w, near[i], Y[i]);
                    sum += crossEntropy(w, one.getFirst()[i], Y[i], 0) + BETA * (1 - dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b)));
                }
                return sum / BATCH;
            }, 1e-3);
        }
    }

    private interface Loss {
        double of(double[] natural, double[] example, int y);
    }

    private double mean(List<double[][]> adversarial, Loss loss) {
        double sum = 0;
        for (double[][] examples : adversarial) {
            for (int i = 0; i < BATCH; i++) {
                sum += loss.of(x[i], examples[i], Y[i]);
            }
        }
        return sum / BATCH / adversarial.size();
    }

    private void check(Objective objective, List<double[][]> adversarial, ToDoubleFunction<double[]> expected) {
        try (WrappedModel model = tiny.load(Trainer.kernels()); NDManager scope = model.newScope()) {
            check(objective.gradients(scope, model, new Objective.Examples(tensor(scope, x),
                    adversarial.stream().map(examples -> tensor(scope, examples)).toList(),
                    scope.create(Arrays.stream(Y).asLongStream().toArray()), null)), expected, 1e-4);
            assertThat(model.parameters()).allSatisfy((name, parameter) -> assertThat(parameter.hasGradient()).as(name).isTrue());
        }
    }

    private void check(LossAndGradients found, ToDoubleFunction<double[]> expected, double tolerance) {
        double[] w = tiny.flat();
        assertClose("loss", found.loss().getFloat(), expected.applyAsDouble(w), 1e-5);
        int at = 0;
        for (NDArray gradient : found.gradients()) {
            for (float value : gradient.toFloatArray()) {
                assertClose("gradient " + at, value, slope(expected, w, at++), tolerance);
            }
        }
        assertThat(at).isEqualTo(w.length);
    }

    private static void assertClose(String what, double found, double expected, double tolerance) {
        assertThat(Math.abs(found - expected) / Math.max(1, Math.abs(expected))).as("%s: %s for %s", what, found, expected)
                .isLessThan(tolerance);
    }

    private static double slope(ToDoubleFunction<double[]> function, double[] at, int i) {
        double[] moved = at.clone();
        moved[i] = at[i] + H;
        double up = function.applyAsDouble(moved);
        moved[i] = at[i] - H;
        return (up - function.applyAsDouble(moved)) / (2 * H);
    }

    private static double[] slope(double[] w, double[] x, int y) {
        double[] slope = new double[x.length];
        Arrays.setAll(slope, i -> slope(input -> crossEntropy(w, input, y, 0), x, i));
        return slope;
    }

    /** Of the smoothed label: a share of it is spread over all classes. */
    private static double crossEntropy(double[] w, double[] x, int y, double smoothing) {
        double[] p = TinyModel.probabilities(w, x);
        double sum = -(1 - smoothing) * Math.log(p[y]);
        for (double share : p) {
            sum -= smoothing / p.length * Math.log(share);
        }
        return sum;
    }

    private static double divergence(double[] w, double[] natural, double[] example) {
        double[] p = TinyModel.probabilities(w, natural);
        double[] q = TinyModel.probabilities(w, example);
        double sum = 0;
        for (int k = 0; k < p.length; k++) {
            sum += p[k] * Math.log(p[k] / q[k]);
        }
        return sum;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static double[][] inputs(int seed) {
        double[][] inputs = new double[BATCH][TinyModel.INPUTS];
        for (int i = 0; i < BATCH; i++) {
            float[] values = new float[TinyModel.INPUTS];
            Philox4x32.uniform(Key.of(seed, Purpose.DIGITS).withExample(i), values, 0, values.length);
            for (int j = 0; j < values.length; j++) {
                inputs[i][j] = values[j];
            }
        }
        return inputs;
    }

    private static NDArray tensor(NDManager scope, double[]... rows) {
        float[] values = new float[rows.length * TinyModel.INPUTS];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) rows[i / TinyModel.INPUTS][i % TinyModel.INPUTS];
        }
        return scope.create(values, new Shape(TinyModel.SHAPE.batch(rows.length)));
    }
}
