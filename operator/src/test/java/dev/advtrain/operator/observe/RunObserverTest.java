package dev.advtrain.operator.observe;

import static dev.advtrain.contract.Command.EVALUATE;
import static dev.advtrain.contract.Command.REPORT;
import static dev.advtrain.contract.Command.TRAIN;
import static dev.advtrain.operator.FakeCluster.T0;
import static org.assertj.core.api.Assertions.assertThat;

import dev.advtrain.api.v1alpha1.status.GradientMasking;
import dev.advtrain.contract.Command;
import dev.advtrain.contract.TerminationMessage;
import dev.advtrain.contract.TerminationMessage.Evaluation;
import dev.advtrain.operator.FakeCluster;
import dev.advtrain.operator.Fixtures;
import dev.advtrain.operator.Messages;
import dev.advtrain.operator.model.Run;
import dev.advtrain.operator.observe.StageState.GivenUp;
import dev.advtrain.operator.observe.StageState.Retry;
import dev.advtrain.operator.observe.StageState.Why;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The run has backoffLimit 2 and maxDisruptions 3. */
class RunObserverTest {
    private final Run run = Fixtures.run();
    private final FakeCluster cluster = new FakeCluster(run);

    private Observed observe() {
        return RunObserver.observe(run, Set.of(), cluster.jobs, cluster.pods);
    }

    private StageObservation train() {
        return observe().train();
    }

    @Test
    void nothingIsThere() {
        assertThat(train().state()).isEqualTo(new StageState.NotStarted());
        assertThat(observe().report().job()).isEmpty();
    }

    @Test
    void aJobWithoutConditionsRuns() {
        cluster.running(TRAIN, 1);
        assertThat(train().state()).isEqualTo(new StageState.Running(1, java.util.Optional.empty()));
        assertThat(train().job()).contains("digits-atj-train-1");
        assertThat(train().started()).contains(T0);
    }

    @ParameterizedTest
    @CsvSource({
            // code, what follows with the pod still there and with it gone
            "64, FINAL", "65, FINAL", "70, FINAL", "73, FINAL", "78, FINAL",
            "74, LATER", "1, LATER", "2, LATER", "134, LATER", "137, LATER", "139, LATER", "143, LATER",
            "75, NOW",
    })
    void whatFollowsAnExitCodeDoesNotDependOnThePodStillBeingThere(int code, String follows) {
        cluster.failed(TRAIN, 1, T0, code, Messages.error(TRAIN, code, "said by the trainer"));
        StageState withPod = train().state();
        assertThat(failure(withPod).message()).isEqualTo("said by the trainer");
        check(withPod, code, follows);
        cluster.withoutPods();
        check(train().state(), code, follows);
    }

    private void check(StageState state, int code, String follows) {
        assertThat(failure(state).exitCode()).hasValue(code);
        switch (follows) {
            case "FINAL" -> assertThat(state).isInstanceOfSatisfying(GivenUp.class, s -> assertThat(s.why()).isEqualTo(Why.FINAL_FAILURE));
            case "LATER" -> assertThat(state).isInstanceOfSatisfying(Retry.class, s -> {
                assertThat(s.attempt()).isEqualTo(2);
                assertThat(s.notBefore()).isEqualTo(T0.plusSeconds(10));
            });
            default -> assertThat(state).isInstanceOfSatisfying(Retry.class, s -> assertThat(s.notBefore()).isEqualTo(T0));
        }
        boolean disruption = follows.equals("NOW");
        assertThat(train().disruptions()).isEqualTo(disruption ? 1 : 0);
        assertThat(train().failures()).isEqualTo(disruption ? 0 : 1);
    }

    private static Failure failure(StageState state) {
        return switch (state) {
            case Retry retry -> retry.last();
            case GivenUp givenUp -> givenUp.last();
            default -> throw new AssertionError(state);
        };
    }

