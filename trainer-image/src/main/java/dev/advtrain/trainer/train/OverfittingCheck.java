package dev.advtrain.trainer.train;

import ai.djl.ndarray.NDManager;
import dev.advtrain.trainer.attack.AttackBatch;
import dev.advtrain.trainer.attack.Cancellation;
import dev.advtrain.trainer.attack.InnerAttack;
import dev.advtrain.trainer.attack.Parts;
import dev.advtrain.trainer.data.Dataset;
import dev.advtrain.trainer.model.Classifier;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.random.Purpose;
import dev.advtrain.trainer.tensor.Tensors;
import dev.advtrain.trainer.threat.ThreatBudget;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Finds catastrophic overfitting (Wong et al. 2020, arXiv:2001.03994): a model that resists the one step it is trained with and not
 * the same budget in several. It is found where, under one of the threat models, PGD leaves at most half as many of the held-back
 * examples right as the one step does, and fewer by at least a fifth of all and by three. At most 250 of them are attacked, from
 * starts that are the same in every epoch.
 */
final class OverfittingCheck {
    private static final int EXAMPLES = 250;
    private static final double LEAST_SHARE = 0.2;
    private static final int LEAST_EXAMPLES = 3;
    private static final double COLLAPSE = 0.5;

    private final Classifier classifier;
    private final WrappedModel model;
    private final Dataset held;
    private final Crafter.Settings settings;
    private final Crafter.Attacks oneStep;
    private final Crafter.Attacks pgd;
    private final int batch;
    private final Cancellation cancellation;

    /** @param trainingBatch that memory suffices for */
    OverfittingCheck(WrappedModel model, Dataset held, Crafter.Settings settings, Crafter.Attacks oneStep, Crafter.Attacks pgd, int trainingBatch,
            Cancellation cancellation) {
        this.classifier = model.classifier();
        this.model = model;
        this.held = held.first(EXAMPLES);
        this.settings = settings;
        this.oneStep = oneStep;
        this.pgd = pgd;
        this.batch = trainingBatch;
        this.cancellation = cancellation;
    }

    /**
     * @param oneStep share of the examples that are right after one step
     * @param pgd     the same after PGD
     */
    record Finding(double oneStep, double pgd) {}

    /** @param scale of the budgets that the model was trained with so far: one that has not met the whole budget yet resists no attack */
    Optional<Finding> find(double scale) {
        for (int threat = 0; threat < settings.budgets().size(); threat++) {
            ThreatBudget whole = settings.budgets().get(threat);
            ThreatBudget budget = whole.withEpsilon(whole.epsilon() * scale);
            Key key = Key.of(settings.seed(), Purpose.ATTACK_START).withAttack(threat);
            long afterOne = right(oneStep, budget, scale, key);
            long afterAll = right(pgd, budget, scale, key);
            if (collapsed(afterOne, afterAll, held.size())) {
                return Optional.of(new Finding((double) afterOne / held.size(), (double) afterAll / held.size()));
            }
        }
        return Optional.empty();
    }

    /**
     * @param oneStep how many of so many examples are right after one step
     * @param pgd     the same after PGD
     */
    static boolean collapsed(long oneStep, long pgd, int examples) {
        long lost = oneStep - pgd;
        return pgd <= COLLAPSE * oneStep && lost >= LEAST_EXAMPLES && lost >= LEAST_SHARE * examples;
    }

    private long right(Crafter.Attacks attacks, ThreatBudget budget, double scale, Key key) {
        long right = 0;
        for (int from = 0; from < held.size(); from += batch) {
            right += right(attacks.of(budget, scale), key, IntStream.range(from, Math.min(from + batch, held.size())).toArray());
        }
        return right;
    }

    private long right(InnerAttack attack, Key key, int... examples) {
        long[] labels = IntStream.of(examples).mapToLong(held::label).toArray();
        try (NDManager scope = classifier.newScope()) {
            AttackBatch made = new AttackBatch(Tensors.create(scope, held.values(examples), model.shape().batch(examples.length)), labels,
                    IntStream.of(examples).mapToLong(held::id).toArray());
            int[] predicted = classifier.predict(Parts.craft(attack, classifier, scope, made, Tensors.create(scope, labels), key, cancellation));
            return IntStream.range(0, examples.length).filter(i -> predicted[i] == labels[i]).count();
        }
    }
}
