package dev.advtrain.trainer.attack;

import ai.djl.ndarray.types.Shape;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.threat.ThreatBudget;

/**
 * Square (Andriushchenko et al. 2020, arXiv:1912.00049): random search over squares that shrink with the queries, from
 * scores alone. Every example has draws of its own. Solved examples always leave, as in the authors' code.
 */
public final class Square extends FixedBudgetAttack {
    /** Queries at which the share of the image that a square covers has halved once more. */
    private static final int[] HALVINGS = {10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000};
    private static final double FIRST_SHARE = 0.8;
    private static final int IMAGE_DIMENSIONS = 3;

    private final int queries;

    /** @param queries after the first, which is the start's */
    public Square(ThreatBudget budget, int queries) {
        super("Square", budget);
        requireAtLeastOne("queries", queries);
        this.queries = queries;
    }

    public int queries() {
        return queries;
    }

    /** The share of the image that the square of a query covers, queries counted from 0: not scaled to their number. */
    static double share(int query) {
        double share = FIRST_SHARE;
        for (int halving : HALVINGS) {
            share = query > halving ? share / 2 : share;
        }
        return share;
    }

    @Override
    boolean needsImages() {
        return true;
    }

    @Override
    public boolean needsGradient() {
        return false;
    }

    @Override
    void search(AttackRun run) {
        Shape shape = run.x().getShape();
        if (shape.dimension() != IMAGE_DIMENSIONS + 1) {
            throw new TrainerException(ExitCode.RUN_SPEC, name() + " needs inputs of the shape [channels, height, width], but the model's are "
                    + shape.slice(1));
        }
        try (SquareSearch search = new SquareSearch(run, this)) {
            for (int query = 0; query < queries && !search.done(); query++) {
                search.step(query);
            }
        }
    }
}
