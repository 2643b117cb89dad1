package dev.advtrain.trainer.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Wrong classes to aim at, for each example the likeliest first: ranks 2, 3, ... by the logits of the unperturbed example. */
final class RankedTargets {
    private RankedTargets() {}

    /**
     * Also settles the examples that are misclassified as they are.
     *
     * @param most how many classes to aim at; fewer where the model has fewer
     * @return [rank][position in the batch]
     */
    static long[][] of(AttackRun run, int most) {
        int n = run.batch().size();
        int classes = run.classifier().classes();
        float[] logits;
        try (NDManager scope = run.classifier().newScope()) {
            logits = run.classifier().logits(scope, run.x()).toFloatArray();
        }
        run.countForwards(run.all());
        long[][] targets = new long[Math.min(most, classes - 1)][n];
        boolean[] wrong = new boolean[n];
        for (int i = 0; i < n; i++) {
            int[] ranked = ranked(run, i, Arrays.copyOfRange(logits, i * classes, (i + 1) * classes));
            int label = (int) run.batch().labels()[i];
            wrong[i] = ranked[0] != label;
            int[] others = Arrays.stream(ranked).filter(c -> c != label).toArray();
            for (int rank = 0; rank < targets.length; rank++) {
                targets[rank][i] = others[rank];
            }
        }
        settle(run, IntStream.range(0, n).filter(i -> wrong[i]).toArray());
        return targets;
    }

    private static int[] ranked(AttackRun run, int position, float... logits) {
        for (float logit : logits) {
            if (!Float.isFinite(logit)) {
                throw run.violation(position, "has logits that are not finite");
            }
        }
        return IntStream.range(0, logits.length).boxed().sorted(Comparator.comparing((Integer c) -> -logits[c])).mapToInt(c -> c).toArray();
    }

    /** Settles the examples that are misclassified as they are. */
    static void settle(AttackRun run) {
        run.judge(run.all(), run.x(), run.x(), false);
    }

    private static void settle(AttackRun run, int... positions) {
        if (positions.length > 0) {
            try (NDManager scope = run.classifier().newScope()) {
                NDArray x = run.examples(scope, positions).x();
                run.judge(positions, x, x, false);
            }
        }
    }
}
