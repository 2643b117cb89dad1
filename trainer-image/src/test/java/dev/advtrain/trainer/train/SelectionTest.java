package dev.advtrain.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectionTest {

    /** All measured, of which one was the best: models of the warm-up are not trained with the whole budget and try no patience. */
    @ParameterizedTest
    @CsvSource({"2, 0, 1, 2, false", "2, 0, 1, 3, true", "2, 3, 1, 4, false", "2, 3, 1, 5, true", "2, 3, 4, 5, false", "2, 3, 4, 6, true"})
    void patienceEndsAfterSoManyMeasurementsWithoutABetterEpoch(int patience, int warmupEpochs, int best, int epochs, boolean exhausted) {
        Selection selection = new Selection(null, null, patience, warmupEpochs);
        selection.restore(new Candidate(best, 0.9, 0.5), Map.of());
        List<EpochRecord> records = IntStream.rangeClosed(1, epochs).mapToObj(epoch -> new EpochRecord(epoch, 1, 0.9, 0.5, 0.1, 0.1, 1)).toList();
        assertThat(selection.exhausted(records)).isEqualTo(exhausted);
    }
}