    @Test
    void anEvictionIsADisruptionWhateverTheCodeWas() {
        cluster.disrupted(TRAIN, 1, T0);
        Failure failure = failure(train().state());
        assertThat(failure.message()).contains("was disrupted: PreemptionByScheduler (preempting to accommodate");
        assertThat(train().state()).isEqualTo(new Retry(2, T0, failure));
        assertThat(failure(train().state()).killed()).isFalse();
        cluster.withoutPods();
        assertThat(train().state()).isInstanceOfSatisfying(Retry.class, s -> assertThat(s.notBefore()).isEqualTo(T0));
    }

    @Test
    void aPodThatVanishedWithoutACodeIsAFailure() {
        FakeCluster.fail(cluster.create(TRAIN, 1), "BackoffLimitExceeded", "Job has reached the specified backoff limit", T0);
        assertThat(train().state()).isInstanceOfSatisfying(Retry.class, s -> assertThat(s.notBefore()).isEqualTo(T0.plusSeconds(10)));
        assertThat(failure(train().state()).message()).contains("without an exit code");
        assertThat(train().failures()).isEqualTo(1);
    }

    @Test
    void aPodTheKubeletRefusedSaysWhy() {
        Job job = cluster.create(TRAIN, 1);
        FakeCluster.fail(job, "BackoffLimitExceeded", "Job has reached the specified backoff limit", T0);
        Pod pod = cluster.pod(job, "Failed", null, null, null, Map.of());
        pod.getStatus().setContainerStatuses(List.of());
        pod.getStatus().setReason("OutOfcpu");
        pod.getStatus().setMessage("Node didn't have enough resource: cpu");
        assertThat(failure(train().state()).message()).endsWith("failed: OutOfcpu (Node didn't have enough resource: cpu)");
    }

    @Test
    void anOutOfMemoryKillIsKnownWhileThePodIsThere() {
        Job job = cluster.create(TRAIN, 1);
        Pod pod = cluster.pod(job, "Failed", 137, "OOMKilled", null, Map.of());
        FakeCluster.fail(job, "PodFailurePolicy", "Container trainer for pod team-a/" + pod.getMetadata().getName()
                + " failed with exit code 137 matching FailJob rule at index 2", T0);
        assertThat(failure(train().state()).outOfMemory()).isTrue();
        cluster.withoutPods();
        assertThat(failure(train().state()).outOfMemory()).isFalse();
        assertThat(failure(train().state()).killed()).isTrue();
    }

    @Test
    void pausesDoubleFromTheTimeOfTheLastFailure() {
        cluster.failed(TRAIN, 1, T0, 74, null).failed(TRAIN, 2, T0.plusSeconds(1000), 74, null);
        assertThat(train().state()).isInstanceOfSatisfying(Retry.class, s -> {
            assertThat(s.attempt()).isEqualTo(3);
            assertThat(s.notBefore()).isEqualTo(T0.plusSeconds(1020));
        });
    }

    @ParameterizedTest
    @CsvSource({"1, 10", "2, 20", "3, 40", "4, 80", "5, 160", "6, 300", "7, 300", "100, 300"})
    void pausesAreCapped(int failures, int seconds) {
        assertThat(Backoff.after(failures)).hasSeconds(seconds);
    }

    @Test
    void failuresBeyondTheLimitEndIt() {
        cluster.failed(TRAIN, 1, T0, 74, null).failed(TRAIN, 2, T0, 1, null).disrupted(TRAIN, 3, T0).failed(TRAIN, 4, T0, 137, null);
        assertThat(train().state()).isInstanceOfSatisfying(GivenUp.class, s -> assertThat(s.why()).isEqualTo(Why.TOO_MANY_FAILURES));
        assertThat(train().failures()).isEqualTo(3);
        assertThat(train().disruptions()).isEqualTo(1);
    }

    @Test
    void disruptionsAreNotFailures() {
        cluster.disrupted(TRAIN, 1, T0).failed(TRAIN, 2, T0, 75, null).disrupted(TRAIN, 3, T0);
        assertThat(train().state()).isInstanceOf(Retry.class);
        cluster.disrupted(TRAIN, 4, T0);
        assertThat(train().state()).isInstanceOfSatisfying(GivenUp.class, s -> assertThat(s.why()).isEqualTo(Why.TOO_MANY_DISRUPTIONS));
    }

