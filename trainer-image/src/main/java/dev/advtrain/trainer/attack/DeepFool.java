package dev.advtrain.trainer.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.advtrain.trainer.model.Classifier;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.tensor.Tensors;
import dev.advtrain.trainer.tensor.TorchModule;
import dev.advtrain.trainer.threat.ThreatBudget;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * DeepFool (Moosavi-Dezfooli et al. 2016, arXiv:1511.04599), brought into the budget: each step goes just across the nearest of
 * the linearised boundaries to the nine likeliest other classes, and an example stops once it is across. The sum of the
 * steps is stretched by 2 % and only what it leads to is cut to the range. No draws. A step costs a gradient for each of
 * these classes.
 */
public record DeepFool(ThreatBudget budget, int steps) implements InnerAttack {
    private static final int CANDIDATES = 9;
    private static final double OVERSHOOT = 0.02;

    public DeepFool {
        Attack.requireAtLeastOne("steps", steps);
    }

    @Override
    public NDArray craft(Classifier classifier, NDManager scope, AttackBatch batch, NDArray y, Key key, Cancellation cancellation) {
        NDArray x = search(classifier, scope, batch.x(), y, cancellation);
        classifier.tensorKernel(scope, budget.norm().kernel("into_budget"), batch.x(), x, budget.epsilon(), budget.min(), budget.max());
        return x;
    }

    /** What the steps lead to, however far away. */
    NDArray search(Classifier classifier, NDManager scope, NDArray x0, NDArray y, Cancellation cancellation) {
        NDArray found = Tensors.copy(x0, scope);
        if (budget.epsilon() == 0) {
            return found;
        }
        int[] examples = IntStream.range(0, Math.toIntExact(x0.getShape().get(0))).toArray();
        NDManager own = classifier.newScope();
        try {
            int count = Math.min(CANDIDATES, classifier.classes() - 1);
            NDArray candidates = TorchModule.tensor(classifier.forwardKernel(own, "likeliest_others", x0, x0, y, count));
            List<NDArray> rows = List.of(x0, y, candidates, Tensors.copy(x0, own), own.zeros(x0.getShape(), x0.getDataType()));
            for (int step = 0; step < steps && examples.length > 0; step++) {
                cancellation.check();
                float[] moved = TorchModule.tensor(classifier.gradientsKernel(own, budget.norm().kernel("deepfool_step"), count, rows.get(3),
                        rows.get(0), rows.get(1), rows.get(2), rows.get(3), rows.get(4), OVERSHOOT, budget.min(), budget.max())).toFloatArray();
                int[] kept = IntStream.range(0, moved.length).filter(row -> moved[row] == 1).toArray();
                classifier.tensorKernel(own, "put_rows", found, Tensors.create(own, Arrays.stream(examples).asLongStream().toArray()), rows.get(3));
                if (kept.length < examples.length) {
                    int[] before = examples;
                    examples = Arrays.stream(kept).map(row -> before[row]).toArray();
                    if (examples.length > 0) {
                        NDManager next = classifier.newScope();
                        rows = TorchModule.tensors(classifier.tensorKernel(next, "select", rows,
                                Tensors.create(next, Arrays.stream(kept).asLongStream().toArray())));
                        own.close();
                        own = next;
                    }
                }
            }
        } finally {
            own.close();
        }
        return found;
    }
}
