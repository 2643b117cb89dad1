package dev.advtrain.trainer;

import dev.advtrain.api.v1alpha1.evaluation.EvaluationSpec;
import dev.advtrain.api.v1alpha1.evaluation.Sampling;
import dev.advtrain.api.v1alpha1.evaluation.Suite;
import dev.advtrain.api.v1alpha1.threatmodel.Goal;
import dev.advtrain.api.v1alpha1.threatmodel.Knowledge;
import dev.advtrain.api.v1alpha1.threatmodel.Modality;
import dev.advtrain.api.v1alpha1.threatmodel.Norm;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelKind;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelSpec;
import dev.advtrain.api.v1alpha1.training.Activation;
import dev.advtrain.api.v1alpha1.training.Architecture;
import dev.advtrain.api.v1alpha1.training.CheckpointSpec;
import dev.advtrain.api.v1alpha1.training.DataSource;
import dev.advtrain.api.v1alpha1.training.DataSpec;
import dev.advtrain.api.v1alpha1.training.InnerMaximizationSpec;
import dev.advtrain.api.v1alpha1.training.MethodSpec;
import dev.advtrain.api.v1alpha1.training.ModelSpec;
import dev.advtrain.api.v1alpha1.training.MultiThreat;
import dev.advtrain.api.v1alpha1.training.OptimizerSpec;
import dev.advtrain.api.v1alpha1.training.OutputFormat;
import dev.advtrain.api.v1alpha1.training.OutputSpec;
import dev.advtrain.api.v1alpha1.training.Precision;
import dev.advtrain.api.v1alpha1.training.ScheduleSpec;
import dev.advtrain.api.v1alpha1.training.TrainingAttack;
import dev.advtrain.api.v1alpha1.training.TrainingSpec;
import dev.advtrain.resolve.RunSpec;
import java.util.List;

/** Run specs for tests: the built-in digits, a small model, output in {@code pvc://out/model}. */
public final class TestRuns {
    private static final String EPSILON = "0.1";

    private TestRuns() {}

    public static RunSpec digits(int trainCount, int epochs, EvaluationSpec evaluation) {
        return digits(trainCount, epochs, EPSILON, DataSource.of(new DataSource.BuiltinDigits(2000, 2L), null), evaluation);
    }

    public static RunSpec digits(int trainCount, int epochs, String epsilon, DataSource test, EvaluationSpec evaluation) {
        return new RunSpec(new RunSpec.Job("default", "digits"),
                List.of(threatModel("linf", Norm.LINF, epsilon)),
                new ModelSpec(new ModelSpec.Builtin(Architecture.SMALL_CNN, 4, Activation.RELU, false, 10, List.of(1, 28, 28)), null, null, null),
                new DataSpec(DataSource.of(new DataSource.BuiltinDigits(trainCount, 1L), null), test, "0.05", List.of()),
                new TrainingSpec(new MethodSpec(null, new MethodSpec.Pgd(), null, null, null, null),
                        new InnerMaximizationSpec(TrainingAttack.PGD, 3, "0.05", true, 0), MultiThreat.MAX, "0", epochs, 64,
                        new OptimizerSpec(new OptimizerSpec.Sgd("0.1", "0.9", true, "5e-4"), null),
                        new ScheduleSpec(null, new ScheduleSpec.Cosine(0), null, null), null, null, null, null, Precision.FLOAT32,
                        new TrainingSpec.Selection(epochs, null), 0L),
                evaluation, null, new OutputSpec("pvc://out/model", null,
                        List.of(OutputFormat.TORCH_SCRIPT, OutputFormat.SAFE_TENSORS), false, false),
                new CheckpointSpec(600, false));
    }

    public static RunSpec.ResolvedThreatModel threatModel(String name, Norm norm, String epsilon) {
        return new RunSpec.ResolvedThreatModel(ThreatModelKind.THREAT_MODEL, name, new ThreatModelSpec(Modality.IMAGE, Goal.UNTARGETED,
                Knowledge.WHITE_BOX, ThreatModelSpec.InputRange.of("0", "1"),
                new ThreatModelSpec.Perturbation(new ThreatModelSpec.Lp(norm, epsilon)), null));
    }

    /** The same run against other threat models. */
    public static RunSpec against(RunSpec run, RunSpec.ResolvedThreatModel... threatModels) {
        return new RunSpec(run.job(), List.of(threatModels), run.model(), run.data(), run.training(), run.evaluation(), run.acceptance(),
                run.output(), run.checkpoint());
    }

    public static EvaluationSpec quick(int samples, int shards, int batchSize) {
        return new EvaluationSpec(Suite.QUICK, List.of(), samples, Sampling.RANDOM, shards, batchSize);
    }
}