    @Test
    void disruptionsOfAllStagesAreCountedTogether() {
        cluster.disrupted(TRAIN, 1, T0).disrupted(TRAIN, 2, T0).complete(TRAIN, 3, T0, null)
                .complete(EVALUATE, 1, T0, null).disrupted(REPORT, 1, T0);
        assertThat(observe().report().state()).isInstanceOf(Retry.class);
        cluster.disrupted(REPORT, 2, T0);
        assertThat(observe().disruptions()).isEqualTo(4);
        assertThat(observe().report().state()).isInstanceOf(GivenUp.class);
    }

    @Test
    void anAttemptThatSomebodyDeletedCountsAsFailed() {
        cluster.failed(TRAIN, 2, T0, 75, null);
        assertThat(train().failures()).isEqualTo(1);
        assertThat(train().state()).isInstanceOfSatisfying(Retry.class, s -> assertThat(s.attempt()).isEqualTo(3));
    }

    @Test
    void jobsAndPodsOfOthersAreLeftOut() {
        FakeCluster other = new FakeCluster(run);
        other.failed(TRAIN, 1, T0, 65, null).complete(REPORT, 1, T0, Messages.report(run.runId()));
        other.jobs.forEach(job -> job.getMetadata().getOwnerReferences().getFirst().setUid("somebody-else"));
        cluster.jobs.addAll(other.jobs);
        cluster.pods.addAll(other.pods);
        assertThat(train().state()).isEqualTo(new StageState.NotStarted());
        assertThat(observe().report().state()).isEqualTo(new StageState.NotStarted());
    }

    @Test
    void aPodThatOnlyPretendsToBeOursHasNoSay() {
        cluster.complete(REPORT, 1, T0, Messages.report(run.runId()));
        cluster.pods.getFirst().getMetadata().getOwnerReferences().getFirst().setUid("somebody-else");
        assertThat(observe().report().state()).isInstanceOf(Retry.class);
    }

    @Test
    void aReportIsDoneWithItsMessage() {
        cluster.complete(REPORT, 1, T0, Messages.report(run.runId()));
        assertThat(observe().report().state()).isInstanceOfSatisfying(StageState.Done.class,
                s -> assertThat(s.results().orElseThrow().evaluation().robustCorrect()).isEqualTo(658));
    }

