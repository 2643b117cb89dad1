package dev.advtrain.trainer.command;

import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.QuarkusMain;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import picocli.CommandLine;

/** Starts the trainer. */
@QuarkusMain
public class Main implements QuarkusApplication {
    private final String version;

    Main(@ConfigProperty(name = "quarkus.application.version") String version) {
        this.version = version;
    }

    @Override
    public int run(String... args) {
        int exitCode = commandLine(version).execute(args);
        System.out.flush();
        System.err.flush();
        if (StopSignal.received()) {
            // The process is ending already: an ordinary exit would wait for it and lose the code.
            Runtime.getRuntime().halt(exitCode);
        }
        return exitCode;
    }

    static CommandLine commandLine(String version) {
        CommandLine commandLine = new CommandLine(new Advtrain());
        commandLine.getCommandSpec().version("advtrain " + version);
        commandLine.getSubcommands().values().forEach(command -> command.getCommandSpec().version("advtrain " + version));
        return commandLine.setParameterExceptionHandler(Advtrain::wrongArguments);
    }
}
