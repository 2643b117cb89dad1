package dev.advtrain.operator.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.advtrain.api.v1alpha1.training.AdversarialTrainingJob;
import dev.advtrain.contract.Command;
import dev.advtrain.operator.Fixtures;
import dev.advtrain.resolve.Resolution.RetryLimits;
import dev.advtrain.resolve.RunSpec;
import dev.advtrain.resolve.RunSpecReader;
import dev.advtrain.resolve.Sha256;
import org.junit.jupiter.api.Test;

class RunsTest {
    @Test
    void aStartedRunKeepsTheTextAnEarlierVersionWrote() {
        AdversarialTrainingJob job = Fixtures.job();
        RunSpec now = Fixtures.runSpec(job);
        String train = now.trainJson().replace(",\"seed\":0", "");
        String evaluate = now.evaluateJson().replace(",\"seed\":0", "");
        assertThat(evaluate).isNotEqualTo(now.evaluateJson());
        RunSpec read = RunSpecReader.read(evaluate);
        assertThat(read).isEqualTo(now);
        assertThat(RunSpecReader.read(train)).isEqualTo(read.forTraining());
        Run run = Runs.of(job, read, train, evaluate, new RetryLimits(1, 1));
        assertThat(run.json(Command.TRAIN)).isEqualTo(train);
        assertThat(run.json(Command.EVALUATE)).isEqualTo(evaluate);
        assertThat(run.hash()).isEqualTo(Sha256.hex(evaluate)).isNotEqualTo(now.hash());
        assertThat(run.runId()).isEqualTo(Fixtures.JOB_UID + "-" + Sha256.hex(evaluate));
        assertThat(run.configMapName()).isEqualTo(Names.configMap("digits", Sha256.hex(evaluate)));
    }
}
