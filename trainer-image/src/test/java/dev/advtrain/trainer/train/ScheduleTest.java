package dev.advtrain.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleTest {

    @Test
    void constantStays() {
        Schedule schedule = new Schedule.Constant(0.1);
        assertThat(schedule.learningRate(0)).isEqualTo(0.1);
        assertThat(schedule.learningRate(1_000_000)).isEqualTo(0.1);
    }

    @Test
    void cosineWarmsUpLinearlyThenFalls() {
        Schedule schedule = new Schedule.Cosine(0.2, 10, 110);
        assertThat(schedule.learningRate(0)).isCloseTo(0.02, within(1e-12));
        assertThat(schedule.learningRate(4)).isCloseTo(0.1, within(1e-12));
        assertThat(schedule.learningRate(9)).isCloseTo(0.2, within(1e-12));
        assertThat(schedule.learningRate(10)).isCloseTo(0.2, within(1e-12));
        assertThat(schedule.learningRate(60)).isCloseTo(0.1, within(1e-12));
        // 0.1 (1 + cos(0.99 pi))
        assertThat(schedule.learningRate(109)).isCloseTo(4.93436e-5, within(1e-9));
    }

    @Test
    void cosineWithoutWarmUpBeginsAtTheTop() {
        assertThat(new Schedule.Cosine(0.2, 0, 100).learningRate(0)).isEqualTo(0.2);
        // All warm-up: nothing is left to divide by.
        assertThat(new Schedule.Cosine(0.2, 100, 100).learningRate(99)).isCloseTo(0.2, within(1e-12));
    }

    /** Ten steps, the peak after four: every learning rate of the run. */
    @Test
    void cyclicIsATriangle() {
        assertThat(rates(new Schedule.Cyclic(0.24, 4, 10), 10))
                .containsExactly(new double[] {0.06, 0.12, 0.18, 0.24, 0.24, 0.2, 0.16, 0.12, 0.08, 0.04}, within(1e-12));
        assertThat(rates(new Schedule.Cyclic(0.4, 0, 4), 4)).containsExactly(new double[] {0.4, 0.3, 0.2, 0.1}, within(1e-12));
    }

    @Test
    void multiStepFallsAtItsMilestones() {
        assertThat(rates(new Schedule.MultiStep(0.1, List.of(2L, 5L), 0.5), 7))
                .containsExactly(0.1, 0.1, 0.05, 0.05, 0.05, 0.025, 0.025);
    }

    /** 3 epochs of 4 steps. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{constant: {}} | 0.2 0.2 0.2 0.2 0.2 0.2 0.2 0.2 0.2 0.2 0.2 0.2",
        "{cosine: {warmupEpochs: 2}} | 0.025 0.05 0.075 0.1 0.125 0.15 0.175 0.2 0.2 0.1707106781 0.1 0.0292893219",
        "{cyclic: {peakFraction: \"0.5\"}} | 0.0333333333 0.0666666667 0.1 0.1333333333 0.1666666667 0.2 0.2 0.1666666667 0.1333333333 0.1 "
                + "0.0666666667 0.0333333333",
        "{multiStep: {milestones: [1, 2], gamma: \"0.1\"}} | 0.2 0.2 0.2 0.2 0.02 0.02 0.02 0.02 0.002 0.002 0.002 0.002"})
    void followsTheSpec(String schedule, String expected) throws JsonProcessingException {
        String json = new YAMLMapper().readTree(schedule).toString();
        for (String optimizer : List.of("{\"sgd\": {\"learningRate\": \"0.2\"}}", "{\"adamW\": {\"learningRate\": \"0.2\"}}")) {
            Map<String, String> changes = Map.of("/training/schedule", json, "/training/optimizer", optimizer);
            assertThat(rates(Schedule.of(RunSpecs.digits(changes).training(), 4), 12))
                    .containsExactly(Arrays.stream(expected.split(" ")).mapToDouble(Double::parseDouble).toArray(), within(1e-10));
        }
    }

    private static double[] rates(Schedule schedule, int steps) {
        return IntStream.range(0, steps).mapToDouble(schedule::learningRate).toArray();
    }

    @Test
    void epsilonRisesLinearlyToItsValue() {
        EpsilonWarmup warmup = new EpsilonWarmup(4);
        assertThat(warmup.scale(0)).isEqualTo(0.25);
        assertThat(warmup.scale(3)).isEqualTo(1);
        assertThat(warmup.scale(100)).isEqualTo(1);
        assertThat(new EpsilonWarmup(0).scale(0)).isEqualTo(1);
    }
}
