package dev.advtrain.trainer.command;

import dev.advtrain.contract.Command;
import dev.advtrain.contract.TerminationMessage;
import dev.advtrain.trainer.attack.Cancellation;
import dev.advtrain.trainer.evaluate.Reporter;
import picocli.CommandLine;

@CommandLine.Command(name = "report", mixinStandardHelpOptions = true,
        description = "Merges what evaluate found into report.json and report.html and says what the model is worth.")
final class ReportCommand extends RunCommand {

    ReportCommand() {
        super(Command.REPORT);
    }

    @Override
    TerminationMessage work(RunOptions options, Events events, Cancellation cancellation) {
        Run run = options.load();
        EvaluateCommand.requireEvaluation(run);
        return reported(Reporter.report(run.spec(), run.runId(), run.output()), run.output(), run.spec().acceptance(), run.local(), events);
    }
}
