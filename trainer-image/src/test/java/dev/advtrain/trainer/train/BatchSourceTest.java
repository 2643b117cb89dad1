package dev.advtrain.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.advtrain.api.v1alpha1.training.DataSource;
import dev.advtrain.trainer.data.Dataset;
import dev.advtrain.trainer.data.Datasets;
import dev.advtrain.trainer.data.Format;
import dev.advtrain.trainer.storage.Locations;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchSourceTest {
    /** @param sizes of the batches of an epoch */
    @ParameterizedTest
    @CsvSource({"12, 4, 4 4 4", "14, 4, 4 4 4 2", "13, 4, 4 4 5", "5, 4, 5", "1, 4, 1", "3, 4, 3", "3, 1, 1 1 1", "3, 2, 3"})
    void everyExampleComesOnceAndNoneIsLeftAlone(int examples, int batchSize, String sizes) {
        BatchSource batches = new BatchSource(digits(examples), batchSize, 7);
        List<String> found = new ArrayList<>();
        List<Long> ids = new ArrayList<>();
        for (int i = 0; i < batches.batchesPerEpoch(); i++) {
            BatchSource.Batch batch = batches.batch(1, i);
            found.add(Integer.toString(batch.size()));
            for (long id : batch.ids()) {
                ids.add(id);
            }
        }
        assertThat(String.join(" ", found)).isEqualTo(sizes);
        assertThat(ids).containsExactlyInAnyOrderElementsOf(IntStream.range(0, examples).asLongStream().boxed().toList());
    }

    private static Dataset digits(int count) {
        Format format = new Format(new long[] {1, 28, 28}, 10, 0, 1);
        return new Datasets(new Locations(Map.of(), Map.of(), false), format).load("data", DataSource.of(new DataSource.BuiltinDigits(count, 1L), null));
    }
}
