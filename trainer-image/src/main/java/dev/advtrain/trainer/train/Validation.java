package dev.advtrain.trainer.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.advtrain.trainer.attack.AttackBatch;
import dev.advtrain.trainer.attack.AttackContext;
import dev.advtrain.trainer.attack.AttackResult;
import dev.advtrain.trainer.attack.Cancellation;
import dev.advtrain.trainer.attack.Pgd;
import dev.advtrain.trainer.data.Dataset;
import dev.advtrain.trainer.model.Classifier;
import dev.advtrain.trainer.model.Loss;
import dev.advtrain.trainer.model.ModelShape;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.random.Purpose;
import dev.advtrain.trainer.tensor.Tensors;
import dev.advtrain.trainer.threat.ThreatBudget;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Clean and robust accuracy on the examples held back: right under PGD-20 at full epsilon of every threat model, from starts that are the same in every
 * epoch, so that epochs differ by their parameters alone.
 */
final class Validation {
    private static final int STEPS = 20;
    private static final double STEP_SIZE = 0.25;
    private static final int LARGEST_BATCH = 250;

    private final Classifier classifier;
    private final ModelShape shape;
    private final Dataset data;
    private final List<Pgd> attacks;
    private final long seed;
    private final Cancellation cancellation;
    private final int batch;

    /** @param trainingBatch that memory suffices for */
    Validation(Classifier classifier, ModelShape shape, Dataset data, List<ThreatBudget> budgets, long seed, int trainingBatch,
            Cancellation cancellation) {
        this.classifier = classifier;
        this.shape = shape;
        this.data = data;
        this.attacks = budgets.stream().map(budget -> new Pgd(budget, Loss.CROSS_ENTROPY, STEPS, STEP_SIZE * budget.epsilon(), true)).toList();
        this.seed = seed;
        this.cancellation = cancellation;
        this.batch = Math.min(LARGEST_BATCH, trainingBatch);
    }

    /** @param epoch 1-based, of the candidate */
    Candidate measure(int epoch) {
        int clean = 0;
        int robust = 0;
        for (int from = 0; from < data.size(); from += batch) {
            int[] all = IntStream.range(from, Math.min(from + batch, data.size())).toArray();
            int[] right = right(all);
            clean += right.length;
            robust += unbroken(right);
        }
        return new Candidate(epoch, (double) clean / data.size(), (double) robust / data.size());
    }

    /** Examples at once. */
    int batch() {
        return batch;
    }

    /** What takes the most memory, for so many examples at once. */
    void passThrough(int examples) {
        try (NDManager scope = classifier.newScope()) {
            int[] first = IntStream.range(0, Math.min(examples, data.size())).toArray();
            NDArray y = Tensors.create(scope, IntStream.of(first).mapToLong(data::label).toArray());
            classifier.lossGradient(scope, Loss.CROSS_ENTROPY, inputs(scope, first), y, y);
        }
    }

    /** Those that are classified right as they are: the others need no attack. */
    private int[] right(int... examples) {
        try (NDManager scope = classifier.newScope()) {
            int[] predicted = classifier.predict(inputs(scope, examples), i -> "validation example " + data.id(examples[i]));
            return IntStream.range(0, examples.length).filter(i -> predicted[i] == data.label(examples[i])).map(i -> examples[i])
                    .toArray();
        }
    }

    private int unbroken(int... examples) {
        int[] left = examples;
        for (int threat = 0; threat < attacks.size() && left.length > 0; threat++) {
            left = unbroken(threat, left);
        }
        return left.length;
    }

    private int[] unbroken(int threat, int... examples) {
        try (NDManager scope = classifier.newScope()) {
            long[] labels = IntStream.of(examples).mapToLong(data::label).toArray();
            long[] ids = IntStream.of(examples).mapToLong(data::id).toArray();
            AttackContext context = new AttackContext(Key.of(seed, Purpose.ATTACK_START).withAttack(threat), cancellation);
            AttackResult result = attacks.get(threat).run(classifier, new AttackBatch(inputs(scope, examples), labels, ids), context);
            return IntStream.range(0, examples.length).filter(i -> !result.success(i)).map(i -> examples[i]).toArray();
        }
    }

    private NDArray inputs(NDManager scope, int... examples) {
        return Tensors.create(scope, data.values(examples), shape.batch(examples.length));
    }
}
