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

/** One run of {@link FabT} towards one target an example, or of {@link Fab}. Rows of the tensors belong to the examples still searched. */
final class FabSearch implements AutoCloseable {
    private static final double OVERSHOOT = 1.05;
    private static final double LARGEST_BIAS = 0.1;
    private static final double BACK = 0.9;
    /** Of the budget: how far away random starts lie. */
    private static final double START = 0.5;

    private final AttackRun run;
    private final boolean nearest;
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
     * @param targets   by position in the batch; null to go to the nearest class, whichever it is
     * @param x0        those examples; the caller's to close, as is the start
     */
    FabSearch(AttackRun run, int[] positions, long[] targets, NDArray x0, NDArray start) {
        this.run = run;
        this.nearest = targets == null;
        this.positions = positions;
        this.distances = new double[run.batch().size()];
        Arrays.fill(distances, Double.POSITIVE_INFINITY);
        NDManager scope = run.classifier().newScope();
        NDArray y = run.labels(scope, positions);
        NDArray aims = nearest ? y : run.pick(scope, targets, positions);
        NDArray best = Tensors.create(scope, Arrays.stream(positions).mapToDouble(i -> distances[i]).toArray());
        this.rows = new Rows(scope, x0, y, aims, Tensors.copy(start, scope), Tensors.copy(x0, scope), best);
    }

    /**
     * A whole search from one start.
     *
     * @param targets   by position in the batch; null to go to the nearest class
     * @param start     0 from the examples themselves, else the number of a random start
     * @param distances of the nearest found so far; brought up to date
     */
    static void run(AttackRun run, int steps, int start, long[] targets, double... distances) {
        int[] positions = run.unsolved();
        if (run.keepSolved()) {
            positions = IntStream.range(0, distances.length).filter(i -> distances[i] > 0).toArray();
        }
        if (positions.length == 0) {
            return;
        }
        try (NDManager scope = run.classifier().newScope()) {
            AttackBatch examples = run.examples(scope, positions);
            NDArray x = start == 0 ? examples.x() : Starts.apgd(run.classifier(), scope, run.budget().withEpsilon(START * run.budget().epsilon()),
                    run.key().withRestart(start), examples.x(), examples.ids());
            try (FabSearch search = new FabSearch(run, positions, targets, examples.x(), x)) {
                for (int step = 0; step < steps && !search.done(); step++) {
                    search.step();
                }
                Arrays.setAll(distances, i -> Math.min(distances[i], search.distances()[i]));
            }
        }
    }

    /** By position in the batch: 0 where the example is misclassified as it is, which has been judged, else infinite. */
    static double[] unknownDistances(AttackRun run) {
        double[] distances = new double[run.batch().size()];
        for (int position : run.unsolved()) {
            distances[position] = Double.POSITIVE_INFINITY;
        }
        return distances;
    }

    boolean done() {
        return positions.length == 0;
    }

    void step() {
        run.checkCancelled();
        ThreatBudget budget = run.budget();
        try (NDArray losses = nearest ? nearestStep(budget) : targetedStep(budget)) {
            float[] found = losses.toFloatArray();
            for (int row = 0; row < found.length; row++) {
                run.requireFinite(found[row], positions[row]);
            }
        }
        run.countGradientsEach(nearest ? run.classifier().classes() : 1, positions);
        run.classifier().forwardKernel(rows.scope(), budget.norm().kernel("fab_keep"), rows.x(), rows.x0(), rows.y(), rows.x(), rows.xBest(), rows.best(),
                BACK);
        run.countForwards(positions);
        settle(rows.best().toDoubleArray());
    }

    private NDArray targetedStep(ThreatBudget budget) {
        return TorchModule.tensor(run.classifier().gradientKernel(rows.scope(), budget.norm().kernel("fab_step"), rows.x(), rows.x0(), rows.y(),
                rows.targets(), rows.x(), Loss.TARGETED_DIFFERENCE.code(), OVERSHOOT, LARGEST_BIAS, budget.min(), budget.max()));
    }

    private NDArray nearestStep(ThreatBudget budget) {
        return TorchModule.tensor(run.classifier().gradientsKernel(rows.scope(), budget.norm().kernel("fab_nearest_step"), run.classifier().classes(),
                rows.x(), rows.x0(), rows.y(), rows.x(), OVERSHOOT, LARGEST_BIAS, budget.min(), budget.max()));
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
        boolean[] solved = run.confirm(positions, rows.x0(), rows.xBest(), nearer);
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
}
