package dev.advtrain.trainer.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.advtrain.trainer.model.Loss;
import dev.advtrain.trainer.tensor.Tensors;
import dev.advtrain.trainer.tensor.TorchModule;
import dev.advtrain.trainer.threat.ThreatBudget;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** One run of {@link FabT} towards one target an example. Rows of the tensors belong to the examples still searched. */
final class FabSearch implements AutoCloseable {
    private static final double OVERSHOOT = 1.05;
    private static final double LARGEST_BIAS = 0.1;
    private static final double BACK = 0.9;

    private final AttackRun run;
    /** By position in the batch; infinite where nothing was found. */
    private final double[] distances;
    private int[] positions;
    private Rows rows;

    /** The kernels change the last three. */
    private record Rows(NDManager scope, NDArray x0, NDArray y, NDArray targets, NDArray x, NDArray xBest, NDArray best) {
        static Rows of(NDManager scope, List<NDArray> list) {
            return new Rows(scope, list.get(0), list.get(1), list.get(2), list.get(3), list.get(4), list.get(5));
        }

        List<NDArray> list() {
            return List.of(x0, y, targets, x, xBest, best);
        }
    }

    /**
     * @param positions the examples to search
     * @param targets   by position in the batch
     * @param x0        those examples; the caller's to close, as is the start
     */
    FabSearch(AttackRun run, int[] positions, long[] targets, NDArray x0, NDArray start) {
        this.run = run;
        this.positions = positions;
        this.distances = new double[run.batch().size()];
        Arrays.fill(distances, Double.POSITIVE_INFINITY);
        NDManager scope = run.classifier().newScope();
        NDArray aims = Tensors.create(scope, Arrays.stream(positions).mapToLong(i -> targets[i]).toArray());
        NDArray best = scope.create(Arrays.stream(positions).mapToDouble(i -> distances[i]).toArray()).duplicate();
        this.rows = new Rows(scope, x0, run.labels(scope, positions), aims, copy(start, scope), copy(x0, scope), best);
    }

    boolean done() {
        return positions.length == 0;
    }

    void step() {
        run.checkCancelled();
        ThreatBudget budget = run.budget();
        try (NDArray losses = TorchModule.tensor(run.classifier().gradientKernel(rows.scope(), budget.norm().kernel("fab_step"), rows.x(), rows.x0(),
                rows.y(), rows.targets(), rows.x(), Loss.TARGETED_DIFFERENCE.code(), OVERSHOOT, LARGEST_BIAS, budget.min(), budget.max()))) {
            float[] found = losses.toFloatArray();
            for (int row = 0; row < found.length; row++) {
                run.requireFinite(found[row], positions[row]);
            }
        }
        run.countGradients(positions);
        run.classifier().forwardKernel(rows.scope(), budget.norm().kernel("fab_keep"), rows.x(), rows.x0(), rows.y(), rows.x(), rows.xBest(), rows.best(),
                BACK);
        run.countForwards(positions);
        settle(rows.best().toDoubleArray());
    }

    double[] distances() {
        return distances;
    }

    @Override
    public void close() {
        rows.scope().close();
    }

    /** Submits what came nearer and lies within the budget; lets go of the examples that this solves. */
    private void settle(double... best) {
        int[] nearer = IntStream.range(0, best.length)
                .filter(row -> best[row] < distances[positions[row]] && best[row] <= run.budget().epsilon()).toArray();
        for (int row = 0; row < best.length; row++) {
            distances[positions[row]] = best[row];
        }
        if (nearer.length == 0) {
            return;
        }
        boolean[] solved = new boolean[best.length];
        try (NDManager scope = run.classifier().newScope()) {
            List<NDArray> selected = run.select(scope, List.of(rows.x0(), rows.xBest()), nearer);
            boolean[] confirmed = run.judge(Arrays.stream(nearer).map(row -> positions[row]).toArray(), selected.get(0), selected.get(1), true);
            for (int i = 0; i < nearer.length; i++) {
                solved[nearer[i]] = confirmed[i];
            }
        }
        if (!run.keepSolved()) {
            keep(IntStream.range(0, best.length).filter(row -> !solved[row]).toArray());
        }
    }

    private void keep(int... kept) {
        if (kept.length == positions.length) {
            return;
        }
        positions = Arrays.stream(kept).map(row -> positions[row]).toArray();
        if (kept.length > 0) {
            NDManager scope = run.classifier().newScope();
            Rows selected = Rows.of(scope, run.select(scope, rows.list(), kept));
            rows.scope().close();
            rows = selected;
        }
    }

    private static NDArray copy(NDArray array, NDManager scope) {
        NDArray copy = array.duplicate();
        copy.attach(scope);
        return copy;
    }
}
