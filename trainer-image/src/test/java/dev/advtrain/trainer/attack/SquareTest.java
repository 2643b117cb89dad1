package dev.advtrain.trainer.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.model.Reference;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.random.Purpose;
import dev.advtrain.trainer.tensor.Tensors;
import dev.advtrain.trainer.tensor.TorchModule;
import dev.advtrain.trainer.threat.Norm;
import dev.advtrain.trainer.threat.ThreatBudget;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Windows, starts and schedule of Square, and how much it breaks. */
class SquareTest {
    private static final AttackContext CONTEXT = new AttackContext(Key.of(1, Purpose.ATTACK_START), Cancellation.NEVER);
    private static final int QUERIES = 5000;
    private static final int HEIGHT = 6;
    private static final int WIDTH = 9;

    @Test
    void squaresShrinkAtTheQueriesOfThePaper() {
        assertThat(IntStream.of(0, 10, 11, 50, 51, 200, 201, 500, 501, 1000, 1001, 2000, 2001, 4000, 4001, 4999).mapToDouble(Square::share).toArray())
                .containsExactly(0.8, 0.8, 0.4, 0.4, 0.2, 0.2, 0.1, 0.1, 0.05, 0.05, 0.025, 0.025, 0.0125, 0.0125, 0.00625, 0.00625);
    }

    @Test
    void sizesFitTheImage() {
        assertThat(SquareMoves.of(Norm.LINF).size(0.8, 28, 28)).isEqualTo(25);
        assertThat(SquareMoves.of(Norm.LINF).size(0.00625, 28, 28)).isEqualTo(2);
        assertThat(SquareMoves.of(Norm.LINF).size(0.00625, 4, 4)).isEqualTo(1);
        assertThat(SquareMoves.of(Norm.LINF).size(0.8, 2, 28)).isEqualTo(2);
        assertThat(SquareMoves.of(Norm.L2).size(0.4, 28, 28)).isEqualTo(19);
        assertThat(SquareMoves.of(Norm.L2).size(0.00625, 28, 28)).isEqualTo(3);
        assertThat(SquareMoves.of(Norm.L2).size(0.8, 8, 28)).isEqualTo(7);
        assertThat(SquareMoves.of(Norm.L2).size(0.8, 1, 28)).isEqualTo(1);
    }

