package dev.advtrain.trainer.train;

import ai.djl.ndarray.NDManager;
import dev.advtrain.trainer.attack.Cancellation;
import dev.advtrain.trainer.data.Dataset;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.tensor.SafeTensors.ElementType;
import dev.advtrain.trainer.tensor.SafeTensors.Tensor;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Supplier;

/**
 * Training on one step from a random start (Wong et al. 2020, arXiv:2001.03994), watched: where an epoch ends in catastrophic
 * overfitting, all that the learner had at the end of the epoch before comes back, and every later step is made with PGD.
 */
final class FgsmRs implements Method {
    private static final int PGD_STEPS = 10;
    private static final String FALLEN_BACK = "fallenBack";
    private static final String GOOD = "good/";

    private final WrappedModel model;
    private final Crafter oneStep;
    private final Objective objective;
    private final Crafter pgd;
    private final Objective crossEntropy;
    private final OverfittingCheck check;
    private boolean fallenBack;
    /** The learner's state at the end of the last epoch that was sound; empty once fallen back. */
    private SequencedMap<String, Tensor> good = new LinkedHashMap<>();

    /**
     * @param objective    of the one-step examples
     * @param crossEntropy of the examples after falling back
     * @param held         examples to find catastrophic overfitting by
     * @param trainingBatch so many of them at once
     */
    FgsmRs(WrappedModel model, Crafter.Settings settings, Crafter.Attacks oneStep, Objective objective, Objective crossEntropy, Dataset held,
            int trainingBatch, Cancellation cancellation) {
        Crafter.Attacks tenSteps = Method.pgd(PGD_STEPS, null, PGD_STEPS_PER_BUDGET, true);
        this.model = model;
        this.oneStep = new Crafter(model.trainingClassifier(), settings, oneStep, false, cancellation);
        this.objective = objective;
        this.pgd = new Crafter(model.trainingClassifier(), settings, tenSteps, false, cancellation);
        this.crossEntropy = crossEntropy;
        this.check = new OverfittingCheck(model, held, settings, oneStep, tenSteps, trainingBatch, cancellation);
    }

    @Override
    public Supplier<LossAndGradients> prepare(NDManager scope, Step step) {
        if (fallenBack) {
            Objective.Examples examples = pgd.craft(scope, step);
            return () -> crossEntropy.gradients(scope, model, examples);
        }
        Objective.Examples made = oneStep.craft(scope, step);
        Objective.Examples examples = objective instanceof Objective.GradAlign
                ? new Objective.Examples(made.x(), made.adversarial(), made.y(), oneStep.near(scope, step)) : made;
        return () -> objective.gradients(scope, model, examples);
    }

    @Override
    public void begin(Learner learner) {
        if (!fallenBack && good.isEmpty()) {
            good = learner.state();
        }
    }

    @Override
    public Optional<String> endEpoch(Learner learner, int epoch, double scale) {
        if (fallenBack) {
            return Optional.empty();
        }
        Optional<OverfittingCheck.Finding> found = check.find(scale);
        if (found.isEmpty()) {
            good = learner.state();
            return Optional.empty();
        }
        learner.restore(good);
        good = new LinkedHashMap<>();
        fallenBack = true;
        return Optional.of(String.format(Locale.ROOT, "catastrophic overfitting in epoch %d (%.4f right after one step of the attack, %.4f after "
                + "PGD-%d): the weights of %s were restored and training goes on with PGD-%d", epoch, found.get().oneStep(), found.get().pgd(),
                PGD_STEPS, epoch == 1 ? "the start" : "epoch " + (epoch - 1), PGD_STEPS));
    }

    @Override
    public SequencedMap<String, Tensor> state() {
        SequencedMap<String, Tensor> state = new LinkedHashMap<>();
        if (fallenBack) {
            state.put(FALLEN_BACK, new Tensor(ElementType.U8, new long[] {1}, ByteBuffer.wrap(new byte[] {1})));
        }
        good.forEach((name, tensor) -> state.put(GOOD + name, tensor));
        return state;
    }

    @Override
    public void restore(Map<String, Tensor> state) {
        fallenBack = state.containsKey(FALLEN_BACK);
        good = new LinkedHashMap<>();
        state.forEach((name, tensor) -> {
            if (name.startsWith(GOOD)) {
                good.put(name.substring(GOOD.length()), tensor);
            }
        });
    }
}
