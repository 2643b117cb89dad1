package dev.advtrain.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.advtrain.trainer.attack.AttackBatch;
import dev.advtrain.trainer.attack.Cancellation;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.random.Philox4x32;
import dev.advtrain.trainer.random.Purpose;
import dev.advtrain.trainer.storage.Locations;
import dev.advtrain.trainer.threat.Norm;
import dev.advtrain.trainer.threat.ThreatBudget;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What each method does to a model, and what it carries from step to step. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MethodTest {
    private static final String INNER = "/training/innerMaximization";
    private static final String STEPS = "{\"attack\": \"Pgd\", \"steps\": 5, \"randomStart\": true, \"epsilonWarmupEpochs\": 1}";
    private static final String ONE_STEP = "{\"attack\": \"Pgd\", \"steps\": 1, \"randomStart\": true, \"epsilonWarmupEpochs\": 1}";
    private static final int BATCH = 4;

    private Progress standard;

    @BeforeAll
    void trainStandard(@TempDir Path folder) {
        standard = train(folder, "{\"standard\": {}}", Map.of(INNER, "null"), new ArrayList<>());
        assertThat(standard.cleanValidation()).isGreaterThan(0.9);
    }

    static Stream<Arguments> methods() {
        return Stream.of(
                Arguments.of("TRADES", "{\"trades\": {\"beta\": \"3\"}}", Map.of(INNER, STEPS)),
                Arguments.of("MART", "{\"mart\": {\"beta\": \"3\"}}", Map.of(INNER, STEPS)),
                Arguments.of("FGSM-RS", "{\"fgsmRs\": {}}", Map.of(INNER, ONE_STEP)),
                Arguments.of("FGSM-RS with GradAlign", "{\"fgsmRs\": {\"gradAlign\": \"0.2\"}}", Map.of(INNER, ONE_STEP)),
                Arguments.of("Free", "{\"free\": {\"replays\": 3}}", Map.of(INNER, "{\"epsilonWarmupEpochs\": 1}", "/training/epochs", "15",
                        "/training/selection/everyEpochs", "15")),
                Arguments.of("half clean", "{\"pgd\": {}}", Map.of(INNER, STEPS, "/training/cleanFraction", "\"0.5\"")),
                Arguments.of("DeepFool", "{\"pgd\": {}}", Map.of(INNER, "{\"attack\": \"DeepFool\", \"steps\": 2, \"epsilonWarmupEpochs\": 1}")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("methods")
    void isMoreRobustThanStandardTraining(String name, String method, Map<String, String> changes, @TempDir Path folder) {
        List<String> messages = new ArrayList<>();
        Progress last = train(folder, method, changes, messages);
        assertThat(last.cleanValidation()).isGreaterThan(0.7);
        assertThat(last.robustValidation()).isGreaterThan(standard.robustValidation() + 0.2);
        assertThat(messages).isEmpty();
    }

    private static Progress train(Path folder, String method, Map<String, String> changes, List<String> messages) {
        Map<String, String> all = new HashMap<>(Map.of("/training/method", method, "/data/train/builtinDigits/count", "1500", "/training/epochs", "6",
                "/training/selection/everyEpochs", "6", "/model/builtin/batchNorm", "false", "/model/builtin/width", "8"));
        all.putAll(changes);
        List<Progress> epochs = new ArrayList<>();
        Trainer.train(RunSpecs.digits(all), new TrainingContext("run", 1, new Locations(Map.of(), Map.of("models", folder), false), Cancellation.NEVER,
                new TrainingListener() {
                    @Override
                    public void message(String text) {
                        messages.add(text);
                    }

                    @Override
                    public void epoch(Progress progress) {
                        epochs.add(progress);
                    }
                }));
        return epochs.getLast();
    }

    /** Shafahi et al. 2019, algorithm 1, written out: gradients by lossGradient, which has its own test. */
    @ParameterizedTest
    @EnumSource(Norm.class)
    void freeMovesItsPerturbationsByTheGradientThatTheStepTakes(Norm norm) {
        ThreatBudget budget = new ThreatBudget(norm, 0.1, 0, 1);
        TinyModel tiny = new TinyModel(2);
        try (WrappedModel model = tiny.load(Trainer.kernels()); NDManager scope = model.newScope();
                Free free = new Free(model, budget, 2, 0.06, BATCH, 0)) {
            double[][] delta = new double[BATCH][TinyModel.INPUTS];
            double[] w = tiny.flat();
            for (int step = 0; step < 6; step++) {
                int n = step == 3 ? 2 : BATCH;
                AttackBatch batch = batch(scope, step / 2, n);
                float[] x = batch.x().toFloatArray();
                LossAndGradients found = free.prepare(scope, new Method.Step(batch, scope.create(batch.labels()), 1, 0, 1)).get();
                double loss = 0;
                for (int i = 0; i < n; i++) {
                    double[] perturbed = new double[TinyModel.INPUTS];
                    for (int j = 0; j < perturbed.length; j++) {
                        perturbed[j] = Math.clamp(x[i * perturbed.length + j] + delta[i][j], 0, 1);
                    }
                    loss += crossEntropy(w, perturbed, (int) batch.labels()[i]) / n;
                    double[] slope = new double[perturbed.length];
                    for (int j = 0; j < slope.length; j++) {
                        double[] moved = perturbed.clone();
                        moved[j] += 1e-6;
                        double up = crossEntropy(w, moved, (int) batch.labels()[i]);
                        moved[j] -= 2e-6;
                        double raw = x[i * perturbed.length + j] + delta[i][j];
                        // Where the range cuts it off, the perturbation makes no difference.
                        slope[j] = raw < 0 || raw > 1 ? 0 : (up - crossEntropy(w, moved, (int) batch.labels()[i])) / 2e-6;
                    }
                    move(delta[i], slope, norm, budget.epsilon());
                }
                assertThat((double) found.loss().getFloat()).as("loss of step %s", step).isCloseTo(loss, within(1e-4));
                FloatBuffer kept = free.state().get("perturbation").data().asFloatBuffer();
                for (int i = 0; i < BATCH; i++) {
                    for (int j = 0; j < TinyModel.INPUTS; j++) {
                        assertThat((double) kept.get(i * TinyModel.INPUTS + j)).as("step %s, perturbation %s, %s", step, i, j)
                                .isCloseTo(delta[i][j], within(2e-4));
                    }
                }
            }
        }
    }

    private static void move(double[] delta, double[] slope, Norm norm, double epsilon) {
        double length = Math.sqrt(Arrays.stream(slope).map(v -> v * v).sum());
        for (int j = 0; j < delta.length; j++) {
            delta[j] += 0.06 * (norm == Norm.LINF ? Math.signum(slope[j]) : slope[j] / length);
        }
        double size = norm == Norm.LINF ? 0 : Math.sqrt(Arrays.stream(delta).map(v -> v * v).sum());
        for (int j = 0; j < delta.length; j++) {
            delta[j] = norm == Norm.LINF ? Math.clamp(delta[j], -epsilon, epsilon) : size > epsilon ? delta[j] * epsilon / size : delta[j];
        }
    }

    @Test
    void freeReplaysEachBatchAndPassesOverAllOfThem() {
        try (WrappedModel model = new TinyModel(2).load(Trainer.kernels());
                Free free = new Free(model, new ThreatBudget(Norm.LINF, 0.1, 0, 1), 3, 0.1, BATCH, 0)) {
            Map<Method.Place, Integer> times = new TreeMap<>((a, b) -> a.epoch() != b.epoch() ? a.epoch() - b.epoch() : Long.compare(a.position(), b.position()));
            for (int step = 0; step < 6 * 5; step++) {
                times.merge(free.place(step, 5), 1, Integer::sum);
            }
            assertThat(times).hasSize(10).allSatisfy((_, replays) -> assertThat(replays).isEqualTo(3));
            assertThat(times.keySet()).first().isEqualTo(new Method.Place(1, 0));
            assertThat(times.keySet()).last().isEqualTo(new Method.Place(2, 4));
        }
    }

    /** 160 examples in batches of 53: the last has one more. */
    @Test
    void freeTakesTheLargestBatchThereIs(@TempDir Path folder) {
        List<Progress> steps = new ArrayList<>();
        Trainer.train(RunSpecs.digits(Map.of("/training/method", "{\"free\": {\"replays\": 1}}", INNER, "{\"epsilonWarmupEpochs\": 0}",
                "/training/epochs", "1", "/training/batchSize", "53", "/training/schedule", "{\"constant\": {}}")),
                new TrainingContext("run", 1, new Locations(Map.of(), Map.of("models", folder), false), Cancellation.NEVER, new TrainingListener() {
                    @Override
                    public void step(Progress progress) {
                        steps.add(progress);
                    }
                }));
        assertThat(steps).hasSize(3);
    }

    private static double crossEntropy(double[] w, double[] x, int y) {
        return -Math.log(TinyModel.probabilities(w, x)[y]);
    }

    private static AttackBatch batch(NDManager scope, int seed, int n) {
        float[] values = new float[n * TinyModel.INPUTS];
        Philox4x32.uniform(Key.of(seed, Purpose.DIGITS), values, 0, values.length);
        NDArray x = scope.create(values, new Shape(TinyModel.SHAPE.batch(n)));
        return new AttackBatch(x, LongStream.range(0, n).map(i -> (i + seed) % TinyModel.CLASSES).toArray(), LongStream.range(0, n).toArray());
    }
}
