package dev.advtrain.trainer.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.advtrain.trainer.model.Classifier;
import dev.advtrain.trainer.random.Key;
import java.util.List;

/** Makes the adversarial examples of a training step: candidates that nobody judges. */
public sealed interface InnerAttack permits Pgd, NearAscent, DeepFool {
    /** The kernel files that a model in training must be loaded with. */
    List<String> KERNELS = List.of("rows", "divergence", "divergence_step", "likeliest_others", "deepfool_step", "harder");

    /**
     * One candidate for each example, within budget and range. They belong to the scope; nothing else is left in it.
     *
     * @param y   [N], int64, the batch's labels
     * @param key of the draws; the example is set here
     * @throws AttackCancelledException where asked to stop
     */
    NDArray craft(Classifier classifier, NDManager scope, AttackBatch batch, NDArray y, Key key, Cancellation cancellation);
}
