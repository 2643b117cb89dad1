package dev.advtrain.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.advtrain.api.v1alpha1.training.OptimizerSpec;
import dev.advtrain.trainer.model.ModelShape;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.model.builtin.SmallCnn;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StandardStepTest {
    private static final ModelShape SHAPE = new ModelShape(new long[] {1, 8, 8}, 10);
    private static final OptimizerSpec SGD = new OptimizerSpec(new OptimizerSpec.Sgd("0.1", "0.9", true, "5e-4"), null);

    @Test
    void leavesParametersAndStatisticsAsTheyWere() {
        AtomicLong seconds = new AtomicLong();
        try (WrappedModel model = WrappedModel.load(SmallCnn.create(2, true, SHAPE, 1), SHAPE, Optional.empty(), Trainer.kernels())) {
            var before = model.snapshot();
            OptionalDouble found = StandardStep.seconds(model, SGD, new BatchSource.Batch(new float[4 * 64], new long[] {0, 1, 2, 3}, new long[4]),
                    () -> seconds.getAndIncrement() * 1_000_000_000L);
            assertThat(found).hasValue(1);
            model.snapshot().forEach((name, tensor) -> assertThat(tensor.data()).as(name).isEqualTo(before.get(name).data()));
        }
    }
}
