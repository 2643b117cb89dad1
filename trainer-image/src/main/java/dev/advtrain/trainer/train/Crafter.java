package dev.advtrain.trainer.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.advtrain.api.v1alpha1.training.MultiThreat;
import dev.advtrain.trainer.attack.AttackBatch;
import dev.advtrain.trainer.attack.Cancellation;
import dev.advtrain.trainer.attack.InnerAttack;
import dev.advtrain.trainer.attack.Parts;
import dev.advtrain.trainer.attack.Starts;
import dev.advtrain.trainer.model.Classifier;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.random.Philox4x32;
import dev.advtrain.trainer.random.Purpose;
import dev.advtrain.trainer.tensor.TorchModule;
import dev.advtrain.trainer.threat.ThreatBudget;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Makes the adversarial examples of a training step. Under several threat models: for each example the one with the highest
 * loss (Tramer and Boneh 2019, arXiv:1904.13000; Maini et al. 2020, arXiv:1909.04068), all of them, or those of one threat model
 * drawn for the batch.
 */
final class Crafter {
    /** Of the key: apart from the starts of attacks. */
    private static final int NEAR_RESTART = 1;

    private final Classifier classifier;
    private final Settings settings;
    private final Attacks attacks;
    private final boolean byDivergence;
    private final Cancellation cancellation;

    /**
     * @param budgets       of the threat models to train against
     * @param cleanFraction in [0, 1): this share of a batch, rounded down, its first examples, stays as it is
     */
    record Settings(List<ThreatBudget> budgets, MultiThreat multiThreat, double cleanFraction, long seed) {}

    /** The attack for a budget. */
    interface Attacks {
        /** @param budget already scaled, as step sizes are to be */
        InnerAttack of(ThreatBudget budget, double scale);
    }

    /** @param byDivergence whether the loss that counts among threat models is the divergence; else the cross entropy */
    Crafter(Classifier classifier, Settings settings, Attacks attacks, boolean byDivergence, Cancellation cancellation) {
        this.classifier = classifier;
        this.settings = settings;
        this.attacks = attacks;
        this.byDivergence = byDivergence;
        this.cancellation = cancellation;
    }

    Objective.Examples craft(NDManager scope, Method.Step step) {
        AttackBatch batch = step.batch();
        int clean = (int) (settings.cleanFraction() * batch.size());
        if (clean == 0) {
            return new Objective.Examples(batch.x(), adversarial(scope, step), step.y(), null);
        }
        try (NDManager own = classifier.newScope()) {
            AttackBatch others = new AttackBatch(rowsFrom(own, batch.x(), clean), Arrays.copyOfRange(batch.labels(), clean, batch.size()),
                    Arrays.copyOfRange(batch.ids(), clean, batch.size()));
            List<NDArray> made = adversarial(own, new Method.Step(others, rowsFrom(own, step.y(), clean), step.epoch(), step.position(), step.scale()));
            return new Objective.Examples(batch.x(), made.stream().map(each -> TorchModule.tensor(
                    classifier.tensorKernel(scope, "rows_before", batch.x(), clean, each))).toList(), step.y(), null);
        }
    }

    /** A random point of the first budget around each example. */
    NDArray near(NDManager scope, Method.Step step) {
        return Starts.pgd(classifier, scope, scaled(0, step), key(step, 0).withRestart(NEAR_RESTART), step.batch().x(), step.batch().ids());
    }

    private List<NDArray> adversarial(NDManager scope, Method.Step step) {
        int threats = settings.budgets().size();
        if (threats == 1) {
            return List.of(craft(scope, step, 0));
        }
        return switch (settings.multiThreat()) {
            case RANDOM_ONE -> List.of(craft(scope, step, Philox4x32.bounded(
                    Key.of(settings.seed(), Purpose.THREAT_MODEL).withEpoch(step.epoch()).withExample(step.position()), threats)));
            case AVERAGE -> all(scope, step);
            case MAX -> {
                try (NDManager own = classifier.newScope()) {
                    yield List.of(TorchModule.tensor(classifier.forwardsKernel(scope, "harder", threats + (byDivergence ? 1 : 0),
                            step.batch().x(), step.batch().x(), all(own, step), step.y(), byDivergence)));
                }
            }
        };
    }

    private List<NDArray> all(NDManager scope, Method.Step step) {
        return IntStream.range(0, settings.budgets().size()).mapToObj(threat -> craft(scope, step, threat)).toList();
    }

    private NDArray craft(NDManager scope, Method.Step step, int threat) {
        return Parts.craft(attacks.of(scaled(threat, step), step.scale()), classifier, scope, step.batch(), step.y(), key(step, threat), cancellation);
    }

    private Key key(Method.Step step, int threat) {
        return Key.of(settings.seed(), Purpose.ATTACK_START).withEpoch(step.epoch()).withAttack(threat);
    }

    private ThreatBudget scaled(int threat, Method.Step step) {
        ThreatBudget budget = settings.budgets().get(threat);
        return budget.withEpsilon(budget.epsilon() * step.scale());
    }

    private NDArray rowsFrom(NDManager scope, NDArray tensor, int first) {
        return TorchModule.tensor(classifier.tensorKernel(scope, "rows_from", tensor, first));
    }
}
