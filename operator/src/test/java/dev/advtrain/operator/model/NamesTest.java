package dev.advtrain.operator.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.advtrain.contract.Command;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamesTest {
    private static final String LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";

    @ParameterizedTest
    @CsvSource({
            "digits, TRAIN, 1, digits-atj-train-1",
            "digits, EVALUATE, 1, digits-atj-eval-1",
            "digits, REPORT, 12, digits-atj-report-12",
    })
    void aNameSaysWhatItIsOf(String owner, Command stage, int attempt, String expected) {
        assertThat(Names.job(owner, stage, attempt)).isEqualTo(expected);
    }

    @Test
    void theLongestAllowedNameIsNotCut() {
        String owner = "a".repeat(40);
        assertThat(Names.job(owner, Command.REPORT, 10_000)).isEqualTo(owner + "-atj-report-10000");
        assertThat(Names.configMap(owner, "0123456789abcdef")).isEqualTo(owner + "-atj-run-01234567");
    }

    @Test
    void aNameThatWouldBeTooLongIsCutAndStaysApartFromItsNeighbours() {
        String first = Names.job("a".repeat(80) + "b", Command.EVALUATE, 1);
        String second = Names.job("a".repeat(80) + "c", Command.EVALUATE, 1);
        assertThat(first).hasSizeLessThanOrEqualTo(Names.MAX_LENGTH).matches(LABEL).endsWith("-atj-eval-1");
        assertThat(second).hasSameSizeAs(first).isNotEqualTo(first);
        assertThat(Names.job("a".repeat(80) + "b", Command.EVALUATE, 1)).isEqualTo(first);
    }

    @Test
    void aNameWithDotsBecomesAHostNameAndStaysApartFromTheOneWithDashes() {
        String dotted = Names.job("linf.0.1", Command.EVALUATE, 1);
        assertThat(dotted).matches(LABEL).isNotEqualTo(Names.job("linf-0-1", Command.EVALUATE, 1));
    }
}
