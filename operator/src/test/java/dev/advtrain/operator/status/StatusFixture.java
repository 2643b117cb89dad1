package dev.advtrain.operator.status;

import static dev.advtrain.contract.Command.EVALUATE;
import static dev.advtrain.contract.Command.REPORT;
import static dev.advtrain.contract.Command.TRAIN;
import static dev.advtrain.operator.FakeCluster.T0;
import static org.assertj.core.api.Assertions.assertThat;

import dev.advtrain.api.v1alpha1.status.AdversarialTrainingJobStatus;
import dev.advtrain.api.v1alpha1.status.Condition;
import dev.advtrain.api.v1alpha1.status.ConditionType;
import dev.advtrain.api.v1alpha1.training.AdversarialTrainingJob;
import dev.advtrain.contract.TerminationMessage.Evaluation;
import dev.advtrain.contract.TerminationMessages;
import dev.advtrain.operator.FakeCluster;
import dev.advtrain.operator.Fixtures;
import dev.advtrain.operator.Messages;
import dev.advtrain.operator.model.Run;
import dev.advtrain.operator.observe.RunObserver;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;

/** A job whose status is made again and again, each time from the one before. */
abstract class StatusFixture {
    static final Instant LATER = T0.plusSeconds(60);

    AdversarialTrainingJob job = Fixtures.job();
    Run run = Fixtures.run(job);
    FakeCluster cluster = new FakeCluster(run);
    AdversarialTrainingJobStatus status;

    void use(AdversarialTrainingJob other) {
        job = other;
        run = Fixtures.run(job);
        cluster = new FakeCluster(run);
    }

    /** The next status, made from the one before as the API server gives it back. */
    AdversarialTrainingJobStatus look(Instant now) {
        return look(new Situation.Accepted(run, Fixtures.runSpec(job),
                RunObserver.observe(run, StatusAggregator.done(status), cluster.jobs, cluster.pods)), now);
    }

    AdversarialTrainingJobStatus look(Situation situation, Instant now) {
        AdversarialTrainingJobStatus made = StatusAggregator.aggregate(status, 1L, situation, now);
        status = Serialization.unmarshal(Serialization.asJson(made), AdversarialTrainingJobStatus.class);
        assertThat(status).isEqualTo(made);
        return status;
    }

    Condition condition(ConditionType type) {
        return Conditions.find(status.conditions(), type).orElseThrow();
    }

    void assertConditions(String... expected) {
        assertThat(status.conditions()).extracting(c -> c.type() + " " + c.status() + " " + c.reason()).containsExactly(expected);
    }

    void finish(int samples, int clean, int robust) {
        finish(Messages.evaluation(samples, clean, robust));
    }

    void finish(Evaluation evaluation) {
        cluster.complete(TRAIN, 1, T0, null).complete(EVALUATE, 1, T0, null).complete(REPORT, 1, LATER,
                TerminationMessages.write(Messages.report(run.runId(), evaluation)));
        look(LATER);
    }
}
