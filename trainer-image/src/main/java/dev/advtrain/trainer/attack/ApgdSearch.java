package dev.advtrain.trainer.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.advtrain.trainer.model.LossGradient;
import dev.advtrain.trainer.tensor.Tensors;
import dev.advtrain.trainer.tensor.TorchModule;
import dev.advtrain.trainer.threat.ThreatBudget;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One run of {@link Apgd} on one batch. Rows of the tensors belong to the examples that are still searched, in the order
 * of {@link #positions}; what is kept in Java goes by position in the batch.
 */
final class ApgdSearch implements AutoCloseable {
    private static final double FIRST_STEP = 2;
    private static final double MOMENTUM = 0.75;
    private static final double RHO = 0.75;

    private final AttackRun run;
    private final Apgd attack;
    private final int[] windows;
    private final float[][] losses;
    private final float[] best;
    private final float[] bestAtCheckpoint;
    private final boolean[] halvedAtCheckpoint;
    private final boolean[] claimed;
    private final float[] stepSize;
    private int iteration;
    private int[] positions;
    private Rows tensors;
    private NDArray stepSizes;

    /** Rows of the examples still searched. The kernel changes all from xPrevious on but g. */
    private record Rows(NDManager scope, NDArray x0, NDArray y, NDArray targets, NDArray x, NDArray xPrevious, NDArray g, NDArray xBest,
            NDArray gBest, NDArray lossBest, NDArray xAdversarial, List<NDArray> region) {
        static Rows of(NDManager scope, List<NDArray> list) {
            return new Rows(scope, list.get(0), list.get(1), list.get(2), list.get(3), list.get(4), list.get(5), list.get(6), list.get(7),
                    list.get(8), list.get(9), list.subList(10, list.size()));
        }

        List<NDArray> list() {
            List<NDArray> list = new ArrayList<>(List.of(x0, y, targets, x, xPrevious, g, xBest, gBest, lossBest, xAdversarial));
            list.addAll(region);
            return list;
        }

        /** After a step: the new point lies where the one before x was. */
        Rows moved(NDArray gradient) {
            g.close();
            return new Rows(scope, x0, y, targets, xPrevious, x, gradient, xBest, gBest, lossBest, xAdversarial, region);
        }
    }

    /**
     * @param positions the examples to search
     * @param targets   by position in the batch
     * @param x0        those examples; the caller's to close, as is the start
     * @param start     a point for each
     */
    ApgdSearch(AttackRun run, Apgd attack, int[] positions, long[] targets, NDArray x0, NDArray start) {
        this.run = run;
        this.attack = attack;
        int n = run.batch().size();
        this.windows = attack.windows();
        this.losses = new float[attack.steps()][n];
        this.halvedAtCheckpoint = new boolean[n];
        Arrays.fill(halvedAtCheckpoint, true);
        this.claimed = new boolean[n];
        this.stepSize = new float[n];
        Arrays.fill(stepSize, (float) (FIRST_STEP * run.budget().epsilon()));
        this.positions = positions;

        NDManager scope = run.classifier().newScope();
        NDArray y = run.labels(scope, positions);
        NDArray aims = run.pick(scope, targets, positions);
        LossGradient at = run.classifier().meanLossGradient(scope, attack.loss(), attack.eotIterations(), start, y, aims);
        run.countGradientsEach(attack.eotIterations(), positions);
        this.best = new float[n];
        boolean[] wrong = new boolean[positions.length];
        float[] found = at.losses().toFloatArray();
        try (NDArray predicted = at.logits().argMax(1)) {
            long[] classes = predicted.toLongArray();
            for (int row = 0; row < positions.length; row++) {
                run.requireFinite(found[row], positions[row]);
                best[positions[row]] = found[row];
                wrong[row] = classes[row] != run.batch().labels()[positions[row]];
            }
        }
        this.bestAtCheckpoint = best.clone();
        // Copies: the kernel writes into each of them.
        this.tensors = new Rows(scope, x0, y, aims, Tensors.copy(start, scope), Tensors.copy(start, scope), at.gradient(), Tensors.copy(start, scope),
                Tensors.copy(at.gradient(), scope), at.losses(), Tensors.copy(start, scope), attack.region(run.classifier(), scope, x0));
        at.logits().close();
        newStepSizes();
        settle(wrong);
    }

    boolean done() {
        return positions.length == 0 || iteration == attack.steps();
    }

    void step() {
        run.checkCancelled();
        ThreatBudget budget = run.budget();
        List<NDArray> result = TorchModule.tensors(run.classifier().gradientsKernel(tensors.scope(), budget.norm().kernel("apgd_step"), attack.eotIterations(),
                tensors.x(), tensors.region(), tensors.y(), tensors.targets(), tensors.x(), tensors.xPrevious(), tensors.g(), tensors.xBest(), tensors.gBest(),
                tensors.lossBest(), tensors.xAdversarial(), keepSolved(), stepSizes, attack.loss().code(), attack.eotIterations(),
                iteration == 0 ? 1 : MOMENTUM, budget.epsilon(), budget.min(), budget.max()));
        run.countGradientsEach(attack.eotIterations(), positions);
        tensors = tensors.moved(result.get(1));
        int rows = positions.length;
        boolean[] wrong = new boolean[rows];
        try (NDArray numbers = result.get(0)) {
            float[] found = numbers.toFloatArray();
            for (int row = 0; row < rows; row++) {
                run.requireFinite(found[row], positions[row]);
                losses[iteration][positions[row]] = found[row];
                best[positions[row]] = found[rows + row];
                wrong[row] = found[2 * rows + row] > 0;
            }
        }
        settle(wrong);
        if (windows[iteration] > 0 && positions.length > 0) {
            checkpoint(windows[iteration]);
        }
        iteration++;
    }

    /** Judges what was kept in the batch although it was solved. */
    void finish() {
        if (keepSolved()) {
            int[] rows = IntStream.range(0, positions.length).filter(row -> claimed[positions[row]]).toArray();
            if (rows.length > 0) {
                run.confirm(positions, tensors.x0(), tensors.xAdversarial(), rows);
            }
        }
    }

    /** Under expectation over transformation one pass does not tell whether an example is solved. */
    private boolean keepSolved() {
        return run.keepSolved() || attack.eotIterations() > 1;
    }

    /** The present iterates of the examples still searched. */
    NDArray x() {
        return tensors.x();
    }

    /** The highest loss of each example so far. */
    float[] best() {
        return best;
    }

    @Override
    public void close() {
        tensors.scope().close();
    }

    /** Lets go of the examples whose new iterate is misclassified, where a fresh forward pass says so too. */
    private void settle(boolean... wrong) {
        int[] rows = IntStream.range(0, wrong.length).filter(row -> wrong[row]).toArray();
        for (int row : rows) {
            claimed[positions[row]] = true;
        }
        if (rows.length == 0 || keepSolved()) {
            return;
        }
        boolean[] solved = run.confirm(positions, tensors.x0(), tensors.x(), rows);
        keep(IntStream.range(0, positions.length).filter(row -> !solved[row]).toArray());
    }

    private void keep(int... rows) {
        if (rows.length == positions.length) {
            return;
        }
        positions = Arrays.stream(rows).map(row -> positions[row]).toArray();
        if (rows.length > 0) {
            NDManager scope = run.classifier().newScope();
            Rows selected = Rows.of(scope, run.select(scope, tensors.list(), rows));
            tensors.scope().close();
            tensors = selected;
            newStepSizes();
        }
    }

    /** Halves the step of an example and sends it back to its best point where its progress in the window was too small. */
    private void checkpoint(int window) {
        float[] chosen = new float[positions.length];
        boolean any = false;
        for (int row = 0; row < positions.length; row++) {
            int position = positions[row];
            boolean oscillates = rises(position, window) <= RHO * window;
            boolean stalls = !halvedAtCheckpoint[position] && bestAtCheckpoint[position] >= best[position];
            halvedAtCheckpoint[position] = oscillates || stalls;
            bestAtCheckpoint[position] = best[position];
            if (halvedAtCheckpoint[position]) {
                stepSize[position] /= 2;
                chosen[row] = 1;
                any = true;
            }
        }
        if (any) {
            try (NDArray back = Tensors.create(tensors.scope(), chosen, chosen.length)) {
                run.classifier().tensorKernel(tensors.scope(), "apgd_return", back, tensors.x(), tensors.g(), tensors.xBest(), tensors.gBest());
            }
            newStepSizes();
        }
    }

    /** Steps of the window whose loss is above that of the step before. The step before the first counts as loss 0, as in the authors' code. */
    private int rises(int position, int window) {
        int rises = 0;
        for (int i = iteration - window + 1; i <= iteration; i++) {
            float before = i == 0 ? 0 : losses[i - 1][position];
            if (losses[i][position] > before) {
                rises++;
            }
        }
        return rises;
    }

    private void newStepSizes() {
        if (stepSizes != null) {
            stepSizes.close();
        }
        float[] values = new float[positions.length];
        for (int row = 0; row < values.length; row++) {
            values[row] = stepSize[positions[row]];
        }
        stepSizes = Tensors.create(tensors.scope(), values, values.length);
    }
}
