package dev.advtrain.trainer.train;

import dev.advtrain.api.v1alpha1.training.TrainingSpec;

/** A loss or logits that are not finite. */
final class Divergence {

    private Divergence() {}

    /** A sentence for the user, by the settings of the run. */
    static String whatToTry(TrainingSpec training) {
        String learningRate = training.optimizer().sgd() != null ? "training.optimizer.sgd.learningRate" : "training.optimizer.adamW.learningRate";
        String gentler;
        if (training.schedule().cosine() != null) {
            gentler = "a longer training.schedule.cosine.warmupEpochs";
        } else if (training.schedule().cyclic() != null) {
            gentler = "a larger training.schedule.cyclic.peakFraction";
        } else {
            gentler = "training.schedule.cosine with warmupEpochs";
        }
        return "Try a lower " + learningRate + " or " + gentler + (training.gradientClipNorm() == null ? ", or training.gradientClipNorm" : "");
    }
}
