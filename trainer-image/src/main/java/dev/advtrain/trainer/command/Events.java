package dev.advtrain.trainer.command;

import java.io.Console;

/** Shows events. */
@FunctionalInterface
interface Events {
    void accept(Event event);

    /** For people where a terminal is at hand, else for programs. */
    static Events forThisProcess() {
        Console console = System.console();
        return console != null && console.isTerminal() ? new TerminalEvents(System.out, System::nanoTime)
                : new JsonEvents(System.out, System::nanoTime);
    }
}
