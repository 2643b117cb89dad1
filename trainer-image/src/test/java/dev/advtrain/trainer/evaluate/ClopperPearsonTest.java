package dev.advtrain.trainer.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.advtrain.api.v1alpha1.status.ConfidenceInterval;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClopperPearsonTest {

    /** From R: binom.test(right, samples)$conf.int; 0 and all have the closed form 1 - 0.025^(1/samples). */
    @ParameterizedTest
    @CsvSource({
        "5, 10, 0.1870860, 0.8129140",
        "1, 10, 0.002528579, 0.4450161",
        "0, 10, 0, 0.3084971",
        "10, 10, 0.6915029, 1",
        "0, 1, 0, 0.975",
    })
    void knownValues(int right, int samples, double lower, double upper) {
        assertThat(ClopperPearson.lower(right, samples)).isCloseTo(lower, within(1e-6));
        assertThat(ClopperPearson.upper(right, samples)).isCloseTo(upper, within(1e-6));
    }

    /** The bounds are where the tails of the binomial distribution are exactly 2.5 %. */
    @Test
    void tailsAreExact() {
        int samples = 1000;
        for (int right : new int[] {1, 7, 500, 654, 873, 999}) {
            assertThat(atLeast(right, samples, ClopperPearson.lower(right, samples))).isCloseTo(0.025, within(1e-9));
            assertThat(1 - atLeast(right + 1, samples, ClopperPearson.upper(right, samples))).isCloseTo(0.025, within(1e-9));
        }
    }

    @Test
    void roundsOutwards() {
        assertThat(ClopperPearson.of(5, 10)).isEqualTo(new ConfidenceInterval("0.95", "0.1870", "0.8130"));
        assertThat(ClopperPearson.of(0, 10)).isEqualTo(new ConfidenceInterval("0.95", "0.0000", "0.3085"));
        assertThat(ClopperPearson.of(10, 10)).isEqualTo(new ConfidenceInterval("0.95", "0.6915", "1.0000"));
    }

    /** P(X >= k) for X binomial, summed in logarithms. */
    private static double atLeast(int k, int n, double p) {
        double sum = 0;
        double logChoose = 0;
        for (int i = 0; i <= n; i++) {
            if (i > 0) {
                logChoose += Math.log(n - i + 1.0) - Math.log(i);
            }
            if (i >= k) {
                sum += Math.exp(logChoose + i * Math.log(p) + (n - i) * Math.log1p(-p));
            }
        }
        return sum;
    }
}
