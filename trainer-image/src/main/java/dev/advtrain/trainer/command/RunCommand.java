package dev.advtrain.trainer.command;

import dev.advtrain.api.v1alpha1.evaluation.AcceptanceSpec;
import dev.advtrain.contract.Command;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.contract.OutputFiles;
import dev.advtrain.contract.TerminationMessage;
import dev.advtrain.resolve.InvalidInputException;
import dev.advtrain.resolve.StorageUri;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.attack.Cancellation;
import dev.advtrain.trainer.evaluate.Report;
import dev.advtrain.trainer.report.HtmlReport;
import dev.advtrain.trainer.storage.Location;
import dev.advtrain.trainer.tensor.DeviceMemory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/** One step of a run: loads it, works, and says how it ended in exit code, termination message and one sentence. */
abstract class RunCommand implements Callable<Integer> {
    /** What a process ends with that failed for a reason nobody foresaw, or that another attempt may not meet. */
    private static final int CRASH = 1;
    /** The run id where manifests cannot be read, so that there is none yet. */
    private static final String UNKNOWN = "unknown";

    @Mixin
    private RunOptions options;

    private final Command command;

    RunCommand(Command command) {
        this.command = command;
    }

    /** Does the work and says what came of it. */
    abstract TerminationMessage work(RunOptions options, Events events, Cancellation cancellation);

    @Override
    public final Integer call() {
        TerminationLog log = new TerminationLog(options.terminationLog());
        Events events = Events.forThisProcess();
        int exitCode;
        String sentence;
        Throwable cause;
        try (StopSignal signal = new StopSignal()) {
            log.write(work(options, events, signal));
            return ExitCode.OK.code();
        } catch (TrainerException e) {
            exitCode = e.exitCode().code();
            sentence = e.getMessage();
            cause = e;
        } catch (InvalidInputException e) {
            exitCode = ExitCode.RUN_SPEC.code();
            sentence = e.getMessage();
            cause = e;
        } catch (DeviceMemory.TakenException e) {
            exitCode = CRASH;
            sentence = e.getMessage();
            cause = e;
        } catch (RuntimeException | Error e) {
            exitCode = CRASH;
            sentence = "internal error: " + e + (options.debug() ? "" : " (--debug shows where)");
            cause = e;
        }
        // Of messages of libraries too.
        sentence = StorageUri.shown(sentence);
        log.write(new TerminationMessage(command, options.runId().orElse(UNKNOWN), new TerminationMessage.Error(exitCode, sentence), null, null, null, List.of()));
        events.accept(new Event.Failed(command, exitCode, sentence));
        if (options.debug()) {
            cause.printStackTrace();
        }
        return exitCode;
    }

    /**
     * Writes the report for people beside {@code report.json} and says what it says.
     *
     * @param gates null where there are none
     * @param local whether a person is to read it here
     */
    final TerminationMessage reported(Report report, Location output, AcceptanceSpec gates, boolean local, Events events) {
        output.child(OutputFiles.HTML_REPORT).write(HtmlReport.of(report).getBytes(StandardCharsets.UTF_8));
        String uri = output.child(OutputFiles.REPORT).uri();
        Event.Reported reported = new Event.Reported(report, gates, uri);
        if (local) {
            System.out.println(ResultTable.of(reported));
        } else {
            events.accept(reported);
        }
        return new TerminationMessage(command, report.runId(), null,
                new TerminationMessage.Artifact(report.model().uri(), report.model().sha256(), report.model().selectedEpoch(), uri),
                null, report.summary(), report.cost(), report.warnings());
    }
}
