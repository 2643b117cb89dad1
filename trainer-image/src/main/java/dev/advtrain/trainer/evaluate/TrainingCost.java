package dev.advtrain.trainer.evaluate;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * What training took, summed over attempts, in {@code training.json}.
 *
 * @param seconds all of the process's work, from its start or its checkpoint on
 * @param stepSeconds of that the training steps
 * @param images examples these steps were made on, lost steps included
 * @param standardSeconds what as many steps of standard training would have taken, as timed at the start of each attempt
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record TrainingCost(double seconds, double stepSeconds, long images, double standardSeconds) {
    public static final TrainingCost NONE = new TrainingCost(0, 0, 0, 0);

    public TrainingCost plus(TrainingCost other) {
        return new TrainingCost(seconds + other.seconds, stepSeconds + other.stepSeconds, images + other.images,
                standardSeconds + other.standardSeconds);
    }
}
