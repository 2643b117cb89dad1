package dev.advtrain.trainer.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.advtrain.trainer.model.Classifier;
import dev.advtrain.trainer.model.Reference;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.random.Purpose;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Attacks run as an evaluation runs them: each on the examples that all before it left.
 *
 * @param robust    how many are still right after it
 * @param forwards  examples that went forward only
 * @param gradients examples that went forward and backward
 */
public record Waterfall(String attack, int robust, long forwards, long gradients, double seconds) {

    /** What an attack did, and the examples that it left. */
    public record Survivors(Waterfall level, Reference left) {}

    /** The first of the list is the model without attack. */
    public static List<Waterfall> run(Reference reference, List<Attack> attacks, long seed) {
        try (WrappedModel model = reference.model()) {
            return run(model, reference, attacks, seed);
        }
    }

    public static List<Waterfall> run(WrappedModel model, Reference reference, List<Attack> attacks, long seed) {
        Reference left = right(model.classifier(), reference);
        List<Waterfall> found = new ArrayList<>();
        found.add(new Waterfall("clean", left.size(), reference.size(), 0, 0));
        for (int i = 0; i < attacks.size() && left.size() > 0; i++) {
            Survivors survivors = attack(model.classifier(), left, attacks.get(i), i, seed);
            found.add(survivors.level());
            left = survivors.left();
        }
        return found;
    }

    /** The examples that the model gets right without attack. */
    static Reference right(Classifier classifier, Reference reference) {
        try (NDManager scope = classifier.newScope()) {
            int[] predicted = classifier.predict(scope.create(reference.x(), new Shape(Reference.SHAPE.batch(reference.size()))));
            return reference.images(IntStream.range(0, predicted.length).filter(i -> predicted[i] == reference.y()[i]).toArray());
        }
    }

    /** @param number of the attack in its plan */
    static Survivors attack(Classifier classifier, Reference examples, Attack attack, int number, long seed) {
        try (NDManager scope = classifier.newScope()) {
            NDArray x = scope.create(examples.x(), new Shape(Reference.SHAPE.batch(examples.size())));
            long begun = System.nanoTime();
            AttackResult result = attack.run(classifier, new AttackBatch(x, examples.y(), LongStream.range(0, examples.size()).toArray()),
                    new AttackContext(Key.of(seed, Purpose.ATTACK_START).withAttack(number), Cancellation.NEVER));
            double seconds = (System.nanoTime() - begun) * 1e-9;
            Reference left = examples.images(IntStream.range(0, result.size()).filter(i -> !result.success(i)).toArray());
            return new Survivors(new Waterfall(attack.name(), left.size(), Arrays.stream(result.forwards()).sum(), Arrays.stream(result.gradients()).sum(),
                    seconds), left);
        }
    }

    /** As in {@code APGD-CE 129}. */
    @Override
    public String toString() {
        return attack + " " + robust;
    }
}
