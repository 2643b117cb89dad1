package dev.advtrain.trainer.train;

/**
 * How far training is.
 *
 * @param epoch 1-based, of the last step
 * @param step steps done in the whole run
 * @param loss mean over the epoch so far
 * @param cleanValidation accuracy in [0, 1] at the last validation; null before the first
 * @param robustValidation likewise, under attack
 * @param imagesPerSecond of training in this process; 0 before its first step
 * @param secondsLeft estimated, validation included
 */
public record Progress(int epoch, int epochs, long step, long steps, double loss, Double cleanValidation, Double robustValidation,
        double imagesPerSecond, double secondsLeft) {}
