package dev.advtrain.trainer.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.advtrain.api.v1alpha1.Location;
import dev.advtrain.api.v1alpha1.evaluation.EvaluationSpec;
import dev.advtrain.api.v1alpha1.evaluation.Sampling;
import dev.advtrain.api.v1alpha1.evaluation.Suite;
import dev.advtrain.api.v1alpha1.threatmodel.Norm;
import dev.advtrain.api.v1alpha1.training.MethodSpec;
import dev.advtrain.api.v1alpha1.training.ModelSpec;
import dev.advtrain.api.v1alpha1.training.OutputSpec;
import dev.advtrain.api.v1alpha1.training.TrainingSpec;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.contract.TerminationMessage;
import dev.advtrain.resolve.RunSpec;
import dev.advtrain.resolve.Sha256;
import dev.advtrain.trainer.TestRuns;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.attack.Cancellation;
import dev.advtrain.trainer.report.ReportSchema;
import dev.advtrain.trainer.storage.Locations;
import dev.advtrain.trainer.tensor.SafeTensors.Tensor;
import dev.advtrain.trainer.tensor.TorchScriptArchive;
import dev.advtrain.trainer.train.Trainer;
import dev.advtrain.trainer.train.TrainingContext;
import dev.advtrain.trainer.train.TrainingListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A model trained as usual, hardened from its weights, measured before and after. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BaselineEvaluationTest {
    private static final String USUAL = "usual";
    private static final String HARDENED = "hardened";
    private static final int SAMPLES = 120;

    private Path folder;

    @BeforeAll
    void train(@TempDir Path shared) {
        folder = shared;
        RunSpec usual = run(USUAL, evaluation(1, false));
        train(USUAL, usual);
        train(HARDENED, run(HARDENED, evaluation(1, true)));
    }

    @BeforeEach
    void notEvaluated() {
        dev.advtrain.trainer.storage.Location shards = output(HARDENED).child("shards");
        shards.list().forEach(name -> shards.child(name).delete());
    }

    @Test
    void hardeningGainsRobustness() throws IOException {
        List<EvaluationProgress> seen = new ArrayList<>();
        RunSpec run = run(HARDENED, evaluation(2, true));
        Evaluation.run(run, HARDENED, locations(), Cancellation.NEVER, new EvaluationListener() {
            @Override
            public void attacked(EvaluationProgress progress) {
                seen.add(progress);
            }
        }, 0, 1);
        assertThat(seen).extracting(EvaluationProgress::baseline).isSorted().contains(true, false);
        assertThat(output(HARDENED).child("shards").list()).containsExactly("0.baseline.json", "0.json", "1.baseline.json", "1.json");

        Report report = Reporter.report(run, HARDENED, output(HARDENED));
        Report.Baseline baseline = report.baseline();
        assertThat(baseline.clean().correct()).isGreaterThan(SAMPLES * 8 / 10);
        assertThat(baseline.robust().correct()).isLessThan(SAMPLES / 4);
        assertThat(report.robust().correct()).isGreaterThan(baseline.robust().correct() + SAMPLES / 4);
        assertThat(baseline.robustChange().gained() - baseline.robustChange().lost())
                .isEqualTo(report.robust().correct() - baseline.robust().correct());
        assertThat(baseline.cleanChange().gained() - baseline.cleanChange().lost())
                .isEqualTo(report.clean().correct() - baseline.clean().correct());
        assertThat(baseline.results()).extracting(Report.BaselineResult::name).containsExactly("linf", "l2");
        assertThat(baseline.results()).allSatisfy(result -> {
            assertThat(result.robust().correct()).isGreaterThanOrEqualTo(baseline.robust().correct());
            assertThat(result.attacks()).extracting(Report.Attack::name).containsExactly("FGSM", "PGD-20", "APGD-CE");
        });
        assertThat(baseline.uri()).isEqualTo("pvc://out/hardened/baseline.pt");
        TerminationMessage.Evaluation summary = report.summary();
        assertThat(summary.baseline()).isEqualTo(new TerminationMessage.Baseline(baseline.clean().correct(), baseline.robust().correct(),
                baseline.robust().confidenceInterval()));
        JsonNode written = new ObjectMapper().readTree(output(HARDENED).child("report.json").readAll());
        assertThat(ReportSchema.problems(written)).isEmpty();
        assertThat(report.cost().deviceSeconds()).isPositive();

        // As the model that training began with is measured by itself.
        RunSpec alone = run(USUAL, evaluation(1, false));
        Evaluation.run(alone, USUAL, locations(), Cancellation.NEVER, EvaluationListener.NONE, 0);
        Report itself = Reporter.report(alone, USUAL, output(USUAL));
        assertThat(itself.baseline()).isNull();
        assertThat(baseline.clean()).isEqualTo(itself.clean());
        assertThat(Math.abs(baseline.robust().correct() - itself.robust().correct())).as("but for rounding").isLessThanOrEqualTo(1);

        // Slices add up to the whole.
        notEvaluated();
        RunSpec whole = run(HARDENED, evaluation(1, true));
        Evaluation.run(whole, HARDENED, locations(), Cancellation.NEVER, EvaluationListener.NONE, 0);
        Report unsharded = Reporter.report(whole, HARDENED, output(HARDENED));
        assertThat(unsharded.baseline().clean()).isEqualTo(baseline.clean());
        assertThat(unsharded.baseline().cleanChange()).isEqualTo(baseline.cleanChange());
        assertThat(Math.abs(unsharded.baseline().robust().correct() - baseline.robust().correct())).as("but for rounding").isLessThanOrEqualTo(1);
    }

    @Test
    void goesOnWhereItStopped() throws IOException {
        RunSpec run = run(HARDENED, evaluation(1, true));
        AtomicInteger looks = new AtomicInteger();
        AtomicInteger ofTrained = new AtomicInteger();
        Evaluation.run(run, HARDENED, locations(), () -> looks.incrementAndGet() < 0, new EvaluationListener() {
            @Override
            public void attacked(EvaluationProgress progress) {
                if (progress.baseline() && progress.attack().equals("clean")) {
                    ofTrained.set(looks.get());
                }
            }
        }, 0);
        JsonNode whole = verdicts();
        for (int quarter = 1; quarter < 4; quarter++) {
            output(HARDENED).child("shards/0.baseline.json").delete();
            AtomicInteger asked = new AtomicInteger();
            // A shard that is done is looked at without a step.
            int stop = (looks.get() - ofTrained.get()) * quarter / 4;
            assertThatThrownBy(() -> Evaluation.run(run, HARDENED, locations(), () -> asked.incrementAndGet() > stop, EvaluationListener.NONE, 0))
                    .isInstanceOfSatisfying(TrainerException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.STOPPED))
                    .hasMessage("stopped in shard 0 of the incoming model; what is done is kept");
            assertThat(output(HARDENED).child("shards").list()).containsExactly("0.baseline.partial.json", "0.json");
            refused(ExitCode.DATA, "shard 0: pvc://out/hardened/shards/0.baseline.json is missing; expected 1 shards",
                    () -> Reporter.report(run, HARDENED, output(HARDENED)));
            List<String> messages = new ArrayList<>();
            Evaluation.run(run, HARDENED, locations(), Cancellation.NEVER, new EvaluationListener() {
                @Override
                public void message(String text) {
                    messages.add(text);
                }
            }, 0);
            assertThat(messages).containsExactly("shard 0 is done already");
            assertThat(verdicts()).isEqualTo(whole);
        }
        edit("shards/0.baseline.json", shard -> shard.put("modelSha256", "b"));
        String digest = whole.path("modelSha256").asText();
        refused(ExitCode.DATA, "shard 0: pvc://out/hardened/shards/0.baseline.json: modelSha256 is b; expected " + digest,
                () -> Reporter.report(run, HARDENED, output(HARDENED)));
        edit("shards/0.baseline.json", shard -> shard.put("modelSha256", digest).withArray("/indices").insert(0, 9999).remove(1));
        refused(ExitCode.DATA, "shard 0: the incoming model was attacked with other samples than the trained one; expected the same",
                () -> Reporter.report(run, HARDENED, output(HARDENED)));
    }

    @Test
    void anotherModelThanTrainingKeptIsRefused() throws IOException {
        RunSpec run = run(HARDENED, evaluation(1, true));
        byte[] kept = output(HARDENED).child("baseline.pt").readAll();
        byte[] training = output(HARDENED).child("training.json").readAll();
        try {
            output(HARDENED).child("baseline.pt").write(new byte[] {1});
            assertThatThrownBy(() -> Evaluation.run(run, HARDENED, locations(), Cancellation.NEVER, EvaluationListener.NONE, 0))
                    .isInstanceOfSatisfying(TrainerException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA))
                    .hasMessageStartingWith("pvc://out/hardened/baseline.pt: sha256 is ").hasMessageEndingWith(" as in training.json");
            edit("training.json", content -> content.remove("baseline"));
            refused(ExitCode.DATA, "pvc://out/hardened/training.json: names no incoming model; expected one, since evaluation.baseline is true",
                    () -> Evaluation.run(run, HARDENED, locations(), Cancellation.NEVER, EvaluationListener.NONE, 0));
        } finally {
            output(HARDENED).child("baseline.pt").write(kept);
            output(HARDENED).child("training.json").write(training);
        }
    }

    /** The hardened one is sound all the same. */
    @Test
    void anIncomingModelThatCannotBeMeasuredLeavesAWarning() throws IOException {
        RunSpec run = run(HARDENED, evaluation(2, true));
        byte[] kept = output(HARDENED).child("baseline.pt").readAll();
        byte[] training = output(HARDENED).child("training.json").readAll();
        try {
            TorchScriptArchive sound = TorchScriptArchive.read(folder.resolve("hardened/baseline.pt"));
            Map.Entry<String, Tensor> bias = sound.tensors(TorchScriptArchive.Role.PARAMETER).lastEntry();
            ByteBuffer values = ByteBuffer.allocate(bias.getValue().data().remaining()).order(ByteOrder.LITTLE_ENDIAN);
            values.putFloat(0, Float.NaN);
            byte[] unsound = sound.withTensors(Map.of(bias.getKey(), new Tensor(bias.getValue().type(), bias.getValue().shape(), values))).toBytes();
            output(HARDENED).child("baseline.pt").write(unsound);
            edit("training.json", content -> content.withObject("/baseline").put("sha256", Sha256.hex(unsound)));
            List<String> messages = new ArrayList<>();
            EvaluationListener listener = new EvaluationListener() {
                @Override
                public void message(String text) {
                    messages.add(text);
                }
            };
            Evaluation.run(run, HARDENED, locations(), Cancellation.NEVER, listener, 0, 1);
            assertThat(messages).hasSize(2).first().asString()
                    .matches("shard 0 of the incoming model cannot be measured: example \\d+: the model's logits are not finite");
            Evaluation.run(run, HARDENED, locations(), Cancellation.NEVER, listener, 0, 1);
            assertThat(messages.subList(2, 6)).allMatch(message -> message.endsWith("is done already"));

            Report report = Reporter.report(run, HARDENED, output(HARDENED));
            assertThat(report.baseline()).isNull();
            assertThat(report.summary().baseline()).isNull();
            assertThat(report.robust().correct()).isPositive();
            assertThat(report.warnings()).filteredOn(warning -> warning.matches(
                    "there is no baseline, the incoming model cannot be measured: example \\d+: the model's logits are not finite")).hasSize(1);
            assertThat(ReportSchema.problems(new ObjectMapper().readTree(output(HARDENED).child("report.json").readAll()))).isEmpty();
        } finally {
            output(HARDENED).child("baseline.pt").write(kept);
            output(HARDENED).child("training.json").write(training);
        }
    }

    private static EvaluationSpec evaluation(int shards, boolean baseline) {
        return new EvaluationSpec(Suite.QUICK, List.of(), SAMPLES, Sampling.RANDOM, shards, 50, baseline);
    }

    /** The hardened one begins with the weights of the usual one. */
    private static RunSpec run(String name, EvaluationSpec evaluation) {
        boolean usual = name.equals(USUAL);
        RunSpec run = TestRuns.against(TestRuns.digits(1500, usual ? 4 : 8, evaluation), TestRuns.threatModel("linf", Norm.LINF, "0.08"),
                TestRuns.threatModel("l2", Norm.L2, "0.8"));
        TrainingSpec t = run.training();
        TrainingSpec training = usual ? new TrainingSpec(new MethodSpec(new MethodSpec.Standard(), null, null, null, null, null), null, null, null, t.epochs(),
                t.batchSize(), t.optimizer(), t.schedule(), null, null, null, null, t.precision(), t.selection(), t.seed()) : t;
        ModelSpec model = new ModelSpec(run.model().builtin(), null,
                usual ? null : new Location("pvc://data/usual/model.safetensors", null), null);
        return new RunSpec(run.job(), run.threatModels(), model, run.data(), training, evaluation, null,
                new OutputSpec("pvc://out/" + name, null, run.output().formats(), false, false), run.checkpoint());
    }

    private void train(String runId, RunSpec run) {
        Trainer.train(run.forTraining(), new TrainingContext(runId, 1, locations(), Cancellation.NEVER, TrainingListener.NONE));
    }

    private Locations locations() {
        return new Locations(Map.of("data", folder), Map.of("out", folder), false);
    }

    private dev.advtrain.trainer.storage.Location output(String name) {
        return locations().output("output.uri", "pvc://out/" + name);
    }

    /** Without what differs between two equal runs. */
    private JsonNode verdicts() throws IOException {
        JsonNode shard = new ObjectMapper().readTree(output(HARDENED).child("shards/0.baseline.json").readAll());
        shard.findParents("seconds").forEach(attack -> ((ObjectNode) attack).remove("seconds"));
        return shard;
    }

    private void edit(String file, Consumer<ObjectNode> change) throws IOException {
        ObjectNode content = (ObjectNode) new ObjectMapper().readTree(output(HARDENED).child(file).readAll());
        change.accept(content);
        output(HARDENED).child(file).write(content.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static void refused(ExitCode code, String message, ThrowingCallable action) {
        assertThatThrownBy(action).isInstanceOfSatisfying(TrainerException.class, e -> assertThat(e.exitCode()).isEqualTo(code)).hasMessage(message);
    }
}
