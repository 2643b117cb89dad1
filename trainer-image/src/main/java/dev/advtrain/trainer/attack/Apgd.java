package dev.advtrain.trainer.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.advtrain.trainer.model.Loss;
import dev.advtrain.trainer.tensor.Tensors;
import dev.advtrain.trainer.threat.ThreatBudget;

/**
 * Auto-PGD (Croce and Hein 2020, arXiv:2003.01690): momentum, and a step size per example that is halved, going back to
 * the best point, where progress stalls. The candidate is the latest misclassified iterate; the start counts as one.
 *
 * <p>A model that is random is attacked through the expectation over its transformation: each gradient is the mean of several
 * passes (Athalye et al. 2018, arXiv:1802.00420), and an example that one pass calls solved stays until the search ends.
 */
public final class Apgd extends GradientAttack {
    private static final double FIRST_WINDOW = 0.22;
    private static final double WINDOW_DECREASE = 0.03;
    private static final double LEAST_WINDOW = 0.06;

    private final int steps;
    private final int restarts;
    private final boolean randomStart;
    private final int eotIterations;

    public Apgd(ThreatBudget budget, Loss loss, int steps) {
        this(budget, loss, steps, 1);
    }

    /** @param restarts random starts, each on the examples that are still right */
    public Apgd(ThreatBudget budget, Loss loss, int steps, int restarts) {
        this(budget, loss, steps, restarts, 1);
    }

    /** @param eotIterations passes that a gradient is the mean of; 1 for a model that is not random */
    public Apgd(ThreatBudget budget, Loss loss, int steps, int restarts, int eotIterations) {
        this(name(loss) + repeated(restarts) + (eotIterations > 1 ? " EOT-" + eotIterations : ""), budget, loss, steps, restarts, true, eotIterations);
    }

    private Apgd(String name, ThreatBudget budget, Loss loss, int steps, int restarts, boolean randomStart, int eotIterations) {
        super(name, budget, loss);
        requireAtLeastOne("steps", steps);
        requireRestarts(restarts, randomStart);
        requireAtLeastOne("eotIterations", eotIterations);
        this.steps = steps;
        this.restarts = restarts;
        this.randomStart = randomStart;
        this.eotIterations = eotIterations;
    }

    /** Starts from the examples themselves, as recorded runs do. */
    static Apgd fromExamples(ThreatBudget budget, Loss loss, int steps) {
        return new Apgd(name(loss), budget, loss, steps, 1, false, 1);
    }

    /** The search of an attack that chooses its targets. */
    static Apgd targeted(String name, ThreatBudget budget, int steps, boolean randomStart) {
        return new Apgd(name, budget, Loss.TARGETED_DLR, steps, 1, randomStart, 1);
    }

    private static String name(Loss loss) {
        return switch (loss) {
            case CROSS_ENTROPY -> "APGD-CE";
            case DLR -> "APGD-DLR";
            case RESCALED_CROSS_ENTROPY -> "APGD-rescaled CE";
            case EXACT_CROSS_ENTROPY -> "APGD-exact CE";
            case TARGETED_DLR, TARGETED_CROSS_ENTROPY, TARGETED_DIFFERENCE -> throw new IllegalArgumentException("untargeted APGD has no targets");
        };
    }

    public int steps() {
        return steps;
    }

    int eotIterations() {
        return eotIterations;
    }

    @Override
    void search(AttackRun run) {
        for (int restart = 0; restart < restarts; restart++) {
            search(run, restart, run.batch().labels());
        }
    }

    /**
     * One search for each example that is still right.
     *
     * @param targets by position in the batch; the labels where the loss is untargeted
     */
    void search(AttackRun run, int restart, long... targets) {
        int[] positions = run.unsolved();
        if (positions.length == 0) {
            return;
        }
        try (NDManager scope = run.classifier().newScope()) {
            AttackBatch examples = run.examples(scope, positions);
            try (ApgdSearch search = new ApgdSearch(run, this, positions, targets, examples.x(), start(run, scope, restart, examples))) {
                while (!search.done()) {
                    search.step();
                }
                search.finish();
            }
        }
    }

    NDArray start(AttackRun run, NDManager scope, int restart, AttackBatch examples) {
        if (randomStart) {
            return Starts.apgd(run.classifier(), scope, budget(), run.key().withRestart(restart), examples.x(), examples.ids());
        }
        return Tensors.copy(examples.x(), scope);
    }

    /** Which window ends after each step: its length, or 0 within one. */
    int[] windows() {
        int[] ends = new int[steps];
        int window = share(FIRST_WINDOW);
        for (int end = window; end <= steps; end += window) {
            ends[end - 1] = window;
            window = Math.max(window - share(WINDOW_DECREASE), share(LEAST_WINDOW));
        }
        return ends;
    }

    private int share(double part) {
        return Math.max((int) (part * steps), 1);
    }
}
