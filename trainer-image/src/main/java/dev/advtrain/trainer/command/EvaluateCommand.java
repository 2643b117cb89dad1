package dev.advtrain.trainer.command;

import dev.advtrain.contract.Command;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.contract.TerminationMessage;
import dev.advtrain.contract.TrainerArguments;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.attack.Cancellation;
import dev.advtrain.trainer.evaluate.Evaluation;
import dev.advtrain.trainer.evaluate.EvaluationListener;
import dev.advtrain.trainer.evaluate.EvaluationProgress;
import dev.advtrain.trainer.evaluate.Reporter;
import java.util.List;
import java.util.stream.IntStream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine;

@CommandLine.Command(name = "evaluate", mixinStandardHelpOptions = true,
        description = {"Attacks the model that a job trained with test examples. Shards that are done already stay as they are.",
            "With --model attacks any TorchScript model, without a job, and writes its report:",
            "  advtrain evaluate --model model.pt --classes 10 --images t10k-images.gz --labels t10k-labels.gz -f threatmodel.yaml"})
final class EvaluateCommand extends RunCommand {
    @Option(names = TrainerArguments.SHARD, paramLabel = "I", defaultValue = "${env:" + TrainerArguments.COMPLETION_INDEX_VARIABLE + "}",
            description = "Attack this slice of the samples only, counted from 0. Default: $" + TrainerArguments.COMPLETION_INDEX_VARIABLE
                    + " where it is set, else all slices in turn.")
    private Integer shard;

    @Mixin
    private ModelOptions model;

    @Mixin
    private DeviceOptions device;

    EvaluateCommand() {
        super(Command.EVALUATE);
    }

    @Override
    TerminationMessage work(RunOptions options, Events events, Cancellation cancellation) {
        if (model.given()) {
            device.use();
            return evaluateModel(options, events, cancellation);
        }
        Run run = options.load();
        requireEvaluation(run);
        int shards = run.spec().evaluation().shards();
        if (shard != null && (shard < 0 || shard >= shards)) {
            throw new TrainerException(ExitCode.RUN_SPEC,
                    TrainerArguments.SHARD + ": " + shard + "; expected 0 to " + (shards - 1) + ", as evaluation.shards says");
        }
        device.use();
        int[] wanted = shard != null ? new int[] {shard} : IntStream.range(0, shards).toArray();
        Evaluation.run(run.spec(), run.runId(), run.locations(), cancellation, listener(events), wanted);
        return new TerminationMessage(Command.EVALUATE, run.runId(), null, null, null, null, List.of());
    }

    private TerminationMessage evaluateModel(RunOptions options, Events events, Cancellation cancellation) {
        ModelOptions.Loaded loaded = model.load(options);
        try (Evaluation evaluation = Evaluation.open(loaded.plan(), loaded.subject(), loaded.test(), loaded.output(), cancellation,
                listener(events))) {
            evaluation.run(0);
        }
        return reported(Reporter.report(loaded.plan(), loaded.subject(), loaded.output()), loaded.output(), null, true, events);
    }

    static void requireEvaluation(Run run) {
        if (run.spec().onlyForTraining()) {
            throw new TrainerException(ExitCode.RUN_SPEC, "data.test: missing; expected the whole run spec, not the part for training");
        }
    }

    private static EvaluationListener listener(Events events) {
        return new EvaluationListener() {
            @Override
            public void message(String text) {
                events.accept(new Event.Message(text));
            }

            @Override
            public void attacking(EvaluationProgress progress) {
                events.accept(new Event.Attacking(progress));
            }

            @Override
            public void attacked(EvaluationProgress progress) {
                events.accept(new Event.Attacked(progress));
            }
        };
    }
}
