package dev.advtrain.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import dev.advtrain.api.v1alpha1.training.OptimizerSpec;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.tensor.ColumnMajor;
import dev.advtrain.trainer.tensor.SafeTensors.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A parameter that does not lie in memory row by row learns the same, and so does all state that goes with it. */
class LayoutTest {
    private static final int STEPS = 3;

    static Stream<OptimizerSpec> optimizers() {
        return Stream.of(new OptimizerSpec(new OptimizerSpec.Sgd("0.1", "0.9", true, "0.01"), null),
                new OptimizerSpec(null, new OptimizerSpec.AdamW("0.1", "0.9", "0.99", "1e-8", "0.01")));
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void makesNoDifference(OptimizerSpec optimizer) {
        try (WrappedModel rows = LinearModel.load(); Learner byRows = learner(rows, optimizer);
                WrappedModel columns = LinearModel.load(ColumnMajor.of(LinearModel.archive(), "weight")); Learner byColumns = learner(columns, optimizer);
                WrappedModel again = LinearModel.load(ColumnMajor.of(LinearModel.archive(), "weight")); Learner resumed = learner(again, optimizer)) {
            steps(rows, byRows);
            steps(columns, byColumns);
            assertClose(byColumns.state(), byRows.state());
            resumed.restore(byColumns.state());
            assertThat(LearnerTest.digests(resumed.state())).isEqualTo(LearnerTest.digests(byColumns.state()));
            steps(columns, byColumns);
            steps(again, resumed);
            assertThat(LearnerTest.digests(resumed.state())).isEqualTo(LearnerTest.digests(byColumns.state()));
            steps(rows, byRows);
            assertClose(byColumns.state(), byRows.state());
            assertClose(byColumns.measured(columns::snapshot), byRows.measured(rows::snapshot));
        }
    }

    private static void steps(WrappedModel model, Learner learner) {
        for (int i = 0; i < STEPS; i++) {
            try (NDManager scope = model.newScope()) {
                Objective.Examples examples = LinearModel.examples(scope);
                learner.step(scope, () -> new Objective.CrossEntropy(0).gradients(scope, model, examples), 0.1);
            }
        }
    }

    private static Learner learner(WrappedModel model, OptimizerSpec optimizer) {
        return new Learner(model, Optimizer.of(optimizer, model), OptionalDouble.of(0.1), Optional.of(new WeightAverage(model, 0.9)),
                Optional.of(new WeightPerturbation(model, 0.1)));
    }

    private static void assertClose(Map<String, Tensor> found, Map<String, Tensor> expected) {
        Map<String, float[]> values = floats(expected);
        assertThat(found).containsOnlyKeys(expected.keySet());
        floats(found).forEach((name, value) -> assertThat(value).as(name).containsExactly(values.get(name), within(1e-5f)));
    }

    private static Map<String, float[]> floats(Map<String, Tensor> tensors) {
        Map<String, float[]> floats = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> {
            float[] values = new float[tensor.data().remaining() / Float.BYTES];
            tensor.data().asFloatBuffer().get(values);
            floats.put(name, values);
        });
        return floats;
    }
}
