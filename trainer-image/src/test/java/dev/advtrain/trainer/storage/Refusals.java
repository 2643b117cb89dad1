package dev.advtrain.trainer.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Failures that may be shown to anybody. */
final class Refusals {
    private Refusals() {}

    /** @param secrets that stand nowhere in it, causes and all */
    static void refused(ExitCode code, String message, ThrowingCallable action, String... secrets) {
        assertThatThrownBy(action).isInstanceOfSatisfying(TrainerException.class, e -> {
            assertThat(e).hasMessage(message);
            assertThat(e.exitCode()).isEqualTo(code);
            StringWriter trace = new StringWriter();
            e.printStackTrace(new PrintWriter(trace));
            assertThat(trace.toString()).doesNotContain(secrets);
        });
    }
}
