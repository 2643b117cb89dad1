package dev.advtrain.trainer.evaluate;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.advtrain.trainer.attack.AttackBatch;
import dev.advtrain.trainer.data.Dataset;
import dev.advtrain.trainer.model.Classifier;
import dev.advtrain.trainer.model.Loss;
import dev.advtrain.trainer.model.ModelShape;
import dev.advtrain.trainer.tensor.DeviceMemory;
import dev.advtrain.trainer.tensor.Tensors;
import java.util.Arrays;

/** Examples of a slice in batches; a verdict does not depend on who else is in the batch. */
final class Slice {
    private final Classifier classifier;
    private final Dataset examples;
    private final int batchSize;

    Slice(Classifier classifier, Dataset examples, int batchSize) {
        this.classifier = classifier;
        this.examples = examples;
        this.batchSize = batchSize;
    }

    /** Judges one batch. */
    @FunctionalInterface
    interface BatchJudge {
        void judge(int[] positions, AttackBatch batch);
    }

    /** @param done how many of the positions have been judged before */
    void forEachBatch(int[] positions, int done, BatchJudge judge) {
        for (int from = done; from < positions.length; from += batchSize) {
            int[] chosen = Arrays.copyOfRange(positions, from, Math.min(positions.length, from + batchSize));
            try (NDManager scope = classifier.newScope()) {
                judge.judge(chosen, batch(scope, chosen));
            } catch (EngineException e) {
                throw DeviceMemory.explain(e, "evaluation.batchSize", chosen.length, from > done, size -> passThrough(Arrays.copyOf(chosen, size)));
            }
        }
    }

    /** What every attack with gradients does, and what takes the most memory. */
    private void passThrough(int... positions) {
        try (NDManager scope = classifier.newScope()) {
            AttackBatch batch = batch(scope, positions);
            NDArray y = Tensors.create(scope, batch.labels());
            classifier.lossGradient(scope, Loss.CROSS_ENTROPY, batch.x(), y, y);
        }
    }

    private AttackBatch batch(NDManager scope, int... positions) {
        long[] labels = new long[positions.length];
        long[] ids = new long[positions.length];
        for (int i = 0; i < positions.length; i++) {
            labels[i] = examples.label(positions[i]);
            ids[i] = examples.id(positions[i]);
        }
        NDArray x = Tensors.create(scope, examples.values(positions), new ModelShape(examples.shape(), examples.classes()).batch(positions.length));
        return new AttackBatch(x, labels, ids);
    }
}
