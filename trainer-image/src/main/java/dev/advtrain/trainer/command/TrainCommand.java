package dev.advtrain.trainer.command;

import dev.advtrain.contract.Command;
import dev.advtrain.contract.TerminationMessage;
import dev.advtrain.contract.TrainerArguments;
import dev.advtrain.trainer.attack.Cancellation;
import dev.advtrain.trainer.train.Progress;
import dev.advtrain.trainer.train.Trainer;
import dev.advtrain.trainer.train.TrainingContext;
import dev.advtrain.trainer.train.TrainingListener;
import dev.advtrain.trainer.train.TrainingResult;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@CommandLine.Command(name = "train", mixinStandardHelpOptions = true,
        description = "Hardens the model and writes it to output.uri. Goes on from a checkpoint where there is one.")
final class TrainCommand extends RunCommand {
    @Option(names = TrainerArguments.ATTEMPT, paramLabel = "N", defaultValue = "1",
            description = "Number of this attempt. Default: ${DEFAULT-VALUE}.")
    private int attempt;

    @Mixin
    private DeviceOptions device;

    TrainCommand() {
        super(Command.TRAIN);
    }

    @Override
    TerminationMessage work(RunOptions options, Events events, Cancellation cancellation) {
        Run run = options.load();
        device.use();
        TrainingResult result = Trainer.train(run.spec().forTraining(),
                new TrainingContext(run.runId(), attempt, run.locations(), cancellation, listener(events)));
        events.accept(new Event.Trained(result));
        return new TerminationMessage(Command.TRAIN, run.runId(), null,
                new TerminationMessage.Artifact(result.modelUri(), result.modelSha256(), result.selectedEpoch(), null),
                new TerminationMessage.Training(result.steps(), result.stepsDone(), result.epochs(), result.attempt()), null,
                result.warnings());
    }

    private static TrainingListener listener(Events events) {
        return new TrainingListener() {
            @Override
            public void message(String text) {
                events.accept(new Event.Message(text));
            }

            @Override
            public void step(Progress progress) {
                events.accept(new Event.Step(progress));
            }

            @Override
            public void epoch(Progress progress) {
                events.accept(new Event.Epoch(progress));
            }
        };
    }
}
