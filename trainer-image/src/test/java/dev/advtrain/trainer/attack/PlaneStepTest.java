package dev.advtrain.trainer.attack;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.advtrain.trainer.model.Reference;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.tensor.Npz;
import dev.advtrain.trainer.tensor.TorchModule;
import dev.advtrain.trainer.threat.Norm;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The least step onto a hyperplane within the box, against what the authors' own implementation gave. */
class PlaneStepTest {
    private static final int D = 12;
    /** Whatever the sign of a zero. */
    private static final Offset<Float> SAME = Offset.offset(0f);

    @ParameterizedTest
    @EnumSource(Norm.class)
    void matchesTheRecordedProjections(Norm norm) throws IOException {
        Npz recorded;
        try (InputStream in = PlaneStepTest.class.getResourceAsStream("/reference/fab_projections.npz")) {
            recorded = Npz.read(in);
        }
        float[] t = recorded.floats("t");
        float[] w = recorded.floats("w");
        float[] b = recorded.floats("b");
        float[] expected = recorded.floats(norm.toString().toLowerCase(Locale.ROOT));
        float[] r = new float[b.length];
        for (int i = 0; i < r.length; i++) {
            double at = 0;
            for (int j = i * D; j < (i + 1) * D; j++) {
                at += (double) w[j] * t[j];
            }
            r[i] = (float) (b[i] - at);
        }
        float[] found = step(norm, t, w, r);
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < found.length; i++) {
            assertThat(Math.abs(found[i] - expected[i])).as("value %d: %s for %s", i, found[i], expected[i]).isLessThanOrEqualTo(1e-5f);
        }
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void goesToTheNearestCornerWhereThePlaneLiesOutside(Norm norm) {
        assertThat(step(norm, new float[] {0.25f, 0.5f, 1}, new float[] {1, -2, 0}, new float[] {100})).containsExactly(new float[] {0.75f, -0.5f, 0}, SAME);
        assertThat(step(norm, new float[] {0.25f, 0.5f, 1}, new float[] {1, -2, 0}, new float[] {-100})).containsExactly(new float[] {-0.25f, 0.5f, 0}, SAME);
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void staysWhereThereIsNoGradientOrNothingToGain(Norm norm) {
        assertThat(step(norm, new float[] {0.25f, 0.5f}, new float[] {0, 0}, new float[] {1})).containsExactly(new float[] {0, 0}, SAME);
        assertThat(step(norm, new float[] {0.25f, 0.5f}, new float[] {1, 2}, new float[] {0})).containsExactly(new float[] {0, 0}, SAME);
        assertThat(step(norm, new float[] {1, 1}, new float[] {1, 2}, new float[] {1})).containsExactly(new float[] {0, 0}, SAME);
    }

    private static float[] step(Norm norm, float[] t, float[] w, float[] r) {
        try (WrappedModel model = Reference.digits().model(); NDManager scope = model.newScope()) {
            Shape shape = new Shape(r.length, t.length / r.length);
            NDArray plane = scope.create(w, shape);
            return TorchModule.tensor(model.classifier().tensorKernel(scope, norm.kernel("plane_step"), scope.create(t, shape), plane, scope.create(r), 0.0, 1.0))
                    .toFloatArray();
        }
    }
}
