package dev.advtrain.trainer.evaluate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.advtrain.trainer.attack.Attack;
import dev.advtrain.trainer.attack.AttackBatch;
import dev.advtrain.trainer.attack.AttackContext;
import dev.advtrain.trainer.attack.AttackResult;
import dev.advtrain.trainer.data.Dataset;
import dev.advtrain.trainer.evaluate.ShardResult.AttackVerdicts;
import dev.advtrain.trainer.model.Classifier;
import dev.advtrain.trainer.tensor.Tensors;
import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;

/** Gives each example of a slice its verdict, batch by batch; a verdict does not depend on who else is in the batch. */
final class Slice {
    private final Classifier classifier;
    private final Dataset examples;
    private final int batchSize;
    private final Watcher watcher;

    /** Told after each batch: how many of the examples are done, and how many of the slice are right so far. */
    @FunctionalInterface
    interface Watcher {
        void batchDone(int done, int of, int right);
    }

    Slice(Classifier classifier, Dataset examples, int batchSize, Watcher watcher) {
        this.classifier = classifier;
        this.examples = examples;
        this.batchSize = batchSize;
        this.watcher = watcher;
    }

    /** Which examples the model gets right as they are. */
    Verdicts clean() {
        BitSet right = new BitSet();
        forEachBatch(IntStream.range(0, examples.size()).toArray(), (positions, batch) -> {
            int[] predicted = classifier.predict(batch.x(), i -> "example " + batch.ids()[i]);
            for (int i = 0; i < positions.length; i++) {
                right.set(positions[i], predicted[i] == batch.labels()[i]);
            }
            return right.cardinality();
        });
        return new Verdicts(right);
    }

    /** Attacks the examples that are right so far. */
    AttackVerdicts attack(Attack attack, AttackContext context, Verdicts before) {
        BitSet right = new BitSet();
        IntStream.of(before.examples()).forEach(right::set);
        int[] unstable = new int[1];
        long[] cost = new long[2];
        long start = System.nanoTime();
        forEachBatch(before.examples(), (positions, batch) -> {
            AttackResult result = attack.run(classifier, batch, context);
            for (int i = 0; i < positions.length; i++) {
                right.set(positions[i], !result.success(i));
                unstable[0] += result.unstable()[i] ? 1 : 0;
            }
            cost[0] += Arrays.stream(result.forwards()).sum();
            cost[1] += Arrays.stream(result.gradients()).sum();
            return right.cardinality();
        });
        return new AttackVerdicts(attack.name(), new Verdicts(right), unstable[0], cost[0], cost[1],
                (System.nanoTime() - start) / 1e9);
    }

    /** Judges one batch and says how many examples of the slice are right so far. */
    @FunctionalInterface
    private interface BatchJudge {
        int judge(int[] positions, AttackBatch batch);
    }

    private void forEachBatch(int[] positions, BatchJudge judge) {
        for (int from = 0; from < positions.length; from += batchSize) {
            int[] chosen = Arrays.copyOfRange(positions, from, Math.min(positions.length, from + batchSize));
            try (NDManager scope = classifier.newScope()) {
                int right = judge.judge(chosen, batch(scope, chosen));
                watcher.batchDone(from + chosen.length, positions.length, right);
            }
        }
    }

    private AttackBatch batch(NDManager scope, int[] positions) {
        int features = examples.features();
        float[] values = new float[Math.multiplyExact(positions.length, features)];
        long[] labels = new long[positions.length];
        long[] ids = new long[positions.length];
        for (int i = 0; i < positions.length; i++) {
            examples.copy(positions[i], values, i * features);
            labels[i] = examples.label(positions[i]);
            ids[i] = examples.id(positions[i]);
        }
        long[] example = examples.shape();
        long[] shape = new long[example.length + 1];
        shape[0] = positions.length;
        System.arraycopy(example, 0, shape, 1, example.length);
        NDArray x = Tensors.create(scope, values, shape);
        return new AttackBatch(x, labels, ids);
    }
}
