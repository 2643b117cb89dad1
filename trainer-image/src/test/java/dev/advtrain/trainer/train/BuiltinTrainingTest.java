package dev.advtrain.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.advtrain.api.v1alpha1.training.Activation;
import dev.advtrain.api.v1alpha1.training.Architecture;
import dev.advtrain.api.v1alpha1.training.ModelSpec;
import dev.advtrain.trainer.model.ModelShape;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.model.builtin.BuiltinModel;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.random.Philox4x32;
import dev.advtrain.trainer.random.Purpose;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BuiltinTrainingTest {
    private static final ModelShape SHAPE = new ModelShape(new long[] {1, 40, 40}, 4);
    private static final int BATCH = 8;

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void everyArchitectureLearnsABatchByHeart(Architecture architecture) {
        Boolean batchNorm = architecture == Architecture.SMALL_CNN ? true : null;
        ModelSpec.Builtin spec = new ModelSpec.Builtin(architecture, architecture == Architecture.MLP ? 32 : 2, Activation.RELU, batchNorm, SHAPE.classes(), List.of(1, 40, 40));
        try (WrappedModel model = WrappedModel.load(BuiltinModel.create(spec, SHAPE, 2), SHAPE, Optional.empty(), Trainer.kernels());
                Learner learner = new Learner(model, new Sgd(model, 0.9, true, 0));
                NDManager scope = model.newScope()) {
            float[] values = new float[BATCH * SHAPE.features()];
            Philox4x32.uniform(Key.of(1, Purpose.DIGITS), values, 0, values.length);
            NDArray x = scope.create(values, new Shape(SHAPE.batch(BATCH)));
            NDArray y = scope.create(new long[] {0, 3, 2, 1, 1, 0, 3, 2});
            float first = step(learner, model, scope, x, y);
            assertThat(step(learner, model, scope, x, y)).as("after one step").isLessThan(first);
            float last = first;
            for (int i = 0; i < 10; i++) {
                last = step(learner, model, scope, x, y);
            }
            assertThat(last).as("after twelve").isLessThan(0.8f * first);
        }
    }

    private static float step(Learner learner, WrappedModel model, NDManager scope, NDArray x, NDArray y) {
        return learner.step(scope, () -> new Objective.CrossEntropy(0).gradients(scope, model, Objective.Examples.clean(x, y)), 0.02);
    }
}
