package dev.advtrain.trainer.train;

import dev.advtrain.api.v1alpha1.training.MethodSpec;
import java.util.Comparator;

/**
 * The model at the end of an epoch, as a candidate for the artifact.
 *
 * @param epoch 1-based
 * @param clean accuracy on the validation examples
 * @param robust accuracy on the same examples under attack
 */
record Candidate(int epoch, double clean, double robust) {

    /** The better one is the greater: of higher robust accuracy; where equal, of higher clean accuracy; where equal too, of the earlier epoch. */
    static final Comparator<Candidate> MOST_ROBUST = Comparator.comparingDouble(Candidate::robust).thenComparingDouble(Candidate::clean)
            .thenComparing(Candidate::epoch, Comparator.reverseOrder());
    /** Likewise, but clean accuracy before robust. */
    static final Comparator<Candidate> CLEANEST = Comparator.comparingDouble(Candidate::clean).thenComparingDouble(Candidate::robust)
            .thenComparing(Candidate::epoch, Comparator.reverseOrder());

    /** Standard training does not train for robustness: what its models have of it is chance, and most often most after the first epoch. */
    static Comparator<Candidate> order(MethodSpec method) {
        return method.standard() == null ? MOST_ROBUST : CLEANEST;
    }
}
