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
    private static final int DRAWS = 5;
    /** Made of them: where both windows begin, and the turn. */
    private static final int PLACES = 3;

    private final AttackRun run;
    private final SquareMoves moves;
    private final int channels;
    private final int height;
    private final int width;
    private final NDManager scope;
    private int[] positions;
    private Rows rows;
    private Windows windows;

    /**
     * What windows of one size have in common.
     *
     * @param offsets of their places in an image's plane from the first, row-major
     * @param pattern [2, places], upright and turned
     */
    record Windows(int size, NDArray offsets, NDArray pattern) {
        static Windows of(NDManager scope, SquareMoves moves, int size, int width) {
            long[] offsets = new long[size * size];
            float[] upright = moves.pattern(size);
            float[] patterns = Arrays.copyOf(upright, 2 * upright.length);
            for (int i = 0; i < size; i++) {
                for (int j = 0; j < size; j++) {
                    offsets[i * size + j] = (long) i * width + j;
                    patterns[upright.length + i * size + j] = upright[j * size + i];
                }
            }
            return new Windows(size, Tensors.create(scope, offsets), Tensors.create(scope, patterns, 2, upright.length));
        }

        /** The first place of a window at a corner drawn from [0, 1)^2; as in the authors' code never at the last row or column. */
        long first(float down, float along, int height, int width) {
            return (long) (down * (height - size)) * width + (long) (along * (width - size));
        }

        void close() {
            offsets.close();
            pattern.close();
        }
    }

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

    SquareSearch(AttackRun run, Square attack) {
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
        float[] margins = new float[positions.length];
        Arrays.fill(margins, Float.POSITIVE_INFINITY);
        NDArray y = run.labels(first, positions);
        NDArray margin = Tensors.create(first, margins, margins.length);
        List<NDArray> region = attack.region(run.classifier(), first, run.x());
        run.checkCancelled();
        try (NDManager own = run.classifier().newScope()) {
            NDArray start = Starts.onBound(run.classifier(), first, budget, run.x(), directions(own));
            this.rows = new Rows(first, run.x(), y, start, margin, region);
            settle(TorchModule.tensor(run.classifier().forwardKernel(own, "square_start", start, y, start, margin)));
        }
    }

    boolean done() {
        return positions.length == 0;
    }

    /** @param query counted from 0, without the start's */
    void step(int query) {
        run.checkCancelled();
        ThreatBudget budget = run.budget();
        chooseWindows(moves.size(Square.share(query), height, width));
        try (NDManager own = run.classifier().newScope()) {
            Draw draw = draw(own, query);
            settle(TorchModule.tensor(run.classifier().forwardKernel(own, budget.norm().kernel("square_step"), rows.x(), rows.region(), rows.y(), rows.x(),
                    rows.margin(), draw.places(), draw.signs(), windows.offsets(), windows.pattern(), budget.epsilon(), budget.min(), budget.max())));
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

    /** As the kernels take them. */
    private record Draw(NDArray places, NDArray signs) {}

    /** Each example's windows and the signs of its channels. */
    private Draw draw(NDManager manager, int query) {
        int n = positions.length;
        long[] places = new long[PLACES * n];
        float[] signs = new float[n * channels];
        float[] draws = new float[DRAWS + channels];
        for (int row = 0; row < n; row++) {
            Philox4x32.uniform(key(positions[row], query + 1), draws, 0, draws.length);
            places[row] = windows.first(draws[0], draws[1], height, width);
            places[n + row] = windows.first(draws[2], draws[3], height, width);
            places[2 * n + row] = SquareMoves.sign(draws[4]) < 0 ? 0 : 1;
            for (int c = 0; c < channels; c++) {
                signs[row * channels + c] = SquareMoves.sign(draws[DRAWS + c]);
            }
        }
        return new Draw(Tensors.create(manager, places, PLACES, n), Tensors.create(manager, signs, n, channels));
    }

    private Key key(int position, int iteration) {
        return run.key().withIteration(iteration).withExample(run.batch().ids()[position]);
    }

    private void chooseWindows(int size) {
        if (windows == null || windows.size() != size) {
            if (windows != null) {
                windows.close();
            }
            windows = Windows.of(scope, moves, size, width);
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
        boolean[] solved = run.confirm(positions, rows.x0(), rows.x(), wrong);
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
