package dev.advtrain.trainer.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.advtrain.trainer.model.Classifier;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.random.Philox4x32;
import dev.advtrain.trainer.tensor.Tensors;
import dev.advtrain.trainer.tensor.TorchModule;
import dev.advtrain.trainer.threat.Norm;
import dev.advtrain.trainer.threat.ThreatBudget;

/** Random points of a budget. Each example's draws are keyed by its id, so they are the same in any batch. */
public final class Starts {
    /** Key of the draw that is not a direction. */
    private static final int RADIUS_ITERATION = 1;

    private Starts() {}

    /** Uniform in the budget. */
    public static NDArray pgd(Classifier classifier, NDManager scope, ThreatBudget budget, Key key, NDArray x0, long... ids) {
        Norm norm = budget.norm();
        float[] radii = new float[ids.length];
        for (int i = 0; i < radii.length; i++) {
            radii[i] = norm.startRadius(key.withIteration(RADIUS_ITERATION).withExample(ids[i]), features(x0));
        }
        try (NDManager draws = classifier.newScope()) {
            return TorchModule.tensor(classifier.tensorKernel(scope, norm.kernel("pgd_start"), x0, draws(draws, norm::startDraws, key, x0, ids),
                    Tensors.create(draws, radii, radii.length), budget.epsilon(), budget.min(), budget.max()));
        }
    }

    /** On the bound of the budget. */
    static NDArray apgd(Classifier classifier, NDManager scope, ThreatBudget budget, Key key, NDArray x0, long... ids) {
        try (NDManager draws = classifier.newScope()) {
            return onBound(classifier, scope, budget, x0, draws(draws, budget.norm()::startDraws, key, x0, ids));
        }
    }

    /** On the bound of the budget, in the direction given for each example. */
    static NDArray onBound(Classifier classifier, NDManager scope, ThreatBudget budget, NDArray x0, NDArray directions) {
        return TorchModule.tensor(classifier.tensorKernel(scope, budget.norm().kernel("apgd_start"), x0, directions, budget.epsilon(), budget.min(),
                budget.max()));
    }

    /** Normal, brought into the budget: with the deviation epsilon, in high dimensions nearly all of it lies on the bound. */
    static NDArray gaussian(Classifier classifier, NDManager scope, ThreatBudget budget, double deviation, Key key, NDArray x0, long... ids) {
        try (NDManager draws = classifier.newScope()) {
            return TorchModule.tensor(classifier.tensorKernel(scope, budget.norm().kernel("gaussian_start"), x0,
                    draws(draws, Philox4x32::gaussian, key, x0, ids), deviation, budget.epsilon(), budget.min(), budget.max()));
        }
    }

    private interface Distribution {
        void draw(Key key, float[] target, int offset, int length);
    }

    private static NDArray draws(NDManager manager, Distribution distribution, Key key, NDArray x0, long... ids) {
        int features = features(x0);
        float[] values = new float[Math.multiplyExact(ids.length, features)];
        for (int i = 0; i < ids.length; i++) {
            distribution.draw(key.withExample(ids[i]), values, i * features, features);
        }
        return Tensors.create(manager, values, x0.getShape().getShape());
    }

    private static int features(NDArray x0) {
        return Math.toIntExact(x0.size() / x0.getShape().get(0));
    }
}