    @Test
    void aReportWhosePodWasGoneUnreadIsMadeAgainAtOnce() {
        cluster.complete(REPORT, 1, T0, Messages.report(run.runId())).withoutPods();
        assertThat(observe().report().state()).isEqualTo(new Retry(2, T0, failure(observe().report().state())));
        assertThat(observe().disruptions()).isEqualTo(1);
        cluster.complete(REPORT, 2, T0, Messages.report(run.runId()));
        assertThat(observe().report().state()).isInstanceOf(StageState.Done.class);
        assertThat(observe().disruptions()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "none", value = {
            "none",
            "''",
            "not json",
            "{\"command\": \"report\"}",
            "{\"command\": \"report\", \"runId\": \"of another run\"}",
    })
    void aMessageWithoutWholeResultsOfThisRunIsAFailure(String message) {
        cluster.complete(REPORT, 1, T0, message);
        assertThat(observe().report().state()).isInstanceOfSatisfying(Retry.class,
                s -> assertThat(s.notBefore()).isEqualTo(T0.plusSeconds(10)));
        assertThat(observe().failures()).isEqualTo(1);
    }

    @Test
    void aMessageWithMoreRobustThanCleanIsNoResult() {
        assertThat(TrainerMessages.results(text(Messages.evaluation(1000, 600, 601)), run.runId())).isEmpty();
        assertThat(TrainerMessages.results(text(Messages.evaluation(1000, 600, 600)), run.runId())).isPresent();
        assertThat(TrainerMessages.results(text(Messages.evaluation(0, 0, 0)), run.runId())).isEmpty();
        assertThat(TrainerMessages.results(text(Messages.evaluation(10, 11, 0)), run.runId())).isEmpty();
    }

    @Test
    void theUnionIsNoMoreThanAnyThreatModelAlone() {
        Evaluation e = Messages.evaluation(1000, 800, 658);
        for (int union : new int[] {600, 658, 659}) {
            assertThat(TrainerMessages.results(text(new Evaluation(e.suite(), 1000, 800, union, e.cleanInterval(), e.confidenceInterval(),
                    e.results(), null)), run.runId()).isPresent()).as("%d", union).isEqualTo(union <= 658);
        }
    }

    @ParameterizedTest
    @CsvSource({"900, 0, true", "900, 900, true", "1000, 1000, true", "900, 901, false", "1001, 0, false", "0, -1, false"})
    void anIncomingModelThatCannotBeIsNoResult(int clean, int robust, boolean whole) {
        Evaluation e = Messages.evaluation(1000, 800, 658);
        assertThat(TrainerMessages.results(text(new Evaluation(e.suite(), 1000, 800, 658, e.cleanInterval(), e.confidenceInterval(), e.results(), null,
                new TerminationMessage.Baseline(clean, robust, Messages.ROBUST))), run.runId()).isPresent()).isEqualTo(whole);
    }

    @Test
    void aVerdictWithoutItsChecksIsNoResult() {
        Evaluation e = Messages.masked(1000, 800, 658);
        assertThat(TrainerMessages.results(text(e), run.runId())).isPresent();
        assertThat(TrainerMessages.results(text(new Evaluation(e.suite(), 1000, 800, 658, e.cleanInterval(), e.confidenceInterval(), e.results(),
                new GradientMasking(GradientMasking.Verdict.SUSPECTED, null))), run.runId())).isEmpty();
    }

    private String text(Evaluation evaluation) {
        return dev.advtrain.contract.TerminationMessages.write(Messages.report(run.runId(), evaluation));
    }

    @Test
    void aStageWithALaterOneIsDoneEvenIfItsJobsWereDeleted() {
        cluster.running(REPORT, 1);
        assertThat(train().state()).isInstanceOf(StageState.Done.class);
        assertThat(observe().evaluate().state()).isInstanceOf(StageState.Done.class);
    }

    @Test
    void aStageTheStatusCallsDoneStaysDone() {
        cluster.failed(TRAIN, 1, T0, 75, null);
        assertThat(RunObserver.observe(run, Set.of(Command.TRAIN), cluster.jobs, cluster.pods).train().state())
                .isInstanceOf(StageState.Done.class);
    }

    @Test
    void triesOfShardsAreCountedFromTheJobControllersAnnotations() {
        Job job = cluster.create(EVALUATE, 1);
        cluster.pod(job, "Failed", 75, "Error", null, tries(0, 0, 0));
        cluster.pod(job, "Failed", 74, "Error", null, tries(0, 0, 1));
        cluster.pod(job, "Running", null, null, null, tries(0, 1, 1));
        cluster.pod(job, "Running", null, null, null, tries(1, 0, 2));
        assertThat(observe().evaluate().failures()).isEqualTo(1);
        assertThat(observe().evaluate().disruptions()).isEqualTo(3);
        assertThat(observe().evaluate().state()).isInstanceOf(StageState.Running.class);
        cluster.pod(job, "Running", null, null, null, tries(1, 0, 3));
        assertThat(observe().evaluate().state()).isInstanceOfSatisfying(GivenUp.class,
                s -> {
                    assertThat(s.why()).isEqualTo(Why.TOO_MANY_DISRUPTIONS);
                    assertThat(s.last().at()).hasToString(cluster.pods.getLast().getMetadata().getCreationTimestamp());
                });
    }

    private static Map<String, String> tries(int index, int failures, int ignored) {
        return Map.of("batch.kubernetes.io/job-completion-index", "" + index,
                "batch.kubernetes.io/job-index-failure-count", "" + failures,
                "batch.kubernetes.io/job-index-ignored-failure-count", "" + ignored);
    }

    @Test
    void anEvaluationWithAShardLostForGoodIsNotTriedAgain() {
        Job job = cluster.create(EVALUATE, 1);
        cluster.pod(job, "Failed", 74, "Error", Messages.error(EVALUATE, 74, "disk full"), tries(1, 2, 0));
        FakeCluster.fail(job, "MaxFailedIndexesExceeded", "Job has exceeded the specified maximal number of failed indexes", T0);
        assertThat(observe().evaluate().state()).isInstanceOfSatisfying(GivenUp.class, s -> {
            assertThat(s.why()).isEqualTo(Why.TOO_MANY_FAILURES);
            assertThat(s.last().message()).isEqualTo("disk full");
            assertThat(s.last().exitCode()).hasValue(74);
        });
        assertThat(observe().failures()).isEqualTo(3);
    }

    @Test
    void aHealthyShardThatWasStoppedWithTheJobIsNotWhatFailedIt() {
        Job job = cluster.create(EVALUATE, 1);
        cluster.pod(job, "Failed", 74, "Error", Messages.error(EVALUATE, 74, "disk full"), tries(1, 2, 0));
        FakeCluster.fail(job, "MaxFailedIndexesExceeded", "Job has exceeded the specified maximal number of failed indexes", T0);
        Observed before = observe();
        cluster.pod(job, "Failed", 75, "Error", Messages.error(EVALUATE, 75, "stopped"), tries(0, 0, 0));
        Pod evicted = cluster.pod(job, "Failed", 143, "Error", null, tries(2, 0, 0));
        evicted.getStatus().setConditions(List.of(new PodConditionBuilder().withType("DisruptionTarget").withStatus("True")
                .withReason("EvictionByEvictionAPI").build()));
        assertThat(observe()).isEqualTo(before);
        assertThat(failure(before.evaluate().state()).message()).isEqualTo("disk full");
        assertThat(before.failures()).isEqualTo(3);
        assertThat(before.disruptions()).isZero();
    }

    @Test
    void anEvaluationThatCannotSucceedFailsAtOnce() {
        cluster.failed(EVALUATE, 1, T0, 70, Messages.error(EVALUATE, 70, "logits are not finite"));
        assertThat(observe().evaluate().state()).isInstanceOfSatisfying(GivenUp.class, s -> {
            assertThat(s.why()).isEqualTo(Why.FINAL_FAILURE);
            assertThat(s.last().message()).isEqualTo("logits are not finite");
        });
    }

    @Test
    void aPodThatCannotStartSaysWhy() {
        Job job = cluster.create(TRAIN, 1);
        Pod pod = cluster.pod(job, "Pending", null, null, null, Map.of());
        pod.getStatus().setContainerStatuses(List.of());
        pod.getStatus().setConditions(List.of(new PodConditionBuilder().withType("PodScheduled").withStatus("False")
                .withReason("Unschedulable").withMessage("0/1 nodes are available: 1 Insufficient cpu.").build()));
        assertThat(train().state()).isInstanceOfSatisfying(StageState.Running.class, s -> assertThat(s.waiting().orElseThrow())
                .endsWith("is waiting: Unschedulable (0/1 nodes are available: 1 Insufficient cpu.)"));
    }

    @Test
    void onlyAFinishedJobWithoutAnEndedPodMayBeSeenTooEarly() {
        cluster.running(TRAIN, 1);
        assertThat(RunObserver.mayBeStale(run, cluster.jobs, cluster.pods)).isFalse();
        cluster.complete(EVALUATE, 1, T0, null);
        assertThat(RunObserver.mayBeStale(run, cluster.jobs, cluster.pods)).isFalse();
        cluster.pods.getLast().getStatus().setPhase("Running");
        assertThat(RunObserver.mayBeStale(run, cluster.jobs, cluster.pods)).isTrue();
        cluster.withoutPods();
        assertThat(RunObserver.mayBeStale(run, cluster.jobs, cluster.pods)).isTrue();
    }

    @Test
    void lookingAtItAgainGivesTheSame() {
        cluster.disrupted(TRAIN, 1, T0).failed(TRAIN, 2, T0, 74, "x").complete(TRAIN, 3, T0, null).running(EVALUATE, 1);
        assertThat(observe()).isEqualTo(observe());
    }
}
