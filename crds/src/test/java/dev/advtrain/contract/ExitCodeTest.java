package dev.advtrain.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.advtrain.contract.ExitCode.Reaction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExitCodeTest {
    @ParameterizedTest
    @CsvSource({"0, OK, COMPLETE", "64, RUN_SPEC, FAIL_AT_ONCE", "65, DATA, FAIL_AT_ONCE", "70, UNSOUND, FAIL_AT_ONCE",
        "73, OUTPUT_TAKEN, FAIL_AT_ONCE", "74, STORAGE, COUNT", "75, STOPPED, DISRUPTION", "78, DEVICE, FAIL_AT_ONCE"})
    void codesAreThoseOfTheContract(int code, ExitCode exitCode, Reaction reaction) {
        assertThat(exitCode.code()).isEqualTo(code);
        assertThat(exitCode.reaction()).isEqualTo(reaction);
        assertThat(ExitCode.of(code)).contains(exitCode);
        assertThat(ExitCode.reactionTo(code)).isEqualTo(reaction);
    }

    @Test
    void nothingElseIsInTheTable() {
        assertThat(ExitCode.values()).hasSize(8);
    }

    @ParameterizedTest
    @CsvSource({"1", "137", "143", "-1"})
    void anyOtherCodeIsACrashAndCounts(int code) {
        assertThat(ExitCode.of(code)).isEmpty();
        assertThat(ExitCode.reactionTo(code)).isEqualTo(Reaction.COUNT);
    }
}
