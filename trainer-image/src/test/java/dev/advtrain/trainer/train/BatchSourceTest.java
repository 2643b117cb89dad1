package dev.advtrain.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.advtrain.api.v1alpha1.training.AugmentationStep;
import dev.advtrain.api.v1alpha1.training.DataSource;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.data.Augmentation;
import dev.advtrain.trainer.data.Dataset;
import dev.advtrain.trainer.data.Datasets;
import dev.advtrain.trainer.data.Format;
import dev.advtrain.trainer.storage.Locations;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchSourceTest {
    private static final long[] SHAPE = {1, 28, 28};
    private static final Dataset DIGITS = digits(50);
    private static final List<AugmentationStep> STEPS = List.of(
            new AugmentationStep(new AugmentationStep.RandomCrop(2), null, null),
            new AugmentationStep(null, new AugmentationStep.HorizontalFlip(), null),
            new AugmentationStep(null, null, new AugmentationStep.Cutout(8)));

    /** @param sizes of the batches of an epoch */
    @ParameterizedTest
    @CsvSource({"12, 4, 4 4 4", "14, 4, 4 4 4 2", "13, 4, 4 4 5", "5, 4, 5", "1, 4, 1", "3, 4, 3", "3, 1, 1 1 1", "3, 2, 3"})
    void everyExampleComesOnceAndNoneIsLeftAlone(int examples, int batchSize, String sizes) {
        BatchSource batches = new BatchSource(digits(examples), Augmentation.of(List.of(), SHAPE, 0), batchSize, 7);
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

    @Test
    void aBatchDependsOnItsPlaceAloneWhateverWasAskedForBefore() {
        BatchSource inOrder = source(DIGITS, STEPS);
        List<BatchSource.Batch> all = new ArrayList<>();
        for (int epoch = 1; epoch <= 2; epoch++) {
            for (int position = 0; position < 4; position++) {
                all.add(inOrder.batch(epoch, position));
            }
        }
        assertThat(all).extracting(BatchSource.Batch::size).containsExactly(16, 16, 16, 2, 16, 16, 16, 2);
        BatchSource anyhow = source(DIGITS, STEPS);
        for (int place : new int[] {5, 0, 3, 4, 4, 7, 1, 2, 6}) {
            BatchSource.Batch batch = anyhow.batch(1 + place / 4, place % 4);
            assertThat(batch.ids()).isEqualTo(all.get(place).ids());
            assertThat(batch.y()).isEqualTo(all.get(place).y());
            assertThat(batch.x()).isEqualTo(all.get(place).x());
        }
        long[] ids = all.subList(0, 4).stream().flatMapToLong(batch -> Arrays.stream(batch.ids())).sorted().toArray();
        assertThat(ids).hasSize(50).doesNotHaveDuplicates();
    }

    @Test
    void imagesAreChangedAndLabelsAreNot() {
        BatchSource.Batch plain = source(DIGITS, List.of()).batch(1, 0);
        BatchSource.Batch changed = source(DIGITS, STEPS).batch(1, 0);
        assertThat(changed.ids()).isEqualTo(plain.ids());
        assertThat(changed.y()).isEqualTo(plain.y());
        assertThat(changed.x()).isNotEqualTo(plain.x());
        float[] first = new float[DIGITS.features()];
        DIGITS.copy((int) plain.ids()[0], first, 0);
        assertThat(Arrays.copyOf(plain.x(), first.length)).isEqualTo(first);
    }

    @Test
    void whatGoesWrongAheadIsThrownWhereTheBatchIsAskedFor() {
        int broken = (int) source(DIGITS, List.of()).batch(1, 1).ids()[3];
        BatchSource source = source(new Broken(DIGITS, broken), List.of());
        assertThat(source.batch(1, 0).size()).isEqualTo(16);
        assertThatThrownBy(() -> source.batch(1, 1)).isInstanceOf(TrainerException.class).hasMessage("example " + broken + " is broken");
        assertThat(source.batch(1, 2).size()).isEqualTo(16);
    }

    private static Dataset digits(int count) {
        return new Datasets(new Locations(Map.of(), Map.of(), false), new Format(SHAPE, 10, 0, 1))
                .load("data.train", DataSource.of(new DataSource.BuiltinDigits(count, 1L), null));
    }

    private static BatchSource source(Dataset data, List<AugmentationStep> steps) {
        return new BatchSource(data, Augmentation.of(steps, SHAPE, 0), 16, 3);
    }

    /** A data set that cannot give one of its examples. */
    private record Broken(Dataset whole, int broken) implements Dataset {
        @Override
        public int size() {
            return whole.size();
        }

        @Override
        public long[] shape() {
            return whole.shape();
        }

        @Override
        public int classes() {
            return whole.classes();
        }

        @Override
        public int label(int i) {
            return whole.label(i);
        }

        @Override
        public void copy(int i, float[] dst, int offset) {
            if (i == broken) {
                throw new TrainerException(ExitCode.STORAGE, "example " + i + " is broken");
            }
            whole.copy(i, dst, offset);
        }

        @Override
        public long id(int i) {
            return whole.id(i);
        }

        @Override
        public SortedMap<String, String> digests() {
            return whole.digests();
        }
    }
}
