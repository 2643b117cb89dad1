package dev.advtrain.resolve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class BudgetTest {
    @ParameterizedTest
    @CsvSource({"0, 0", "0.1, 0.1", "1, 1", "8/255, 0.03137254901960784", "2.5/255, 0.00980392156862745", "5e-4, 0.0005", "1E2, 100", "255/255, 1"})
    void readsDecimalsAndFractions(String text, double value) {
        assertThat(Budget.parse(text).value()).isEqualTo(value);
        assertThat(Budget.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "-1", "8/0", "8/-255", "1/2/3", "0.1 ", "1e", "NaN", "Infinity", "0x1p3", "1d", "8/25e5"})
    void refusesAnythingElse(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Budget.parse(text))
                .withMessageContaining("\"" + text + "\" is not a decimal or a fraction");
    }

    @Test
    void fractionsAreDividedOnce() {
        assertThat(Budget.parse("8/255").value()).isEqualTo(8.0 / 255.0);
    }
}
