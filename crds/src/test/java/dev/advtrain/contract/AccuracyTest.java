package dev.advtrain.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccuracyTest {
    @ParameterizedTest
    @CsvSource({"0, 1000, 0.0000", "1000, 1000, 1.0000", "658, 1000, 0.6580", "1, 3, 0.3333", "2, 3, 0.6667", "1, 16, 0.0625",
        "1, 20000, 0.0001"})
    void hasFourDigits(int correct, int samples, String text) {
        assertThat(Accuracy.of(correct, samples)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0.62761, 0.6276, 0.6277", "0.5, 0.5000, 0.5000", "0, 0.0000, 0.0000", "1, 1.0000, 1.0000", "0.99999, 0.9999, 1.0000",
        "1e-9, 0.0000, 0.0001"})
    void boundsAreRoundedOutwards(double share, String lower, String upper) {
        assertThat(Accuracy.lowerBound(share)).isEqualTo(lower);
        assertThat(Accuracy.upperBound(share)).isEqualTo(upper);
    }

    @Test
    void refusesWhatIsNoShare() {
        assertThatIllegalArgumentException().isThrownBy(() -> Accuracy.of(0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> Accuracy.of(3, 2));
        assertThatIllegalArgumentException().isThrownBy(() -> Accuracy.lowerBound(Double.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> Accuracy.upperBound(1.1));
    }
}
