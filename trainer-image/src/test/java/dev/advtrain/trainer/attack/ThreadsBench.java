package dev.advtrain.trainer.attack;

import static dev.advtrain.trainer.proof.Figures.median;
import static dev.advtrain.trainer.proof.Figures.say;
import static dev.advtrain.trainer.proof.Figures.spread;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.advtrain.trainer.model.Classifier;
import dev.advtrain.trainer.model.Loss;
import dev.advtrain.trainer.model.Reference;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.random.Purpose;
import dev.advtrain.trainer.tensor.EngineThreads;
import dev.advtrain.trainer.threat.Norm;
import dev.advtrain.trainer.threat.ThreatBudget;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** PGD-10 on a batch whose examples are shared out to threads, against operators that share their own work among as many, in turns. */
final class ThreadsBench {
    private static final Key KEY = Key.of(0, Purpose.ATTACK_START);
    private static final Pgd PGD = new Pgd(new ThreatBudget(Norm.LINF, 0.1, 0, 1), Loss.CROSS_ENTROPY, 10, 0.025, true);
    private static final int BATCH = 128;
    private static final int ROUNDS = 7;
    private static final int REPEATS = 10;
    private static final double LARGEST_RATIO = 1;

    private ThreadsBench() {}

    public static void main(String[] arguments) {
        Reference digits = Reference.digits();
        Reference reference = digits.images(IntStream.range(0, BATCH).map(i -> i % digits.size()).toArray());
        try (WrappedModel model = reference.model(); NDManager owned = model.newScope()) {
            Classifier classifier = model.classifier();
            AttackBatch batch = new AttackBatch(owned.create(reference.x(), new Shape(Reference.SHAPE.batch(BATCH))), reference.y(),
                    LongStream.range(0, BATCH).toArray());
            NDArray y = owned.create(reference.y());
            double[] shared = new double[ROUNDS];
            double[] operators = new double[ROUNDS];
            for (int round = -1; round < ROUNDS; round++) {
                for (int repeat = 0; repeat < REPEATS; repeat++) {
                    long begun = System.nanoTime();
                    try (NDManager scope = model.newScope()) {
                        Parts.craft(PGD, classifier, scope, batch, y, KEY, Cancellation.NEVER);
                    }
                    long between = System.nanoTime();
                    try (NDManager scope = model.newScope()) {
                        PGD.craft(classifier, scope, batch, y, KEY, Cancellation.NEVER);
                    }
                    if (round >= 0) {
                        shared[round] += between - begun;
                        operators[round] += System.nanoTime() - between;
                    }
                }
            }
            double[] ratios = new double[ROUNDS];
            Arrays.setAll(ratios, i -> shared[i] / operators[i]);
            say("PGD-10 on %d examples, SmallCnn width 16, %d threads; median of %d rounds of %d batches (least, most)", BATCH, EngineThreads.count(),
                    ROUNDS, REPEATS);
            say("examples shared out   %s ms", spread(shared, 1e-6 / REPEATS));
            say("operators shared out  %s ms", spread(operators, 1e-6 / REPEATS));
            say("ratio                 %s     at most %.2f", spread(ratios, 1), LARGEST_RATIO);
            if (median(ratios) > LARGEST_RATIO) {
                System.exit(1);
            }
        }
    }
}
