package dev.advtrain.operator.status;

import static dev.advtrain.api.v1alpha1.status.ConditionType.ACCEPTED;
import static dev.advtrain.api.v1alpha1.status.ConditionType.EVALUATED;
import static dev.advtrain.api.v1alpha1.status.ConditionType.SUCCEEDED;
import static dev.advtrain.api.v1alpha1.status.ConditionType.TRAINED;
import static dev.advtrain.contract.Command.EVALUATE;
import static dev.advtrain.contract.Command.REPORT;
import static dev.advtrain.contract.Command.TRAIN;
import static dev.advtrain.operator.FakeCluster.T0;
import static org.assertj.core.api.Assertions.assertThat;

import dev.advtrain.api.v1alpha1.status.AdversarialTrainingJobStatus;
import dev.advtrain.api.v1alpha1.status.AdversarialTrainingJobStatus.Attempts;
import dev.advtrain.api.v1alpha1.status.Phase;
import dev.advtrain.operator.FakeCluster;
import dev.advtrain.operator.Fixtures;
import dev.advtrain.operator.Messages;
import dev.advtrain.resolve.FieldError;
import dev.advtrain.resolve.Resolution;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusAggregatorTest extends StatusFixture {
    private static Situation refused(Resolution.Reason reason) {
        return new Situation.Refused(new Resolution.Refused(reason, List.of(
                new FieldError("spec.threatModels[0]", "\"linf-0.1\"", "there is no ThreatModel of this name"))));
    }

    @Test
    void aMissingThreatModelIsSaidAndForgottenWhenItAppears() {
        look(refused(Resolution.Reason.THREAT_MODEL_NOT_FOUND), T0);
        assertThat(status.phase()).isEqualTo(Phase.PENDING);
        assertThat(status.resolved()).isNull();
        assertConditions("Accepted False ThreatModelNotFound", "Trained Unknown NotStarted", "Evaluated Unknown NotStarted",
                "Succeeded Unknown NotStarted", "Finished False NotStarted");
        assertThat(condition(ACCEPTED).message()).contains("there is no ThreatModel of this name").contains("linf-0.1");
        look(LATER);
        assertConditions("Accepted True Accepted", "Trained Unknown NotStarted", "Evaluated Unknown NotStarted",
                "Succeeded Unknown InProgress", "Finished False InProgress");
        assertThat(condition(ACCEPTED).lastTransitionTime()).isEqualTo(LATER.toString());
        assertThat(condition(TRAINED).lastTransitionTime()).isEqualTo(T0.toString());
    }

    @Test
    void phasesFollowTheJobs() {
        assertThat(look(T0).phase()).isEqualTo(Phase.PENDING);
        assertThat(status.resolved().runId()).isEqualTo(Fixtures.JOB_UID + "-" + status.resolved().hash());
        assertThat(status.threatSummary()).isEqualTo("Linf 0.1");
        cluster.running(TRAIN, 1);
        assertThat(look(T0).phase()).isEqualTo(Phase.TRAINING);
        assertThat(status.jobs().train()).isEqualTo("digits-atj-train-1");
        assertThat(status.startTime()).isEqualTo(T0.toString());
        assertThat(condition(TRAINED).message()).isEqualTo("attempt 1 of train: Job digits-atj-train-1");
        use(job);
        cluster.complete(TRAIN, 1, T0, null);
        assertThat(look(T0).phase()).isEqualTo(Phase.EVALUATING);
        assertConditions("Accepted True Accepted", "Trained True Trained", "Evaluated Unknown Evaluating",
                "Succeeded Unknown InProgress", "Finished False InProgress");
        cluster.complete(EVALUATE, 1, T0, null);
        assertThat(look(T0).phase()).isEqualTo(Phase.REPORTING);
        assertThat(status.cleanAccuracy()).isNull();
        cluster.complete(REPORT, 1, LATER, Messages.report(run.runId()));
        assertThat(look(LATER).phase()).isEqualTo(Phase.SUCCEEDED);
        assertConditions("Accepted True Accepted", "Trained True Trained", "Evaluated True Evaluated",
                "Succeeded True Succeeded", "Finished True Succeeded");
        assertThat(StatusAggregator.finished(status)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "64 | RunSpecRefused", "65 | DataUnusable", "70 | Unsound", "73 | OutputTaken", "78 | DeviceMissing",
    })
    void whatCannotSucceedFailsWithTheTrainersWords(int code, String reason) {
        cluster.failed(TRAIN, 1, T0, code, Messages.error(TRAIN, code, "data.train.idx.images: sha256 is 12, expected 34"));
        look(LATER);
        assertThat(status.phase()).isEqualTo(Phase.FAILED);
        assertConditions("Accepted True Accepted", "Trained False " + reason, "Evaluated False " + reason,
                "Succeeded False " + reason, "Finished True " + reason);
        assertThat(condition(TRAINED).message())
                .startsWith("attempt 1 of train: ")
                .endsWith("(exit code " + code + "): data.train.idx.images: sha256 is 12, expected 34");
        assertThat(status.completionTime()).isEqualTo(T0.toString());
        assertThat(status.cleanAccuracy()).isNull();
    }

    @Test
    void aFailedShardGivesNoNumber() {
        cluster.complete(TRAIN, 1, T0, null);
        cluster.failed(EVALUATE, 1, T0, 70, Messages.error(EVALUATE, 70, "logits are not finite"));
        look(LATER);
        assertConditions("Accepted True Accepted", "Trained True Trained", "Evaluated False Unsound",
                "Succeeded False Unsound", "Finished True Unsound");
        assertThat(status.cleanAccuracy()).isNull();
        assertThat(status.robustAccuracy()).isNull();
        assertThat(status.results()).isNull();
        assertThat(status.samples()).isNull();
    }

    @Test
    void aWaitingAttemptSaysWhenAndWhy() {
        cluster.failed(TRAIN, 1, T0, 74, Messages.error(TRAIN, 74, "pvc://models/digits: no space left on device"));
        look(T0);
        assertConditions("Accepted True Accepted", "Trained Unknown Retrying", "Evaluated Unknown NotStarted",
                "Succeeded Unknown InProgress", "Finished False InProgress");
        assertThat(condition(TRAINED).message()).isEqualTo("attempt 1 of train: storage could not be reached or written (exit code 74): "
                + "pvc://models/digits: no space left on device; attempt 2 follows at 2026-01-01T10:00:10Z");
        assertThat(status.attempts()).isEqualTo(new Attempts(1, 0));
    }

    @Test
    void aDisruptionIsNoFailure() {
        cluster.disrupted(TRAIN, 1, T0);
        look(T0);
        assertThat(condition(TRAINED).reason()).isEqualTo("Disrupted");
        assertThat(condition(TRAINED).message()).endsWith("attempt 2 follows at once");
        assertThat(status.attempts()).isEqualTo(new Attempts(0, 1));
    }

    @Test
    void usedUpAttemptsNameTheLimitAndTheLastReason() {
        cluster.failed(TRAIN, 1, T0, 1, null).failed(TRAIN, 2, T0, 1, null)
                .failed(TRAIN, 3, T0, 74, Messages.error(TRAIN, 74, "disk full"));
        look(LATER);
        assertThat(status.phase()).isEqualTo(Phase.FAILED);
        assertThat(condition(TRAINED).reason()).isEqualTo("StorageFailed");
        assertThat(condition(TRAINED).message())
                .startsWith("no attempt is left (backoffLimit 2); attempt 3 of train: ").endsWith("disk full");
    }

    @Test
    void tooManyDisruptionsNameTheLimit() {
        for (int attempt = 1; attempt <= 4; attempt++) {
            cluster.disrupted(TRAIN, attempt, T0);
        }
        look(LATER);
        assertConditions("Accepted True Accepted", "Trained False TooManyDisruptions", "Evaluated False TooManyDisruptions",
                "Succeeded False TooManyDisruptions", "Finished True TooManyDisruptions");
        assertThat(condition(TRAINED).message()).startsWith("more than 3 disruptions (maxDisruptions); ");
    }

    @Test
    void shardsDisruptedTooOftenEndTheJobWhenThatHappened() {
        cluster.complete(TRAIN, 1, T0, null);
        Job evaluate = cluster.create(EVALUATE, 1);
        Pod pod = cluster.pod(evaluate, "Running", null, null, null, Map.of("batch.kubernetes.io/job-completion-index", "0",
                "batch.kubernetes.io/job-index-ignored-failure-count", "4"));
        look(LATER);
        assertThat(condition(EVALUATED).reason()).isEqualTo("TooManyDisruptions");
        assertThat(status.completionTime()).isEqualTo(pod.getMetadata().getCreationTimestamp())
                .isNotEqualTo(evaluate.getMetadata().getCreationTimestamp());
    }

    @ParameterizedTest
    @CsvSource({"true, killed for its memory (OOMKilled", "false, killed by signal 9"})
    void aKillForMemoryNamesTheLimitAndWhatToTry(boolean podThere, String text) {
        use(Fixtures.job(manifest -> manifest.replace("backoffLimit: 2", "backoffLimit: 0\n  resources: {limits: {memory: 3Gi}}")));
        Job train = cluster.create(TRAIN, 1);
        Pod pod = cluster.pod(train, "Failed", 137, "OOMKilled", null, Map.of());
        FakeCluster.fail(train, "PodFailurePolicy", "Container trainer for pod team-a/" + pod.getMetadata().getName()
                + " failed with exit code 137 matching FailJob rule at index 2", T0);
        if (!podThere) {
            cluster.withoutPods();
        }
        look(LATER);
        assertThat(condition(TRAINED).reason()).isEqualTo("OutOfMemory");
        assertThat(condition(TRAINED).message()).contains(text).contains("the limit is 3Gi")
                .contains("raise spec.resources.limits.memory or lower spec.training.batchSize");
    }

    @Test
    void aFullHeapNamesTheLimitAndWhatToTry() {
        use(Fixtures.job(manifest -> manifest.replace("backoffLimit: 2", "backoffLimit: 0\n  resources: {limits: {memory: 3Gi}}")));
        cluster.failed(TRAIN, 1, T0, 3, "Terminating due to java.lang.OutOfMemoryError: Java heap space");
        look(LATER);
        assertThat(condition(TRAINED).reason()).isEqualTo("OutOfMemory");
        assertThat(condition(TRAINED).message()).endsWith("attempt 1 of train: the Java heap is exhausted (exit code 3); "
                + "it is a share of the memory limit, 3Gi: raise spec.resources.limits.memory");
    }

    @Test
    void nothingChangesWhenNothingChanged() {
        cluster.running(TRAIN, 1);
        AdversarialTrainingJobStatus first = look(T0);
        assertThat(look(LATER)).isEqualTo(first);
    }

    @Test
    void attemptsNeverBecomeFewerWhenTheirJobsAreDeleted() {
        cluster.disrupted(TRAIN, 1, T0).complete(TRAIN, 2, T0, null);
        look(T0);
        use(job);
        cluster.running(EVALUATE, 1);
        assertThat(look(LATER).attempts()).isEqualTo(new Attempts(0, 1));
        assertThat(status.startTime()).isEqualTo(T0.toString());
        assertThat(status.jobs().train()).isEqualTo("digits-atj-train-2");
    }

    @Test
    void aLostRunSpecEndsTheJobAndKeepsWhatIsKnown() {
        cluster.complete(TRAIN, 1, T0, null);
        look(T0);
        look(new Situation.RunSpecLost("ConfigMap x was deleted"), LATER);
        assertThat(status.phase()).isEqualTo(Phase.FAILED);
        assertConditions("Accepted False RunSpecLost", "Trained True Trained", "Evaluated False RunSpecLost",
                "Succeeded False RunSpecLost", "Finished True RunSpecLost");
        assertThat(status.resolved()).isNotNull();
        assertThat(status.completionTime()).isEqualTo(LATER.toString());
    }

    @Test
    void eachTransitionIsSaidOnce() {
        AdversarialTrainingJobStatus none = null;
        look(refused(Resolution.Reason.THREAT_MODEL_NOT_FOUND), T0);
        assertThat(said(none, status)).containsExactly("ThreatModelNotFound warning");
        AdversarialTrainingJobStatus refused = status;
        look(T0);
        assertThat(said(refused, status)).containsExactly("Accepted normal");
        AdversarialTrainingJobStatus accepted = status;
        cluster.running(TRAIN, 1);
        look(T0);
        assertThat(said(accepted, status)).containsExactly("Training normal");
        assertThat(said(status, status)).isEmpty();
        use(job);
        cluster.complete(TRAIN, 1, T0, null);
        AdversarialTrainingJobStatus training = status;
        look(T0);
        assertThat(said(training, status)).containsExactly("Trained normal", "Evaluating normal");
        use(job);
        AdversarialTrainingJobStatus trained = status;
        finish(1000, 800, 658);
        assertThat(said(trained, status)).containsExactly("Evaluated normal", "Succeeded normal");
    }

    @Test
    void aTransitionIsTheSameFromAnOlderView() {
        look(T0);
        AdversarialTrainingJobStatus before = status;
        cluster.running(TRAIN, 1);
        look(T0);
        String first = Transitions.between(before, status).getFirst().occurrence();
        Pod pod = cluster.pods.getFirst();
        pod.getStatus().setContainerStatuses(List.of());
        pod.getStatus().setConditions(List.of(new PodConditionBuilder().withType("PodScheduled").withStatus("False")
                .withReason("Unschedulable").build()));
        look(T0);
        assertThat(Transitions.between(before, status)).singleElement().satisfies(t -> {
            assertThat(t.occurrence()).isEqualTo(first);
            assertThat(t.message()).contains("Unschedulable");
        });
        use(job);
        cluster.disrupted(TRAIN, 1, T0).running(TRAIN, 2);
        look(T0);
        assertThat(Transitions.between(before, status).getFirst().occurrence()).isNotEqualTo(first);
    }

    @Test
    void anEndIsSaidOnceAndAsAWarning() {
        look(T0);
        AdversarialTrainingJobStatus before = status;
        cluster.failed(TRAIN, 1, T0, 65, "x");
        look(T0);
        assertThat(said(before, status)).containsExactly("DataUnusable warning");
    }

    private static List<String> said(AdversarialTrainingJobStatus before, AdversarialTrainingJobStatus after) {
        return Transitions.between(before, after).stream().map(t -> t.reason() + (t.normal() ? " normal" : " warning")).toList();
    }
}
