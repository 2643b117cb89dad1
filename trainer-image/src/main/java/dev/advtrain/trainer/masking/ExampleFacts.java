package dev.advtrain.trainer.masking;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.advtrain.trainer.attack.AttackBatch;
import dev.advtrain.trainer.model.Classifier;
import dev.advtrain.trainer.model.Loss;
import dev.advtrain.trainer.tensor.DeviceMemory;
import dev.advtrain.trainer.tensor.Tensors;
import dev.advtrain.trainer.tensor.TorchModule;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is seen of a model without an attack. Examples go by their position.
 *
 * @param examples          how many were looked at
 * @param randomized        whose logits differ between {@value #PASSES} forward passes, by more than 1e-4 of the largest
 * @param probabilities     whose outputs lie between 0 and 1 and sum to 1
 * @param vanishingGradient whose cross entropy has an input gradient below 1e-30 in every component
 * @param infiniteGradient  whose input gradient is not finite
 * @param gradientError     why the engine could not differentiate the model; null where it could
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ExampleFacts(int examples, List<Integer> randomized, List<Integer> probabilities, List<Integer> vanishingGradient,
        List<Integer> infiniteGradient, String gradientError) {
    /** Of no example. */
    public static final ExampleFacts NONE = new ExampleFacts(0, List.of(), List.of(), List.of(), List.of(), null);

    static final int PASSES = 5;
    private static final double SAME = 1e-4;
    private static final double PROBABILITY = 1e-5;
    private static final double SUM = 1e-3;
    /** Below this the attacks' guard against division by zero outweighs the gradient, and float32 soon ends. */
    private static final float VANISHING = 1e-30f;
    private static final int LONGEST_ERROR = 200;

    public ExampleFacts {
        randomized = List.copyOf(randomized);
        probabilities = List.copyOf(probabilities);
        vanishingGradient = List.copyOf(vanishingGradient);
        infiniteGradient = List.copyOf(infiniteGradient);
    }

    /** Of the examples of a batch, right or not: {@value #PASSES} forward passes and one gradient for each. */
    public static ExampleFacts measure(Classifier classifier, AttackBatch batch) {
        List<Integer> randomized = new ArrayList<>();
        List<Integer> probabilities = new ArrayList<>();
        try (NDManager scope = classifier.newScope()) {
            float[][] passes = new float[PASSES][];
            for (int pass = 0; pass < PASSES; pass++) {
                passes[pass] = classifier.logits(scope, batch.x()).toFloatArray();
            }
            int classes = classifier.classes();
            for (int i = 0; i < batch.size(); i++) {
                if (differs(passes, i * classes, classes)) {
                    randomized.add(i);
                }
                if (sumsToOne(passes[0], i * classes, classes)) {
                    probabilities.add(i);
                }
            }
        }
        List<Integer> vanishing = new ArrayList<>();
        List<Integer> infinite = new ArrayList<>();
        String error = null;
        try (NDManager scope = classifier.newScope()) {
            NDArray y = Tensors.create(scope, batch.labels());
            NDArray gradient = classifier.lossGradient(scope, Loss.EXACT_CROSS_ENTROPY, batch.x(), y, y).gradient();
            float[] largest = gradient.abs().reshape(batch.size(), -1).max(new int[] {1}).toFloatArray();
            for (int i = 0; i < batch.size(); i++) {
                if (!Float.isFinite(largest[i])) {
                    infinite.add(i);
                } else if (largest[i] < VANISHING) {
                    vanishing.add(i);
                }
            }
        } catch (EngineException e) {
            String reason = TorchModule.reason(e);
            if (DeviceMemory.exhausted(e) || reason.contains("memory")) {
                throw e; // Says nothing about the model.
            }
            error = reason.substring(0, Math.min(reason.length(), LONGEST_ERROR));
        }
        return new ExampleFacts(batch.size(), randomized, probabilities, vanishing, infinite, error);
    }

    private static boolean differs(float[][] passes, int from, int classes) {
        double largest = 1;
        double difference = 0;
        for (int i = from; i < from + classes; i++) {
            for (float[] pass : passes) {
                largest = Math.max(largest, Math.abs(pass[i]));
                difference = Math.max(difference, Math.abs((double) pass[i] - passes[0][i]));
            }
        }
        return difference > SAME * largest;
    }

    private static boolean sumsToOne(float[] outputs, int from, int classes) {
        double sum = 0;
        for (int i = from; i < from + classes; i++) {
            if (!(outputs[i] >= -PROBABILITY && outputs[i] <= 1 + PROBABILITY)) {
                return false;
            }
            sum += outputs[i];
        }
        return Math.abs(sum - 1) < SUM;
    }

    /** Of these examples and, after them, the others. */
    public ExampleFacts merge(ExampleFacts next) {
        return new ExampleFacts(examples + next.examples, merge(randomized, next.randomized), merge(probabilities, next.probabilities),
                merge(vanishingGradient, next.vanishingGradient), merge(infiniteGradient, next.infiniteGradient),
                gradientError == null ? next.gradientError : gradientError);
    }

    private List<Integer> merge(List<Integer> mine, List<Integer> others) {
        return Stream.concat(mine.stream(), others.stream().map(i -> examples + i)).toList();
    }
}