    @Test
    void bumpsAreTwoHalvesOfEqualLength() {
        double upper = 1 / Math.sqrt(2 * 1.6875);
        double lower = -1 / Math.sqrt(2 * 1.875);
        double[] expected = {0.25 * upper, 1.25 * upper, 0.25 * upper, 0.25 * lower, 0.25 * lower, 0.25 * lower, 0.25 * lower, 1.25 * lower, 0.25 * lower};
        float[] found = SquareMoves.of(Norm.L2).pattern(3);
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) found[i]).isCloseTo(expected[i], Offset.offset(1e-6));
        }
    }

    @Test
    void startsCoverTheImage() {
        float[] stripes = new float[2 * HEIGHT * WIDTH];
        SquareMoves.of(Norm.LINF).start(CONTEXT.key(), stripes, 0, 2, HEIGHT, WIDTH);
        for (int i = 0; i < stripes.length; i++) {
            assertThat(Math.abs(stripes[i])).isEqualTo(1);
            assertThat(stripes[i]).isEqualTo(stripes[i / (HEIGHT * WIDTH) * HEIGHT * WIDTH + i % WIDTH]);
        }
        assertThat(stripes).contains(1, -1);
        for (int[] shape : new int[][] {{28, 28}, {32, 20}, {HEIGHT, WIDTH}, {3, 3}, {1, 1}}) {
            float[] tiles = new float[3 * shape[0] * shape[1]];
            SquareMoves.of(Norm.L2).start(CONTEXT.key(), tiles, 0, 3, shape[0], shape[1]);
            long set = IntStream.range(0, tiles.length).filter(i -> Math.abs(tiles[i]) > 0).count();
            assertThat(set).as("values set in %s", Arrays.toString(shape)).isGreaterThanOrEqualTo(tiles.length / 2);
        }
    }

    @Test
    void aSquareGoesToTheOtherSideOfTheBudget() {
        ThreatBudget budget = new ThreatBudget(Norm.LINF, 0.1, 0, 1);
        float[] found = candidate(budget, 0.5f, 3, 0.5f, 0.25f, 0, 0, 0, 0.7f, 0.2f);
        for (int i = 0; i < found.length; i++) {
            int row = i / WIDTH % HEIGHT;
            int column = i % WIDTH;
            // Starts at 0.5 * (6 - 3) and 0.25 * (9 - 3), rounded down.
            boolean inside = row >= 1 && row < 4 && column >= 1 && column < 4;
            float expected = inside ? i < HEIGHT * WIDTH ? 0.6f : 0.4f : 0.5f;
            assertThat(found[i]).as("value %d", i).isCloseTo(expected, Offset.offset(1e-6f));
        }
    }

    @Test
    void aBumpUsesTheWholeBudget() {
        ThreatBudget budget = new ThreatBudget(Norm.L2, 0.5, 0, 1);
        for (float turned : new float[] {0.1f, 0.9f}) {
            float[] found = candidate(budget, 0.5f, 3, 0.5f, 0.25f, 0, 0.9f, turned, 0.7f, 0.2f);
            float[] pattern = SquareMoves.of(Norm.L2).pattern(3);
            for (int i = 0; i < found.length; i++) {
                int row = i / WIDTH % HEIGHT - 1;
                int column = i % WIDTH - 1;
                boolean inside = row >= 0 && row < 3 && column >= 0 && column < 3;
                float value = inside ? turned > 0.5f ? pattern[column * 3 + row] : pattern[row * 3 + column] : 0;
                // Two channels share the squared length.
                double expected = 0.5 + (i < HEIGHT * WIDTH ? 1 : -1) * value * 0.5 / Math.sqrt(2);
                assertThat((double) found[i]).as("value %d", i).isCloseTo(expected, Offset.offset(1e-6));
            }
        }
    }

    /** From a grey image of two channels that is its own best point. */
    private static float[] candidate(ThreatBudget budget, float grey, int size, float... draws) {
        try (WrappedModel model = Reference.digits().model(); NDManager scope = model.newScope()) {
            float[] image = new float[2 * HEIGHT * WIDTH];
            Arrays.fill(image, grey);
            var x = Tensors.create(scope, image, 1, 2, HEIGHT, WIDTH);
            var region = TorchModule.tensors(model.classifier().tensorKernel(scope, budget.norm().kernel("region"), x, budget.epsilon(), 0.0, 1.0));
            SquareSearch.Windows windows = SquareSearch.Windows.of(scope, SquareMoves.of(budget.norm()), size, WIDTH);
            var places = Tensors.create(scope, new long[] {windows.first(draws[0], draws[1], HEIGHT, WIDTH), windows.first(draws[2], draws[3], HEIGHT, WIDTH),
                draws[4] < 0.5f ? 0 : 1}, 3, 1);
            Object changed = model.classifier().tensorKernel(scope, budget.norm().kernel("square_changed"), places, windows.offsets(), 2);
            var flat = x.reshape(1, 2, HEIGHT * WIDTH).duplicate();
            model.classifier().tensorKernel(scope, budget.norm().kernel("square_move"), region, flat, changed, places,
                    Tensors.create(scope, new float[] {SquareMoves.sign(draws[5]), SquareMoves.sign(draws[6])}, 1, 2), windows.pattern(), budget.epsilon(), 0.0, 1.0);
            return flat.toFloatArray();
        }
    }

    @Test
    void refusesWhatIsNoImage() {
        try (WrappedModel model = Reference.digits().model(); NDManager scope = model.newScope()) {
            AttackBatch batch = new AttackBatch(scope.zeros(new Shape(2, 784)), new long[2], new long[] {0, 1});
            assertThatThrownBy(() -> new Square(new ThreatBudget(Norm.L2, 1, 0, 1), 10).run(model.classifier(), batch, CONTEXT))
                    .isInstanceOf(TrainerException.class).hasMessageContaining("Square needs inputs of the shape [channels, height, width], but the model's are (784)");
        }
    }

    /** Without gradients it breaks a good part of what they break, and next to nothing that they do not. */
    @ParameterizedTest
    @EnumSource(Norm.class)
    void breaksPartOfWhatGradientsBreak(Norm norm) {
        Reference digits = Reference.digits();
        ThreatBudget budget = new ThreatBudget(norm, digits.epsilon().get(norm.toString()), 0, 1);
        AttackResult square = run(digits, new Square(budget, 1500));
        AttackResult apgd = run(digits, new ApgdT(budget, 50));
        long broken = successes(apgd);
        assertThat(broken).isBetween(10L, digits.size() - 5L);
        assertThat(successes(square)).isBetween(broken / 4, broken + 1);
    }

    /** The authors' code leaves 65.5 % of these images right. */
    @Test
    void breaksAsManyFashionMnistImagesAsTheAuthorsCode() {
        Reference.fashionMnist(SquareTest.class, 200).ifPresent(reference -> {
            AttackResult result = run(reference, new Square(new ThreatBudget(Norm.LINF, 0.1, 0, 1), QUERIES));
            assertThat(reference.size() - successes(result)).as("robust of 200").isBetween(131L - 2, 131L + 2);
        });
    }

    private static long successes(AttackResult result) {
        return IntStream.range(0, result.size()).filter(result::success).count();
    }

    private static AttackResult run(Reference reference, Attack attack) {
        try (WrappedModel model = reference.model(); NDManager scope = model.newScope()) {
            var x = scope.create(reference.x(), new Shape(Reference.SHAPE.batch(reference.size())));
            return attack.run(model.classifier(), new AttackBatch(x, reference.y(), LongStream.range(0, reference.size()).toArray()), CONTEXT);
        }
    }
}
