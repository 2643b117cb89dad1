package dev.advtrain.trainer.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.model.Classifier;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.tensor.Tensors;
import dev.advtrain.trainer.tensor.TorchModule;
import dev.advtrain.trainer.threat.ThreatBudget;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One run of an attack on one batch: counts what it spends and judges its candidates. Examples go by their
 * position in the batch.
 */
final class AttackRun {
    private final Attack attack;
    private final Classifier classifier;
    private final AttackBatch batch;
    private final AttackContext context;
    private final NDManager scope;
    private final float[][] adversarial;
    private final int[] predicted;
    private final boolean[] unstable;
    private final long[] forwards;
    private final long[] gradients;

    AttackRun(Attack attack, Classifier classifier, AttackBatch batch, AttackContext context, NDManager scope) {
        this.attack = attack;
        this.classifier = classifier;
        this.batch = batch;
        this.context = context;
        this.scope = scope;
        this.adversarial = new float[batch.size()][];
        this.predicted = new int[batch.size()];
        this.unstable = new boolean[batch.size()];
        this.forwards = new long[batch.size()];
        this.gradients = new long[batch.size()];
    }

    Classifier classifier() {
        return classifier;
    }

    ThreatBudget budget() {
        return attack.budget();
    }

    AttackBatch batch() {
        return batch;
    }

    NDArray x() {
        return batch.x();
    }

    Key key() {
        return context.key();
    }

    /** Lives as long as the run. */
    NDManager scope() {
        return scope;
    }

    boolean keepSolved() {
        return context.keepSolved();
    }

    void checkCancelled() {
        context.cancellation().check();
    }

    Cancellation cancellation() {
        return context.cancellation();
    }

    int[] all() {
        return IntStream.range(0, batch.size()).toArray();
    }

    /** In the order of the batch. */
    int[] unsolved() {
        return IntStream.range(0, batch.size()).filter(i -> adversarial[i] == null).toArray();
    }

    NDArray labels(NDManager manager, int... positions) {
        return pick(manager, batch.labels(), positions);
    }

    /** Those of some examples, of values by position in the batch. */
    NDArray pick(NDManager manager, long[] values, int... positions) {
        return Tensors.create(manager, Arrays.stream(positions).mapToLong(i -> values[i]).toArray());
    }

    /** Some examples of the batch; where all, its own tensor. */
    AttackBatch examples(NDManager manager, int... positions) {
        if (positions.length == batch.size()) {
            return batch;
        }
        return new AttackBatch(select(manager, List.of(batch.x()), positions).getFirst(),
                Arrays.stream(positions).mapToLong(i -> batch.labels()[i]).toArray(), Arrays.stream(positions).mapToLong(i -> batch.ids()[i]).toArray());
    }

    /** Some rows of each tensor, in this order. */
    List<NDArray> select(NDManager manager, List<NDArray> tensors, int... rows) {
        try (NDArray index = Tensors.create(manager, Arrays.stream(rows).asLongStream().toArray())) {
            return TorchModule.tensors(classifier.tensorKernel(manager, "select", tensors, index));
        }
    }

    void countForwards(int... positions) {
        for (int position : positions) {
            forwards[position]++;
        }
    }

    void countGradients(int... positions) {
        countGradientsEach(1, positions);
    }

    void countGradientsEach(int each, int... positions) {
        for (int position : positions) {
            gradients[position] += each;
        }
    }

    /** Refuses a loss that says nothing about the model. */
    void requireFinite(float loss, int position) {
        if (!Float.isFinite(loss)) {
            throw violation(position, "has the loss " + loss + ", expected a finite number");
        }
    }

    /**
     * Checks candidates against budget and range and classifies them afresh.
     *
     * @param positions of the candidates' examples
     * @param x0        those examples, unperturbed
     * @param claimed   whether the attack took the candidates for misclassified
     * @return which of them are
     */
    boolean[] judge(int[] positions, NDArray x0, NDArray candidates, boolean claimed) {
        measure(positions, x0, candidates);
        int[] predicted = classifier.predict(candidates, i -> attack.name() + ": " + name(positions[i]));
        countForwards(positions);
        boolean[] wrong = new boolean[positions.length];
        float[] values = null;
        for (int i = 0; i < positions.length; i++) {
            int position = positions[i];
            wrong[i] = predicted[i] != batch.labels()[position];
            if (wrong[i]) {
                values = values == null ? candidates.toFloatArray() : values;
                this.predicted[position] = predicted[i];
                adversarial[position] = Arrays.copyOfRange(values, i * batch.features(), (i + 1) * batch.features());
            } else if (claimed) {
                unstable[position] = true;
            }
        }
        return wrong;
    }

    /**
     * Judges the candidates of some rows that the attack takes for misclassified.
     *
     * @param positions  of all rows
     * @param x0         all rows, as are the candidates
     * @return for each row whether a fresh forward pass says so too
     */
    boolean[] confirm(int[] positions, NDArray x0, NDArray candidates, int... rows) {
        boolean[] solved = new boolean[positions.length];
        try (NDManager own = classifier.newScope()) {
            List<NDArray> selected = select(own, List.of(x0, candidates), rows);
            boolean[] confirmed = judge(Arrays.stream(rows).map(row -> positions[row]).toArray(), selected.get(0), selected.get(1), true);
            for (int i = 0; i < rows.length; i++) {
                solved[rows[i]] = confirmed[i];
            }
        }
        return solved;
    }

    private void measure(int[] positions, NDArray x0, NDArray candidates) {
        ThreatBudget budget = budget();
        try (NDManager step = classifier.newScope()) {
            double[] measured = TorchModule.tensor(classifier.tensorKernel(step, budget.norm().kernel("measure"), x0, candidates,
                    budget.min(), budget.max())).toDoubleArray();
            for (int i = 0; i < positions.length; i++) {
                double over = measured[i] - budget.epsilon();
                double outside = measured[positions.length + i];
                // Written so that NaN is a violation too.
                if (!(over <= budget.tolerance())) {
                    throw violation(positions[i], "lies " + over + " outside the budget " + budget);
                }
                if (!(outside <= budget.tolerance())) {
                    throw violation(positions[i], "lies " + outside + " outside the range " + budget.min() + " to " + budget.max());
                }
            }
        }
    }

    AttackResult result() {
        return new AttackResult(adversarial, predicted, unstable, forwards, gradients);
    }

    /** What ends the evaluation. */
    TrainerException violation(int position, String what) {
        return new TrainerException(ExitCode.UNSOUND, attack.name() + ": the candidate for " + name(position) + " " + what);
    }

    private String name(int position) {
        return "example " + batch.ids()[position];
    }
}
