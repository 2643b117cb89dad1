package dev.advtrain.trainer.train;

/** Hears of training as it goes, on the training thread. */
public interface TrainingListener {

    /** For callers that do not listen. */
    TrainingListener NONE = new TrainingListener() {};

    /** Something the user should know, once: where a run resumed, what was ignored. */
    default void message(String text) {}

    /** After every step. */
    default void step(Progress progress) {}

    /** After every epoch and its validation. */
    default void epoch(Progress progress) {}
}
