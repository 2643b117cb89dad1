package dev.advtrain.trainer.train;

/**
 * What one process did for a run.
 *
 * @param attempt as the operator counts
 * @param resumedFromStep steps that were already in the checkpoint it began with
 * @param stepsDone by this process, counted also where it was killed and the work was lost
 */
public record AttemptRecord(int attempt, long resumedFromStep, long stepsDone) {}
