package dev.advtrain.trainer.command;

import dev.advtrain.contract.TerminationMessage;
import dev.advtrain.contract.TerminationMessages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where Kubernetes takes a container's last words from; nothing is written without such a file. */
final class TerminationLog {
    private final Optional<Path> file;
    private boolean written;

    TerminationLog(Optional<Path> file) {
        this.file = file;
    }

    /** Writes the message; the first one stands. Failing to is no reason to fail. */
    void write(TerminationMessage message) {
        if (written || file.isEmpty()) {
            return;
        }
        written = true;
        try {
            Files.writeString(file.get(), TerminationMessages.write(message));
        } catch (IOException e) {
            System.err.println("warning: " + file.get() + ": the result could not be written: " + e.getMessage());
        }
    }
}
