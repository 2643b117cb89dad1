package dev.advtrain.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.advtrain.api.v1alpha1.training.Precision;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.tensor.TorchModule;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntFunction;

/**
 * A model under attack: eval mode, frozen parameters, inputs in the units of the threat model. Nothing done here changes
 * the model. Tensors of a result belong to the scope given. For so many threads at once as {@link #threads} says.
 */
public final class Classifier {
    private final WrappedModel model;
    private final Precision precision;
    private final LongAdder forwards = new LongAdder();
    private final LongAdder gradients = new LongAdder();

    Classifier(WrappedModel model, Precision precision) {
        this.model = model;
        this.precision = precision;
    }

    public int classes() {
        return model.shape().classes();
    }

    /** On so many threads it may be attacked at once; on one alone where it draws random numbers, so that each run draws the same. */
    public int threads() {
        return model.attackThreads();
    }

    public NDManager newScope() {
        return model.newScope();
    }

    /** Examples that went forward only, so far. */
    public long forwards() {
        return forwards.sum();
    }

    /** Examples that went forward and backward, so far. */
    public long gradients() {
        return gradients.sum();
    }

    /** [N, classes] */
    public NDArray logits(NDManager scope, NDArray x) {
        forwards.add(x.getShape().get(0));
        return TorchModule.tensor(model.evaluate(precision, scope, "forward", x));
    }

    /** The same, where messages name examples by their position in the batch. */
    public int[] predict(NDArray x) {
        return predict(x, i -> "example " + i + " of a batch of " + x.getShape().get(0));
    }

    /**
     * The class with the largest logit, for each example.
     *
     * @param name how a message calls an example, by its position in the batch
     * @throws TrainerException 70 where a logit is not finite
     */
    public int[] predict(NDArray x, IntFunction<String> name) {
        forwards.add(x.getShape().get(0));
        try (NDManager scope = newScope()) {
            double[] found = TorchModule.tensor(model.evaluate(precision, scope, "predict", x)).toDoubleArray();
            int n = Math.toIntExact(x.getShape().get(0));
            if (found.length != 2 * n) {
                throw new TrainerException(ExitCode.RUN_SPEC, "the model's output for " + n + " examples is that of " + found.length / 2
                        + "; expected one logit for each of model.classes, for each example");
            }
            int[] classes = new int[n];
            for (int i = 0; i < n; i++) {
                if (found[n + i] != 1) {
                    throw new TrainerException(ExitCode.UNSOUND, name.apply(i) + ": the model's logits are not finite");
                }
                classes[i] = (int) found[i];
            }
            return classes;
        }
    }

    /**
     * @param y       [N], int64, the true classes
     * @param targets [N], int64; used by a targeted loss only, else may be {@code y}
     */
    public LossGradient lossGradient(NDManager scope, Loss loss, NDArray x, NDArray y, NDArray targets) {
        return meanLossGradient(scope, loss, 1, x, y, targets);
    }

    /** The mean gradient of several passes, with the logits and losses of the last. */
    public LossGradient meanLossGradient(NDManager scope, Loss loss, int passes, NDArray x, NDArray y, NDArray targets) {
        List<NDArray> result = TorchModule.tensors(gradientsKernel(scope, "mean_loss_gradient", passes, x, x, y, targets, loss.code(), passes));
        return new LossGradient(result.get(0), result.get(1), result.get(2));
    }

    /** Runs a kernel that makes one gradient for each example of {@code x}. */
    public Object gradientKernel(NDManager scope, String kernel, NDArray x, Object... arguments) {
        return gradientsKernel(scope, kernel, 1, x, arguments);
    }

    /** Runs a kernel that makes so many gradients for each example of {@code x}. */
    public Object gradientsKernel(NDManager scope, String kernel, int each, NDArray x, Object... arguments) {
        gradients.add(each * x.getShape().get(0));
        return model.attack(precision, scope, kernel, arguments);
    }

    /** Runs a kernel that makes one forward pass for each example of {@code x}. */
    public Object forwardKernel(NDManager scope, String kernel, NDArray x, Object... arguments) {
        return forwardsKernel(scope, kernel, 1, x, arguments);
    }

    /** Runs a kernel that makes so many forward passes for each example of {@code x}. */
    public Object forwardsKernel(NDManager scope, String kernel, int each, NDArray x, Object... arguments) {
        forwards.add(each * x.getShape().get(0));
        return model.evaluate(precision, scope, kernel, arguments);
    }

    /** Runs a kernel that does not run the model. */
    public Object tensorKernel(NDManager scope, String kernel, Object... arguments) {
        return model.run(scope, kernel, arguments);
    }
}
