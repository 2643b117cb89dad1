package dev.advtrain.trainer.command;

import dev.advtrain.contract.Command;
import dev.advtrain.contract.OutputFiles;
import dev.advtrain.contract.TerminationMessage;
import dev.advtrain.trainer.attack.Cancellation;
import dev.advtrain.trainer.evaluate.Report;
import dev.advtrain.trainer.evaluate.Reporter;
import dev.advtrain.trainer.report.HtmlReport;
import java.nio.charset.StandardCharsets;
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
        Report report = Reporter.report(run.spec(), run.runId(), run.output());
        run.output().child(OutputFiles.HTML_REPORT).write(HtmlReport.of(report).getBytes(StandardCharsets.UTF_8));
        String uri = run.output().child(OutputFiles.REPORT).uri();
        Event.Reported reported = new Event.Reported(report, run.spec().acceptance(), uri);
        if (run.local()) {
            System.out.println(ResultTable.of(reported));
        } else {
            events.accept(reported);
        }
        return new TerminationMessage(Command.REPORT, run.runId(), null,
                new TerminationMessage.Artifact(report.model().uri(), report.model().sha256(), report.model().selectedEpoch(), uri),
                null, report.summary(), report.warnings());
    }
}
