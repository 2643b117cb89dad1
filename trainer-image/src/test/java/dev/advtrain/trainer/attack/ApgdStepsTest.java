package dev.advtrain.trainer.attack;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.advtrain.trainer.model.Classifier;
import dev.advtrain.trainer.model.Loss;
import dev.advtrain.trainer.model.Reference;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.random.Purpose;
import dev.advtrain.trainer.threat.Norm;
import dev.advtrain.trainer.threat.ThreatBudget;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The first steps of APGD against a plain loop, written from the paper. Later ones differ, since sign steps amplify rounding. */
class ApgdStepsTest {
    private static final int STEPS = 5;
    private static final int FEATURES = Reference.SHAPE.features();
    private static final Reference DIGITS = Reference.digits();

    @ParameterizedTest
    @EnumSource(Norm.class)
    void firstStepsAreThoseOfAPlainLoop(Norm norm) {
        ThreatBudget budget = new ThreatBudget(norm, DIGITS.epsilon().get(norm.toString()), 0, 1);
        Apgd attack = new Apgd(budget, Loss.CROSS_ENTROPY, 100);
        try (WrappedModel model = DIGITS.model(); NDManager scope = model.newScope()) {
            NDArray x0 = scope.create(DIGITS.x(), new Shape(Reference.SHAPE.batch(DIGITS.size())));
            AttackBatch batch = new AttackBatch(x0, DIGITS.y(), LongStream.range(0, DIGITS.size()).toArray());
            AttackRun run = new AttackRun(attack, model.classifier(), batch,
                    new AttackContext(Key.of(1, Purpose.ATTACK_START), Cancellation.NEVER, true), scope);
            NDArray start = attack.start(run, scope, 0, batch);
            float[] x = start.toFloatArray();
            float[] previous = x.clone();
            try (ApgdSearch search = new ApgdSearch(run, attack, run.all(), batch.labels(), x0, start)) {
                for (int step = 0; step < STEPS; step++) {
                    float[] next = plainStep(budget, x, previous, gradient(model.classifier(), x), step == 0 ? 1 : 0.75);
                    previous = x;
                    x = next;
                    search.step();
                    float[] found = search.x().toFloatArray();
                    for (int i = 0; i < x.length; i++) {
                        assertThat(Math.abs(found[i] - x[i])).as("value %d after step %d", i, step).isLessThanOrEqualTo(1e-4f);
                    }
                    // From here both go on from the same point, so that rounding does not add up.
                    x = found;
                }
            }
        }
    }

    private static float[] gradient(Classifier classifier, float... x) {
        try (NDManager scope = classifier.newScope()) {
            NDArray y = scope.create(DIGITS.y());
            return classifier.lossGradient(scope, Loss.CROSS_ENTROPY, scope.create(x, new Shape(Reference.SHAPE.batch(DIGITS.size()))), y, y)
                    .gradient().toFloatArray();
        }
    }

    private static float[] plainStep(ThreatBudget budget, float[] x, float[] previous, float[] gradient, double momentum) {
        float[] next = new float[x.length];
        for (int example = 0; example < DIGITS.size(); example++) {
            int from = example * FEATURES;
            double[] ahead = new double[FEATURES];
            double length = norm(gradient, from);
            for (int i = 0; i < FEATURES; i++) {
                double direction = budget.norm() == Norm.LINF ? Math.signum(gradient[from + i]) : gradient[from + i] / (length + 1e-30);
                ahead[i] = x[from + i] + 2 * budget.epsilon() * direction;
            }
            double[] z = project(budget, from, ahead);
            double[] moved = new double[FEATURES];
            for (int i = 0; i < FEATURES; i++) {
                moved[i] = x[from + i] + momentum * (z[i] - x[from + i]) + (1 - momentum) * (x[from + i] - previous[from + i]);
            }
            double[] projected = project(budget, from, moved);
            for (int i = 0; i < FEATURES; i++) {
                next[from + i] = (float) projected[i];
            }
        }
        return next;
    }

    private static double[] project(ThreatBudget budget, int from, double... point) {
        double squares = 0;
        for (int i = 0; i < FEATURES; i++) {
            squares += Math.pow(point[i] - DIGITS.x()[from + i], 2);
        }
        double length = Math.sqrt(squares);
        double[] projected = new double[FEATURES];
        for (int i = 0; i < FEATURES; i++) {
            double origin = DIGITS.x()[from + i];
            double delta = point[i] - origin;
            delta = budget.norm() == Norm.LINF
                    ? Math.clamp(delta, -budget.epsilon(), budget.epsilon())
                    : delta / (length + 1e-12) * Math.min(length, budget.epsilon());
            projected[i] = Math.clamp(origin + delta, budget.min(), budget.max());
        }
        return projected;
    }

    private static double norm(float[] values, int from) {
        double squares = 0;
        for (int i = from; i < from + FEATURES; i++) {
            squares += (double) values[i] * values[i];
        }
        return Math.sqrt(squares);
    }
}
