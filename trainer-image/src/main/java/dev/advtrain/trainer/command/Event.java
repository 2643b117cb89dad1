package dev.advtrain.trainer.command;

import dev.advtrain.api.v1alpha1.evaluation.AcceptanceSpec;
import dev.advtrain.contract.Command;
import dev.advtrain.trainer.evaluate.EvaluationProgress;
import dev.advtrain.trainer.evaluate.Report;
import dev.advtrain.trainer.train.Progress;
import dev.advtrain.trainer.train.TrainingResult;

/** What a command has to say while it works. */
sealed interface Event {

    /** Something the user should know, once. */
    record Message(String text) implements Event {}

    /** After every training step. */
    record Step(Progress progress) implements Event {}

    /** After every epoch. */
    record Epoch(Progress progress) implements Event {}

    record Trained(TrainingResult result) implements Event {}

    /** After every batch of an attack. */
    record Attacking(EvaluationProgress progress) implements Event {}

    /** After every attack. */
    record Attacked(EvaluationProgress progress) implements Event {}

    /**
     * @param gates what was asked for; null where nothing was
     * @param uri of the report
     */
    record Reported(Report report, AcceptanceSpec gates, String uri) implements Event {}

    record Failed(Command command, int exitCode, String message) implements Event {}
}
