package dev.advtrain.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.advtrain.api.v1alpha1.training.AugmentationStep;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.random.Purpose;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AugmentationTest {
    private static final AugmentationStep CROP = new AugmentationStep(new AugmentationStep.RandomCrop(1), null, null);
    private static final AugmentationStep FLIP = new AugmentationStep(null, new AugmentationStep.HorizontalFlip(), null);
    private static final AugmentationStep CUTOUT = new AugmentationStep(null, null, new AugmentationStep.Cutout(2));
    private static final long[] SHAPE = {2, 2, 3};

    /** Two channels of 2 x 3 between a value that is not theirs and another; -1 is blank. */
    private static float[] image() {
        return new float[] {99, 1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16, 98};
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "0 | 0 | 1 2 3 4 5 6 11 12 13 14 15 16",
        "1 | 0 | 4 5 6 -1 -1 -1 14 15 16 -1 -1 -1",
        "-1 | 0 | -1 -1 -1 1 2 3 -1 -1 -1 11 12 13",
        "0 | 1 | 2 3 -1 5 6 -1 12 13 -1 15 16 -1",
        "0 | -1 | -1 1 2 -1 4 5 -1 11 12 -1 14 15",
        "1 | 2 | 6 -1 -1 -1 -1 -1 16 -1 -1 -1 -1 -1",
        "-1 | -2 | -1 -1 -1 -1 -1 1 -1 -1 -1 -1 -1 11",
        "0 | 3 | -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1",
        "5 | -7 | -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1"})
    void movesEveryChannelAlike(int down, int right, String expected) {
        float[] values = image();
        augmentation(CROP).move(values, 1, down, right);
        assertThat(values).isEqualTo(framed(expected));
    }

    @Test
    void mirrorsEveryRow() {
        float[] values = image();
        augmentation(FLIP).mirror(values, 1);
        assertThat(values).isEqualTo(framed("3 2 1 6 5 4 13 12 11 16 15 14"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "0 | 0 | 2 | -1 -1 3 -1 -1 6 -1 -1 13 -1 -1 16",
        "-1 | 2 | 2 | 1 2 -1 4 5 6 11 12 -1 14 15 16",
        "1 | -1 | 2 | 1 2 3 -1 5 6 11 12 13 -1 15 16",
        "0 | 1 | 1 | 1 -1 3 4 5 6 11 -1 13 14 15 16"})
    void blanksTheSquareAsFarAsItLiesInTheImage(int top, int left, int size, String expected) {
        float[] values = image();
        augmentation(CUTOUT).cut(values, 1, top, left, size);
        assertThat(values).isEqualTo(framed(expected));
    }

    @Test
    void drawsEveryOutcomeAlikeAndTheSameForTheSameKey() {
        Map<String, Integer> flips = new HashMap<>();
        Set<String> crops = new HashSet<>();
        Set<String> cuts = new HashSet<>();
        for (int example = 0; example < 400; example++) {
            flips.merge(text(augmentation(FLIP), 1, example), 1, Integer::sum);
            crops.add(text(augmentation(CROP), 1, example));
            cuts.add(text(augmentation(CUTOUT), 1, example));
            assertThat(text(augmentation(CROP, FLIP, CUTOUT), 3, example)).isEqualTo(text(augmentation(CROP, FLIP, CUTOUT), 3, example));
        }
        assertThat(flips).hasSize(2).allSatisfy((_, count) -> assertThat(count).isBetween(150, 250));
        assertThat(crops).hasSize(9);
        // A square of side 2 around each of the 6 pixels.
        assertThat(cuts).hasSize(6);
        List<String> first = IntStream.range(0, 50).mapToObj(example -> text(augmentation(CROP), 1, example)).toList();
        assertThat(IntStream.range(0, 50).mapToObj(example -> text(augmentation(CROP), 2, example)).toList()).isNotEqualTo(first);
    }

    @Test
    void twoStepsOfAKindDrawApartAndInOrder() {
        Set<String> twice = new HashSet<>();
        for (int example = 0; example < 400; example++) {
            twice.add(text(augmentation(CROP, CROP), 1, example));
        }
        assertThat(twice.size()).isGreaterThan(9);
        assertThat(text(augmentation(), 1, 0)).isEqualTo(text(image()));
    }

    @Test
    void needsImages() {
        assertThatThrownBy(() -> Augmentation.of(List.of(FLIP), new long[] {7}, 0))
                .hasMessage("data.augmentation: inputs are [7]; expected [channels, height, width]");
        Augmentation.of(List.of(), new long[] {7}, 0).apply(new float[7], 0, Key.of(0, Purpose.AUGMENTATION));
    }

    private static Augmentation augmentation(AugmentationStep... steps) {
        return Augmentation.of(List.of(steps), SHAPE, -1);
    }

    private static String text(Augmentation augmentation, int epoch, int example) {
        float[] values = image();
        augmentation.apply(values, 1, Key.of(5, Purpose.AUGMENTATION).withEpoch(epoch).withExample(example));
        return text(values);
    }

    private static String text(float[] values) {
        return java.util.Arrays.toString(values);
    }

    private static float[] framed(String inner) {
        float[] values = image();
        String[] each = inner.split(" ");
        for (int i = 0; i < each.length; i++) {
            values[i + 1] = Float.parseFloat(each[i]);
        }
        return values;
    }
}
