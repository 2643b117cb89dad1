package dev.advtrain.trainer.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.advtrain.api.v1alpha1.training.InnerMaximizationSpec;
import dev.advtrain.api.v1alpha1.training.MethodSpec;
import dev.advtrain.api.v1alpha1.training.TrainingAttack;
import dev.advtrain.api.v1alpha1.training.TrainingSpec;
import dev.advtrain.resolve.Budget;
import dev.advtrain.trainer.attack.AttackBatch;
import dev.advtrain.trainer.attack.Cancellation;
import dev.advtrain.trainer.attack.DeepFool;
import dev.advtrain.trainer.attack.NearAscent;
import dev.advtrain.trainer.attack.Pgd;
import dev.advtrain.trainer.data.Dataset;
import dev.advtrain.trainer.model.Loss;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.tensor.SafeTensors.Tensor;
import dev.advtrain.trainer.threat.ThreatBudget;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Supplier;

/** From a batch to what a step descends, with whatever is carried from step to step. */
sealed interface Method extends AutoCloseable permits Crafted, FgsmRs, Free {
    /** Steps that together could cross the budget two and a half times (Madry et al. 2018). */
    double PGD_STEPS_PER_BUDGET = 2.5;
    /** Wong et al. 2020: farther than the bound, so that a random start does not hold the step back. */
    double ONE_STEP_PER_BUDGET = 1.25;

    /**
     * A batch and its place in the run.
     *
     * @param y        [N], int64, the batch's labels
     * @param epoch    1-based: the pass over the examples that the batch belongs to
     * @param position of the batch in that pass
     * @param scale    of budget and step size, in (0, 1]
     */
    record Step(AttackBatch batch, NDArray y, int epoch, long position, double scale) {}

    /** Which batch a step takes. */
    record Place(int epoch, long position) {}

    /**
     * Makes the examples of a step, in eval mode with frozen parameters, within the scope.
     *
     * @return loss and gradients of these at the model's then present parameters
     * @throws dev.advtrain.trainer.attack.AttackCancelledException where asked to stop
     */
    Supplier<LossAndGradients> prepare(NDManager scope, Step step);

    /** @param step 0-based, over the whole run */
    default Place place(long step, long stepsPerEpoch) {
        return new Place((int) (step / stepsPerEpoch) + 1, step % stepsPerEpoch);
    }

    /** Called before the first step of an attempt, with what {@link #restore} brought back. */
    default void begin(Learner learner) {}

    /**
     * Called after the last step of each epoch. Returns what the user is to know of it.
     *
     * @param scale of the budget in that step
     */
    default Optional<String> endEpoch(Learner learner, int epoch, double scale) {
        return Optional.empty();
    }

    /** Copies of what is carried on, by name. */
    default SequencedMap<String, Tensor> state() {
        return new LinkedHashMap<>();
    }

    /** @param state as {@link #state()} gave it */
    default void restore(Map<String, Tensor> state) {}

    @Override
    default void close() {}

    /**
     * @param training resolved
     * @param budgets  of all threat models
     * @param held     examples held back
     */
    static Method of(TrainingSpec training, List<ThreatBudget> budgets, WrappedModel model, Dataset held, Cancellation cancellation) {
        MethodSpec method = training.method();
        InnerMaximizationSpec inner = training.innerMaximization();
        double smoothing = training.labelSmoothing() == null ? 0 : Double.parseDouble(training.labelSmoothing());
        Objective.CrossEntropy crossEntropy = new Objective.CrossEntropy(smoothing);
        if (method.standard() != null) {
            return new Crafted(model, Optional.empty(), crossEntropy);
        }
        if (method.free() != null) {
            double stepSize = inner.stepSize() == null ? budgets.getFirst().epsilon() : Budget.parse(inner.stepSize()).value();
            return new Free(model, budgets.getFirst(), method.free().replays(), stepSize, BatchSource.largest(training.batchSize()), smoothing);
        }
        Crafter.Settings settings = new Crafter.Settings(budgets, training.multiThreat(),
                training.cleanFraction() == null ? 0 : Double.parseDouble(training.cleanFraction()), training.seed());
        if (method.trades() != null) {
            Crafter crafter = new Crafter(model.trainingClassifier(), settings, near(inner, true), true, cancellation);
            return new Crafted(model, Optional.of(crafter), new Objective.Trades(Double.parseDouble(method.trades().beta()), smoothing));
        }
        if (method.mart() != null) {
            Crafter crafter = new Crafter(model.trainingClassifier(), settings, inner.attack() == TrainingAttack.DEEP_FOOL ? deepFool(inner)
                    : near(inner, false), false, cancellation);
            return new Crafted(model, Optional.of(crafter), new Objective.Mart(Double.parseDouble(method.mart().beta())));
        }
        if (method.fgsmRs() != null) {
            String gradAlign = method.fgsmRs().gradAlign();
            Crafter.Attacks oneStep = pgd(1, inner.stepSize(), ONE_STEP_PER_BUDGET, true);
            return new FgsmRs(model, settings, oneStep, gradAlign == null ? crossEntropy
                    : new Objective.GradAlign(Double.parseDouble(gradAlign), smoothing), crossEntropy, held, training.batchSize(), cancellation);
        }
        Crafter.Attacks attacks = inner.attack() == TrainingAttack.DEEP_FOOL ? deepFool(inner)
                : pgd(inner.steps(), inner.stepSize(), PGD_STEPS_PER_BUDGET, inner.randomStart());
        return new Crafted(model, Optional.of(new Crafter(model.trainingClassifier(), settings, attacks, false, cancellation)), crossEntropy);
    }

    /** @param stepSize null for so many budgets over all steps */
    static Crafter.Attacks pgd(int steps, String stepSize, double perBudget, boolean randomStart) {
        return (budget, scale) -> new Pgd(budget, Loss.CROSS_ENTROPY, steps, stepSize(budget, scale, steps, stepSize, perBudget), randomStart);
    }

    private static Crafter.Attacks near(InnerMaximizationSpec inner, boolean divergence) {
        return (budget, scale) -> new NearAscent(budget, divergence, inner.steps(),
                stepSize(budget, scale, inner.steps(), inner.stepSize(), PGD_STEPS_PER_BUDGET), inner.randomStart());
    }

    private static Crafter.Attacks deepFool(InnerMaximizationSpec inner) {
        return (budget, _) -> new DeepFool(budget, inner.steps());
    }

    private static double stepSize(ThreatBudget scaled, double scale, int steps, String given, double perBudget) {
        return given == null ? perBudget * scaled.epsilon() / steps : Budget.parse(given).value() * scale;
    }
}
