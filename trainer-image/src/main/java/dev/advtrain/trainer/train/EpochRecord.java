package dev.advtrain.trainer.train;

/**
 * One line of {@code training.json}.
 *
 * @param epoch 1-based
 * @param loss mean over the training examples of what the method minimizes
 * @param cleanValidation accuracy in [0, 1]; null in an epoch without validation
 * @param robustValidation likewise, under attack
 * @param epsilon of the last step, under the first threat model; 0 in standard training
 * @param learningRate of the last step
 * @param imagesPerSecond of training alone, in the attempt that ended the epoch
 */
public record EpochRecord(int epoch, double loss, Double cleanValidation, Double robustValidation, double epsilon,
        double learningRate, double imagesPerSecond) {}
