package dev.advtrain.trainer.evaluate;

/** Hears of an evaluation as it goes, on its thread. */
public interface EvaluationListener {

    /** For callers that do not listen. */
    EvaluationListener NONE = new EvaluationListener() {};

    /** Something the user should know, once. */
    default void message(String text) {}

    /** After every batch. */
    default void attacking(EvaluationProgress progress) {}

    /** After every attack on a shard. */
    default void attacked(EvaluationProgress progress) {}
}
