package dev.advtrain.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.advtrain.api.v1alpha1.training.MethodSpec;
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
        Selection selection = new Selection(null, null, Candidate.MOST_ROBUST, patience, warmupEpochs);
        selection.restore(new Candidate(best, 0.9, 0.5), Map.of());
        List<EpochRecord> records = IntStream.rangeClosed(1, epochs).mapToObj(epoch -> new EpochRecord(epoch, 1, 0.9, 0.5, 0.1, 0.1, 1)).toList();
        assertThat(selection.exhausted(records)).isEqualTo(exhausted);
    }

    /** Against epoch 3, clean 0.8, robust 0.5. */
    @ParameterizedTest
    @CsvSource({"pgd, 4, 0.7, 0.51, true", "pgd, 4, 0.9, 0.49, false", "pgd, 4, 0.81, 0.5, true", "pgd, 4, 0.8, 0.5, false", "pgd, 2, 0.8, 0.5, true",
            "standard, 4, 0.7, 0.51, false", "standard, 4, 0.9, 0.49, true", "standard, 4, 0.8, 0.51, true", "standard, 4, 0.8, 0.5, false",
            "standard, 2, 0.8, 0.5, true"})
    void theMostRobustIsTakenAndOfStandardTrainingTheCleanest(String method, int epoch, double clean, double robust, boolean better) {
        MethodSpec spec = RunSpecs.digits(Map.of("/training/method", "{\"%s\": {}}".formatted(method))).training().method();
        assertThat(Candidate.order(spec).compare(new Candidate(epoch, clean, robust), new Candidate(3, 0.8, 0.5)) > 0).isEqualTo(better);
    }
}
