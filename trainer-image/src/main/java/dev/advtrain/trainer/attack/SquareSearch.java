package dev.advtrain.trainer.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.random.Philox4x32;
import dev.advtrain.trainer.tensor.Tensors;
import dev.advtrain.trainer.tensor.TorchModule;
import dev.advtrain.trainer.threat.ThreatBudget;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** One run of {@link Square} on one batch. Rows of the tensors belong to the examples still searched. */
final class SquareSearch implements AutoCloseable {
    /** Of a query, beside the signs of the channels: two corners and a turn. */
    private static final int PLACES = 5;

    private final AttackRun run;
    private final SquareMoves moves;
    private final int channels;
    private final int height;
    private final int width;
    private final NDManager scope;
    private int[] positions;
    private Rows rows;
    private NDArray pattern;

    /** The kernels change x, the best point so far, and its margin. */
    private record Rows(NDManager scope, NDArray x0, NDArray y, NDArray x, NDArray margin, List<NDArray> region) {
        static Rows of(NDManager scope, List<NDArray> list) {
            return new Rows(scope, list.get(0), list.get(1), list.get(2), list.get(3), list.subList(4, list.size()));
        }

        List<NDArray> list() {
            List<NDArray> list = new ArrayList<>(List.of(x0, y, x, margin));
            list.addAll(region);
            return list;
        }
    }

    SquareSearch(AttackRun run) {
        this.run = run;
        ThreatBudget budget = run.budget();
        this.moves = SquareMoves.of(budget.norm());
        Shape shape = run.x().getShape();
        this.channels = Math.toIntExact(shape.get(1));
        this.height = Math.toIntExact(shape.get(2));
        this.width = Math.toIntExact(shape.get(3));
        this.positions = run.all();
        this.scope = run.classifier().newScope();
        NDManager first = run.classifier().newScope();
        NDArray x = run.x().duplicate();
        x.attach(first);
        float[] margins = new float[positions.length];
        Arrays.fill(margins, Float.POSITIVE_INFINITY);
        NDArray y = run.labels(first, positions);
        NDArray margin = Tensors.create(first, margins, margins.length);
        this.rows = new Rows(first, run.x(), y, x, margin, TorchModule.tensors(run.classifier().tensorKernel(first, budget.norm().kernel("region"),
                run.x(), budget.epsilon(), budget.min(), budget.max())));
        run.checkCancelled();
        try (NDManager own = run.classifier().newScope()) {
            NDArray start = Starts.onBound(run.classifier(), own, budget, run.x(), directions(own));
            settle(TorchModule.tensor(run.classifier().forwardKernel(own, "square_keep", start, y, start, x, margin)));
        }
    }

    boolean done() {
        return positions.length == 0;
    }

    /** @param query counted from 0, without the start's */
    void step(int query) {
        run.checkCancelled();
        ThreatBudget budget = run.budget();
        choosePattern(moves.size(Square.share(query), height, width));
        try (NDManager own = run.classifier().newScope()) {
            settle(TorchModule.tensor(run.classifier().forwardKernel(own, budget.norm().kernel("square_step"), rows.x(), rows.region(), rows.y(), rows.x(),
                    rows.margin(), draws(own, query), pattern, budget.epsilon(), budget.min(), budget.max())));
        }
    }

    @Override
    public void close() {
        rows.scope().close();
        scope.close();
    }

    private NDArray directions(NDManager manager) {
        int features = run.batch().features();
        float[] values = new float[positions.length * features];
        for (int i = 0; i < positions.length; i++) {
            moves.start(key(i, 0), values, i * features, channels, height, width);
        }
        return Tensors.create(manager, values, run.x().getShape().getShape());
    }

    private NDArray draws(NDManager manager, int query) {
        int each = PLACES + channels;
        float[] values = new float[positions.length * each];
        for (int row = 0; row < positions.length; row++) {
            Philox4x32.uniform(key(positions[row], query + 1), values, row * each, each);
        }
        return Tensors.create(manager, values, positions.length, each);
    }

    private Key key(int position, int iteration) {
        return run.key().withIteration(iteration).withExample(run.batch().ids()[position]);
    }

    private void choosePattern(int size) {
        if (pattern == null || pattern.getShape().get(0) != size) {
            if (pattern != null) {
                pattern.close();
            }
            pattern = Tensors.create(scope, moves.pattern(size), size, size);
        }
    }

    /** Lets go of the examples whose candidate is misclassified, where a fresh forward pass says so too. */
    private void settle(NDArray found) {
        run.countForwards(positions);
        float[] numbers = found.toFloatArray();
        int n = positions.length;
        for (int row = 0; row < n; row++) {
            run.requireFinite(numbers[row], positions[row]);
        }
        int[] wrong = IntStream.range(0, n).filter(row -> numbers[n + row] > 0).toArray();
        if (wrong.length == 0) {
            return;
        }
        boolean[] solved = new boolean[n];
        try (NDManager own = run.classifier().newScope()) {
            List<NDArray> selected = run.select(own, List.of(rows.x0(), rows.x()), wrong);
            boolean[] confirmed = run.judge(Arrays.stream(wrong).map(row -> positions[row]).toArray(), selected.get(0), selected.get(1), true);
            for (int i = 0; i < wrong.length; i++) {
                solved[wrong[i]] = confirmed[i];
            }
        }
        keep(IntStream.range(0, n).filter(row -> !solved[row]).toArray());
    }

    private void keep(int... kept) {
        if (kept.length == positions.length) {
            return;
        }
        positions = Arrays.stream(kept).map(row -> positions[row]).toArray();
        if (kept.length > 0) {
            NDManager next = run.classifier().newScope();
            Rows selected = Rows.of(next, run.select(next, rows.list(), kept));
            rows.scope().close();
            rows = selected;
        }
    }
}
