package dev.advtrain.trainer.train;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.advtrain.api.v1alpha1.training.OptimizerSpec;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.tensor.DeviceMemory;
import dev.advtrain.trainer.tensor.SafeTensors.Tensor;
import dev.advtrain.trainer.tensor.Tensors;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.function.LongSupplier;

/**
 * What a step of standard training takes: cross entropy of a batch as it is, and the optimizer without anything added. Timed
 * on the model itself, which is then put back. All of it takes less than one step of PGD-10, so it is not stopped in between.
 */
final class StandardStep {
    /** The first one warms up. */
    private static final int STEPS = 4;
    private static final double NANOS = 1e-9;

    private StandardStep() {}

    /** Seconds, the median of a few; empty where memory does not suffice for it beside what training itself keeps. */
    static OptionalDouble seconds(WrappedModel model, OptimizerSpec optimizer, BatchSource.Batch batch, LongSupplier nanoTime) {
        SequencedMap<String, Tensor> before = model.snapshot();
        Objective objective = new Objective.CrossEntropy(0);
        double[] seconds = new double[STEPS];
        try (Learner plain = new Learner(model, Optimizer.of(optimizer, model))) {
            for (int i = 0; i < STEPS; i++) {
                long begun = nanoTime.getAsLong();
                try (NDManager scope = model.newScope()) {
                    NDArray x = Tensors.create(scope, batch.x(), model.shape().batch(batch.size()));
                    NDArray y = Tensors.create(scope, batch.y());
                    plain.step(scope, () -> objective.gradients(scope, model, Objective.Examples.clean(x, y)), 0);
                }
                seconds[i] = (nanoTime.getAsLong() - begun) * NANOS;
            }
            double[] warm = Arrays.copyOfRange(seconds, 1, STEPS);
            Arrays.sort(warm);
            return OptionalDouble.of(warm[warm.length / 2]);
        } catch (EngineException e) {
            if (!DeviceMemory.exhausted(e)) {
                throw e;
            }
            // Only told beside the rest: whether there is room for training is for its own steps to say.
            DeviceMemory.giveBack();
            return OptionalDouble.empty();
        } finally {
            model.restore(before);
        }
    }
}
