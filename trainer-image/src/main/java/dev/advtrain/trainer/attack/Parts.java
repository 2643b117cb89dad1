package dev.advtrain.trainer.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.advtrain.trainer.model.Classifier;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.tensor.EngineThreads;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** The examples of a batch, shared out to threads: what happens to one does not depend on the others. */
public final class Parts {
    private Parts() {}

    /**
     * Makes the adversarial examples of a batch, as the attack itself would.
     *
     * @return belonging to the scope
     */
    public static NDArray craft(InnerAttack attack, Classifier classifier, NDManager scope, AttackBatch batch, NDArray y, Key key,
            Cancellation cancellation) {
        List<Part> parts = of(classifier, batch);
        if (parts.size() == 1) {
            return attack.craft(classifier, scope, batch, y, key, cancellation);
        }
        try (NDManager own = classifier.newScope()) {
            List<Supplier<NDArray>> made = new ArrayList<>();
            for (Part part : parts) {
                AttackBatch examples = part.of(own, batch);
                NDArray labels = part.of(own, y);
                made.add(() -> attack.craft(classifier, own, examples, labels, key, cancellation));
            }
            NDArray all = NDArrays.concat(new NDList(EngineThreads.run(made)));
            all.attach(scope);
            return all;
        }
    }

    /** What the task gives for each part, in their order. */
    static <T> List<T> each(Classifier classifier, AttackBatch batch, Function<AttackBatch, T> task) {
        List<Part> parts = of(classifier, batch);
        if (parts.size() == 1) {
            return List.of(task.apply(batch));
        }
        try (NDManager own = classifier.newScope()) {
            return EngineThreads.run(parts.stream().map(part -> part.of(own, batch)).<Supplier<T>>map(part -> () -> task.apply(part)).toList());
        }
    }

    /** One for each thread; where there are fewer than two examples for each, the threads share each operator instead. */
    private static List<Part> of(Classifier classifier, AttackBatch batch) {
        int threads = classifier.threads();
        int count = batch.size() < 2 * threads ? 1 : threads;
        return IntStream.range(0, count).mapToObj(i -> new Part(batch.size() * i / count, batch.size() * (i + 1) / count)).toList();
    }

    private record Part(int from, int to) {
        AttackBatch of(NDManager scope, AttackBatch batch) {
            return new AttackBatch(of(scope, batch.x()), Arrays.copyOfRange(batch.labels(), from, to), Arrays.copyOfRange(batch.ids(), from, to));
        }

        /** Rows lie one after the other: no copy. */
        NDArray of(NDManager scope, NDArray tensor) {
            NDArray rows = tensor.get(from + ":" + to);
            rows.attach(scope);
            return rows;
        }
    }
}
