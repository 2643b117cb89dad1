package dev.advtrain.trainer.train;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.advtrain.api.v1alpha1.training.MethodSpec;
import dev.advtrain.api.v1alpha1.training.Precision;
import dev.advtrain.trainer.data.Dataset;
import dev.advtrain.trainer.model.Loss;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.tensor.DeviceMemory;
import dev.advtrain.trainer.tensor.Tensors;
import dev.advtrain.trainer.tensor.TorchEngine;
import dev.advtrain.trainer.tensor.TorchModule;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/** Whether a model trains in bfloat16 where that is asked for. */
final class ReducedPrecision {
    private static final int TRIED = 8;
    /** Length of the difference of all logits, relative to theirs. Rounding to eight bits costs a few hundredths at most. */
    private static final double LARGEST_DIFFERENCE = 0.1;

    private ReducedPrecision() {}

    /**
     * Puts the model into bfloat16, if the device has it and the model runs in it: it is tried on some of the data. The model's
     * values stay as they are.
     *
     * @param method      that it will be trained by
     * @param unsupported why the device is not to compute in bfloat16; empty where it is
     * @return a warning where it stays in float32
     */
    static Optional<String> enter(WrappedModel model, MethodSpec method, Dataset data, Optional<String> unsupported) {
        Optional<String> reason = unsupported.or(() -> {
            int[] positions = IntStream.range(0, TRIED).map(i -> i % data.size()).toArray();
            return failure(model, method, data.values(positions), Arrays.stream(positions).mapToLong(data::label).toArray());
        });
        if (reason.isPresent()) {
            model.trainIn(Precision.FLOAT32);
        }
        return reason.map(why -> "training.precision is BFloat16, and " + why + ": training in Float32");
    }

    /** Of one forward and backward pass in each mode. */
    private static Optional<String> failure(WrappedModel model, MethodSpec method, float[] values, long... labels) {
        try {
            return model.undone(() -> tried(model, method, values, labels));
        } catch (EngineException e) {
            if (DeviceMemory.exhausted(e)) {
                throw e; // Says nothing about the model.
            }
            return Optional.of("the model does not run in it: " + TorchModule.reason(e));
        }
    }

    private static Optional<String> tried(WrappedModel model, MethodSpec method, float[] values, long... labels) {
        try (NDManager scope = model.newScope()) {
            NDArray x = Tensors.create(scope, values, model.shape().batch(labels.length));
            NDArray y = Tensors.create(scope, labels);
            // Some models draw at random in eval mode too.
            TorchEngine.seed(0);
            float[] exact = model.classifier().logits(scope, x).toFloatArray();
            model.trainIn(Precision.BFLOAT16);
            TorchEngine.seed(0);
            float[] rounded = model.trainingClassifier().lossGradient(scope, Loss.CROSS_ENTROPY, x, y, y).logits().toFloatArray();
            double difference = difference(exact, rounded);
            if (!(difference <= LARGEST_DIFFERENCE)) {
                return Optional.of(String.format(Locale.ROOT, "the model's logits differ there by %.2f of their length, expected at most %.2f",
                        difference, LARGEST_DIFFERENCE));
            }
            Objective objective = method.fgsmRs() == null || method.fgsmRs().gradAlign() == null ? new Objective.CrossEntropy(0)
                    : new Objective.GradAlign(1, 0);
            objective.gradients(scope, model, new Objective.Examples(x, List.of(x), y, x));
            return Optional.empty();
        }
    }

    private static double difference(float[] exact, float... rounded) {
        double length = 0;
        double off = 0;
        for (int i = 0; i < exact.length; i++) {
            length += (double) exact[i] * exact[i];
            off += Math.pow((double) exact[i] - rounded[i], 2);
        }
        return off == 0 ? 0 : Math.sqrt(off / length);
    }
}
