package dev.advtrain.operator.reconcile;

import static dev.advtrain.contract.Command.EVALUATE;
import static dev.advtrain.contract.Command.REPORT;
import static dev.advtrain.contract.Command.TRAIN;
import static dev.advtrain.operator.FakeCluster.T0;
import static org.assertj.core.api.Assertions.assertThat;

import dev.advtrain.operator.FakeCluster;
import dev.advtrain.operator.Fixtures;
import dev.advtrain.operator.Messages;
import dev.advtrain.operator.model.Run;
import dev.advtrain.operator.observe.RunObserver;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DecisionTest {
    private final Run run = Fixtures.run();
    private final FakeCluster cluster = new FakeCluster(run);

    private Decision at(Instant now) {
        return Decision.of(RunObserver.observe(run, Set.of(), cluster.jobs, cluster.pods), now);
    }

    @Test
    void anUndisturbedRunIsThreeJobsInOrder() {
        assertThat(at(T0)).isEqualTo(new Decision.Create(TRAIN, 1));
        cluster.complete(TRAIN, 1, T0, null);
        assertThat(at(T0)).isEqualTo(new Decision.Create(EVALUATE, 1));
        cluster.complete(EVALUATE, 1, T0, null);
        assertThat(at(T0)).isEqualTo(new Decision.Create(REPORT, 1));
        cluster.complete(REPORT, 1, T0, Messages.report(run.runId()));
        assertThat(at(T0)).isEqualTo(new Decision.Await());
    }

    @Test
    void nothingIsDoneWhileAJobRuns() {
        cluster.running(TRAIN, 1);
        assertThat(at(T0)).isEqualTo(new Decision.Await());
    }

    @Test
    void theNextAttemptWaitsForItsTime() {
        cluster.failed(TRAIN, 1, T0, 74, null);
        assertThat(at(T0.plusSeconds(3))).isEqualTo(new Decision.Wait(Duration.ofSeconds(7)));
        assertThat(at(T0.plusSeconds(10))).isEqualTo(new Decision.Create(TRAIN, 2));
    }

    @Test
    void theNextAttemptAfterADisruptionComesAtOnce() {
        cluster.disrupted(TRAIN, 1, T0);
        assertThat(at(T0)).isEqualTo(new Decision.Create(TRAIN, 2));
    }

    @Test
    void whatIsGivenUpHasNoNextAttempt() {
        cluster.failed(TRAIN, 1, T0, 65, null);
        assertThat(at(T0)).isEqualTo(new Decision.Await());
    }
}
