package dev.advtrain.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

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

    @Test
    void epsilonRisesLinearlyToItsValue() {
        EpsilonWarmup warmup = new EpsilonWarmup(4);
        assertThat(warmup.scale(0)).isEqualTo(0.25);
        assertThat(warmup.scale(3)).isEqualTo(1);
        assertThat(warmup.scale(100)).isEqualTo(1);
        assertThat(new EpsilonWarmup(0).scale(0)).isEqualTo(1);
    }

    @Test
    void selectionTakesTheMostRobustThenTheCleanestThenTheEarliest() {
        Candidate candidate = new Candidate(3, 0.8, 0.5);
        assertThat(new Candidate(4, 0.7, 0.51).betterThan(candidate)).isTrue();
        assertThat(new Candidate(4, 0.9, 0.49).betterThan(candidate)).isFalse();
        assertThat(new Candidate(4, 0.81, 0.5).betterThan(candidate)).isTrue();
        assertThat(new Candidate(4, 0.8, 0.5).betterThan(candidate)).isFalse();
        assertThat(candidate.betterThan(new Candidate(4, 0.8, 0.5))).isTrue();
    }
}
