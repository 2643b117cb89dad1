package dev.advtrain.trainer.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Philox4x32Test {
    private static final Key KEY = Key.of(7, Purpose.ATTACK_START);

    /** The vectors that Random123 publishes for philox4x32-10. */
    @ParameterizedTest
    @CsvSource({
        "00000000 00000000 00000000 00000000, 00000000 00000000, 6627e8d5 e169c58d bc57ac4c 9b00dbd8",
        "ffffffff ffffffff ffffffff ffffffff, ffffffff ffffffff, 408f276d 41c83b0e a20bc7c6 6d5451fd",
        "243f6a88 85a308d3 13198a2e 03707344, a4093822 299f31d0, d16cfe09 94fdcceb 5001e420 24126ea1",
    })
    void matchesKnownAnswers(String counter, String key, String expected) {
        int[] c = words(counter);
        int[] k = words(key);
        int[] out = new int[4];
        Philox4x32.block(k[0], k[1], c[0], c[1], c[2], c[3], out, 0);
        assertThat(out).isEqualTo(words(expected));
    }

    @Test
    void everyPartOfTheKeyCounts() {
        List<Key> keys = List.of(KEY, Key.of(8, Purpose.ATTACK_START), Key.of(7 + (1L << 32), Purpose.ATTACK_START),
                Key.of(7, Purpose.DIGITS), KEY.withEpoch(1), KEY.withAttack(1), KEY.withRestart(1), KEY.withIteration(1),
                KEY.withExample(1), KEY.withExample(1L << 32));
        Set<Long> seen = new HashSet<>();
        keys.forEach(key -> seen.add(Philox4x32.bits(key)));
        assertThat(seen).hasSameSizeAs(keys);
    }

    @Test
    void aShorterDrawIsTheBeginningOfALongerOne() {
        float[] all = new float[5000];
        Philox4x32.uniform(KEY, all, 0, all.length);
        float[] normal = new float[5000];
        Philox4x32.gaussian(KEY, normal, 0, normal.length);
        for (int length : new int[] {0, 1, 2, 3, 4, 5, 784, 1023, 1024, 1025, 3000}) {
            float[] some = new float[length + 3];
            Philox4x32.uniform(KEY, some, 3, length);
            assertThat(Arrays.copyOfRange(some, 3, length + 3)).isEqualTo(Arrays.copyOf(all, length));
            Philox4x32.gaussian(KEY, some, 3, length);
            assertThat(Arrays.copyOfRange(some, 3, length + 3)).isEqualTo(Arrays.copyOf(normal, length));
        }
    }

    @Test
    void uniformFillsTheUnitInterval() {
        float[] values = new float[1 << 20];
        Philox4x32.uniform(KEY, values, 0, values.length);
        double sum = 0;
        double squares = 0;
        for (float v : values) {
            assertThat(v >= 0 && v < 1).isTrue();
            sum += v;
            squares += (double) v * v;
        }
        assertThat(sum / values.length).isCloseTo(0.5, within(2e-3));
        assertThat(squares / values.length).isCloseTo(1.0 / 3, within(2e-3));
    }

    @Test
    void gaussianHasMomentsOfTheStandardNormal() {
        float[] values = new float[1 << 20];
        Philox4x32.gaussian(KEY, values, 0, values.length);
        double[] moments = new double[5];
        for (float v : values) {
            for (int power = 1; power < 5; power++) {
                moments[power] += Math.pow(v, power) / values.length;
            }
        }
        assertThat(moments[1]).isCloseTo(0, within(5e-3));
        assertThat(moments[2]).isCloseTo(1, within(1e-2));
        assertThat(moments[3]).isCloseTo(0, within(2e-2));
        assertThat(moments[4]).isCloseTo(3, within(5e-2));
    }

    @Test
    void boundedIsEvenAndInRange() {
        int[] values = new int[700_000];
        Philox4x32.bounded(KEY, 7, values);
        int[] counts = new int[7];
        for (int v : values) {
            counts[v]++;
        }
        // 100,000 expected each, standard deviation 293.
        for (int n : counts) {
            assertThat(n).isCloseTo(100_000, within(1500));
        }
        assertThat(Philox4x32.bounded(KEY, 1)).isZero();
        assertThat(Philox4x32.bounded(KEY, Integer.MAX_VALUE)).isNotNegative();
        assertThatIllegalArgumentException().isThrownBy(() -> Philox4x32.bounded(KEY, 0));
    }

    @Test
    void permutationHoldsEachNumberOnceAndFirstPlacesAreEven() {
        int[] order = Philox4x32.permutation(KEY, 10_000);
        int[] sorted = order.clone();
        Arrays.sort(sorted);
        assertThat(sorted).isEqualTo(IntStream.range(0, 10_000).toArray());
        assertThat(order).isNotEqualTo(sorted);
        int[] first = new int[5];
        for (int i = 0; i < 50_000; i++) {
            first[Philox4x32.permutation(KEY.withExample(i), 5)[0]]++;
        }
        for (int n : first) {
            assertThat(n).isCloseTo(10_000, within(500));
        }
        assertThat(Philox4x32.permutation(KEY, 0)).isEmpty();
    }

    private static int[] words(String hex) {
        return Arrays.stream(hex.split(" ")).mapToInt(word -> Integer.parseUnsignedInt(word, 16)).toArray();
    }
}
