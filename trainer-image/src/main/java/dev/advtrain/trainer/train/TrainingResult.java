package dev.advtrain.trainer.train;

import java.util.List;

/**
 * What a finished run left in its output location.
 *
 * @param modelUri of the TorchScript file
 * @param modelSha256 of that file, in hexadecimal
 * @param selectedEpoch 1-based: the epoch whose parameters the artifact has
 * @param steps of an undisturbed run
 * @param stepsDone by all attempts together
 * @param attempt that ended the run
 */
public record TrainingResult(String modelUri, String modelSha256, int selectedEpoch, long steps, long stepsDone, int epochs,
        int attempt, List<String> warnings) {}
