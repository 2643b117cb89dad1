package dev.advtrain.trainer.command;

import dev.advtrain.contract.ExitCode;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/** The command line. */
@Command(name = "advtrain", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "COMMAND",
        description = "Hardens a model by adversarial training and measures what that is worth.",
        subcommands = {TrainCommand.class, EvaluateCommand.class, ReportCommand.class, ValidateCommand.class},
        footer = {"", "On a laptop:",
            "  advtrain train    -f threatmodel.yaml -f job.yaml --claim models=/data/models",
            "  advtrain evaluate -f threatmodel.yaml -f job.yaml --claim models=/data/models",
            "  advtrain report   -f threatmodel.yaml -f job.yaml --claim models=/data/models"})
final class Advtrain implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "no command is given; expected one of "
                + String.join(", ", spec.subcommands().keySet()));
    }

    /** Wrong arguments will not become right by trying again. */
    static int wrongArguments(ParameterException e, String[] args) {
        PrintWriter err = e.getCommandLine().getErr();
        err.println("error: " + e.getMessage());
        CommandLine.UnmatchedArgumentException.printSuggestions(e, err);
        err.println("See " + e.getCommandLine().getCommandSpec().qualifiedName() + " --help");
        return ExitCode.RUN_SPEC.code();
    }
}
