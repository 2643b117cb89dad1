package dev.advtrain.resolve;

import dev.advtrain.api.v1alpha1.evaluation.AcceptanceSpec;
import dev.advtrain.api.v1alpha1.evaluation.AttackLoss;
import dev.advtrain.api.v1alpha1.evaluation.AttackSpec;
import dev.advtrain.api.v1alpha1.evaluation.EvaluationSpec;
import dev.advtrain.api.v1alpha1.evaluation.GradientMaskingPolicy;
import dev.advtrain.api.v1alpha1.evaluation.JudgeBy;
import dev.advtrain.api.v1alpha1.evaluation.NoiseDistribution;
import dev.advtrain.api.v1alpha1.evaluation.Sampling;
import dev.advtrain.api.v1alpha1.evaluation.Suite;
import dev.advtrain.api.v1alpha1.threatmodel.Goal;
import dev.advtrain.api.v1alpha1.threatmodel.Knowledge;
import dev.advtrain.api.v1alpha1.threatmodel.Modality;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelKind;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelSpec;
import dev.advtrain.api.v1alpha1.training.Activation;
import dev.advtrain.api.v1alpha1.training.AdversarialTrainingJobSpec;
import dev.advtrain.api.v1alpha1.training.Architecture;
import dev.advtrain.api.v1alpha1.training.CheckpointSpec;
import dev.advtrain.api.v1alpha1.training.CifarLabel;
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
import dev.advtrain.api.v1alpha1.training.ThreatModelReference;
import dev.advtrain.api.v1alpha1.training.TrainingAttack;
import dev.advtrain.api.v1alpha1.training.TrainingSpec;
import dev.advtrain.resolve.RunSpec.ResolvedThreatModel;
import java.util.List;
import java.util.Objects;

/** The one table of built-in defaults. Each method fills in what is not set and leaves the rest alone. */
final class Defaults {
    static final String VALIDATION_FRACTION = "0.05";
    static final int STEPS = 10;
    static final int DEEP_FOOL_STEPS = 50;
    static final String TRADES_BETA = "6";
    static final String MART_BETA = "5";
    static final int REPLAYS = 8;
    static final String CLEAN_FRACTION = "0";
    static final int EPOCHS = 20;
    static final int TRAINING_BATCH_SIZE = 128;
    static final String LEARNING_RATE = "0.1";
    static final String MOMENTUM = "0.9";
    static final String WEIGHT_DECAY = "5e-4";
    static final String ADAMW_LEARNING_RATE = "1e-3";
    static final String BETA1 = "0.9";
    static final String BETA2 = "0.999";
    static final String ADAMW_EPSILON = "1e-8";
    static final String ADAMW_WEIGHT_DECAY = "1e-2";
    static final int WARMUP_EPOCHS = 1;
    static final String PEAK_FRACTION = "0.5";
    static final String MULTI_STEP_GAMMA = "0.1";
    static final String EMA_DECAY = "0.999";
    /** The authors' value for residual networks. */
    static final String AWP_GAMMA = "0.005";
    static final int SELECTION_EVERY_EPOCHS = 1;
    static final long SEED = 0;
    static final int SAMPLES = 1000;
    static final int SHARDS = 1;
    static final int EVALUATION_BATCH_SIZE = 250;
    static final int QUERY_BUDGET = 5000;
    static final int PGD_STEPS = 20;
    static final int ATTACK_STEPS = 100;
    static final int RESTARTS = 1;
    /** The ranks 2 to 10, as the authors of AutoAttack take. */
    static final int TARGETS = 9;
    static final int SQUARE_QUERIES = 5000;
    static final int NOISE_DRAWS = 100;
    static final int CHECKPOINT_INTERVAL_SECONDS = 600;
    static final int BACKOFF_LIMIT = 3;
    static final int MAX_DISRUPTIONS = 100;

    private Defaults() {
    }

    static ThreatModelSpec threatModel(ThreatModelSpec spec) {
        Knowledge knowledge = or(spec.knowledge(), Knowledge.WHITE_BOX);
        return new ThreatModelSpec(or(spec.modality(), Modality.IMAGE), or(spec.goal(), Goal.UNTARGETED), knowledge,
                spec.inputRange(), spec.perturbation(),
                knowledge == Knowledge.SCORE_BLACK_BOX ? or(spec.queryBudget(), Integer.valueOf(QUERY_BUDGET)) : spec.queryBudget());
    }

    static ThreatModelReference reference(ThreatModelReference reference) {
        return new ThreatModelReference(or(reference.kind(), ThreatModelKind.THREAT_MODEL), reference.name());
    }

    /** @param threatModels those of the job, with their defaults */
    static AdversarialTrainingJobSpec job(AdversarialTrainingJobSpec spec, List<ResolvedThreatModel> threatModels) {
        return new AdversarialTrainingJobSpec(spec.threatModels().stream().map(Defaults::reference).toList(),
                model(spec.model()), data(spec.data()), training(spec.training()),
                evaluation(spec.evaluation(), exactSize(spec.data().test()), leastQueryBudget(threatModels), spec.model().startsFromWeights()),
                acceptance(spec.acceptance()),
                output(spec.output()), spec.resources(), checkpoint(spec.checkpoint()),
                backoffLimit(spec), maxDisruptions(spec));
    }

    static int backoffLimit(AdversarialTrainingJobSpec spec) {
        return or(spec.backoffLimit(), BACKOFF_LIMIT);
    }

    static int maxDisruptions(AdversarialTrainingJobSpec spec) {
        return or(spec.maxDisruptions(), MAX_DISRUPTIONS);
    }

    /** The same run spec, if it was resolved. */
    static RunSpec runSpec(RunSpec r) {
        List<ResolvedThreatModel> threatModels =
                r.threatModels().stream().map(t -> new ResolvedThreatModel(t.kind(), t.name(), threatModel(t.spec()))).toList();
        return new RunSpec(r.job(), threatModels, model(r.model()), data(r.data()), training(r.training()),
                // Of the part for training nothing more is known; a run spec that does not speak of a baseline is of a version that had none.
                r.data().test() == null ? r.evaluation() : evaluation(r.evaluation(), null, leastQueryBudget(threatModels), false),
                acceptance(r.acceptance()),
                output(r.output()), checkpoint(r.checkpoint()));
    }

    /** What every attack that asks for scores keeps to. */
    static int leastQueryBudget(List<ResolvedThreatModel> threatModels) {
        return threatModels.stream().map(threatModel -> threatModel.spec().queryBudget()).filter(Objects::nonNull)
                .mapToInt(Integer::intValue).min().orElse(Integer.MAX_VALUE);
    }

    static ModelSpec model(ModelSpec model) {
        ModelSpec.Builtin b = model.builtin();
        return new ModelSpec(b == null ? null : new ModelSpec.Builtin(b.architecture(), or(b.width(), width(b.architecture())),
                or(b.activation(), Activation.RELU), b.architecture() == Architecture.SMALL_CNN ? or(b.batchNorm(), false) : b.batchNorm(),
                b.classes(), b.inputShape()), model.torchScript(), model.initialWeights(), model.normalization());
    }

    /** The published widths. */
    private static int width(Architecture architecture) {
        return switch (architecture) {
            case SMALL_CNN, WIDE_RES_NET_28_10, WIDE_RES_NET_34_10 -> 16;
            case MLP -> 256;
            case PRE_ACT_RES_NET_18, RES_NET_18, RES_NET_50 -> 64;
        };
    }

    static DataSpec data(DataSpec data) {
        return new DataSpec(source(data.train()), source(data.test()), or(data.validationFraction(), VALIDATION_FRACTION),
                or(data.augmentation(), List.of()));
    }

    /** @param s null for test in the part of a run spec that training sees */
    private static DataSource source(DataSource s) {
        if (s != null && s.cifarBinary() != null) {
            return DataSource.of(new DataSource.CifarBinary(s.cifarBinary().files(), or(s.cifarBinary().label(), CifarLabel.SINGLE)), s.limit());
        }
        if (s != null && s.npz() != null) {
            DataSource.Npz npz = s.npz();
            return DataSource.of(new DataSource.Npz(npz.uri(), npz.sha256(), npz.secretRef(), or(npz.inputs(), DataSource.Npz.INPUTS),
                    or(npz.labels(), DataSource.Npz.LABELS)), s.limit());
        }
        if (s != null && s.csv() != null) {
            DataSource.Csv csv = s.csv();
            return DataSource.of(new DataSource.Csv(csv.uri(), csv.sha256(), csv.secretRef(), or(csv.labelColumn(), DataSource.Csv.LABEL_COLUMN)),
                    s.limit());
        }
        return s;
    }

    static TrainingSpec training(TrainingSpec given) {
        TrainingSpec t = or(given, new TrainingSpec(null, null, null, null, null, null, null, null, null, null, null, null, null, null, null));
        int epochs = or(t.epochs(), EPOCHS);
        MethodSpec method = method(t.method(), epochs);
        boolean mixes = method.pgd() != null || method.fgsmRs() != null;
        return new TrainingSpec(method, innerMaximization(method, t.innerMaximization()),
                method.standard() != null || method.free() != null ? t.multiThreat() : or(t.multiThreat(), MultiThreat.MAX),
                mixes ? or(t.cleanFraction(), CLEAN_FRACTION) : t.cleanFraction(), epochs, or(t.batchSize(), TRAINING_BATCH_SIZE),
                optimizer(t.optimizer()), schedule(t.schedule(), epochs), t.gradientClipNorm(), t.labelSmoothing(),
                t.weightAveraging() == null ? null : new TrainingSpec.WeightAveraging(or(t.weightAveraging().emaDecay(), EMA_DECAY)),
                t.adversarialWeightPerturbation() == null ? null
                        : new TrainingSpec.AdversarialWeightPerturbation(or(t.adversarialWeightPerturbation().gamma(), AWP_GAMMA)),
                or(t.precision(), Precision.FLOAT32), selection(t.selection()), or(t.seed(), SEED));
    }

    private static TrainingSpec.Selection selection(TrainingSpec.Selection given) {
        TrainingSpec.Selection s = or(given, new TrainingSpec.Selection(null, null));
        return new TrainingSpec.Selection(or(s.everyEpochs(), SELECTION_EVERY_EPOCHS), s.patience());
    }

    private static MethodSpec method(MethodSpec given, int epochs) {
        MethodSpec m = or(given, new MethodSpec(null, new MethodSpec.Pgd(), null, null, null, null));
        return new MethodSpec(m.standard(), m.pgd(), m.trades() == null ? null : new MethodSpec.Trades(or(m.trades().beta(), TRADES_BETA)),
                m.mart() == null ? null : new MethodSpec.Mart(or(m.mart().beta(), MART_BETA)), m.fgsmRs(),
                m.free() == null ? null : new MethodSpec.Free(or(m.free().replays(), Math.min(REPLAYS, epochs))));
    }

    /** What has no part in the method stays open, and so does the step size: it follows the budget of each threat model. */
    private static InnerMaximizationSpec innerMaximization(MethodSpec method, InnerMaximizationSpec given) {
        InnerMaximizationSpec i = or(given, new InnerMaximizationSpec(null, null, null, null, null));
        int warmup = or(i.epsilonWarmupEpochs(), 0);
        if (method.standard() != null) {
            return given;
        }
        if (method.free() != null) {
            return new InnerMaximizationSpec(i.attack(), i.steps(), i.stepSize(), i.randomStart(), warmup);
        }
        if (i.attack() == TrainingAttack.DEEP_FOOL) {
            return new InnerMaximizationSpec(i.attack(), or(i.steps(), DEEP_FOOL_STEPS), i.stepSize(), i.randomStart(), warmup);
        }
        return new InnerMaximizationSpec(TrainingAttack.PGD, or(i.steps(), method.fgsmRs() == null ? STEPS : 1), i.stepSize(),
                or(i.randomStart(), true), warmup);
    }

    private static OptimizerSpec optimizer(OptimizerSpec given) {
        if (given != null && given.adamW() != null) {
            OptimizerSpec.AdamW a = given.adamW();
            return new OptimizerSpec(null, new OptimizerSpec.AdamW(or(a.learningRate(), ADAMW_LEARNING_RATE), or(a.beta1(), BETA1),
                    or(a.beta2(), BETA2), or(a.epsilon(), ADAMW_EPSILON), or(a.weightDecay(), ADAMW_WEIGHT_DECAY)));
        }
        OptimizerSpec.Sgd s = given == null ? new OptimizerSpec.Sgd(null, null, null, null) : given.sgd();
        String momentum = or(s.momentum(), MOMENTUM);
        return new OptimizerSpec(new OptimizerSpec.Sgd(or(s.learningRate(), LEARNING_RATE), momentum,
                s.nesterov() == null ? Double.parseDouble(momentum) > 0 : s.nesterov(), or(s.weightDecay(), WEIGHT_DECAY)), null);
    }

    private static ScheduleSpec schedule(ScheduleSpec given, int epochs) {
        ScheduleSpec s = or(given, new ScheduleSpec(null, new ScheduleSpec.Cosine(null), null, null));
        return new ScheduleSpec(s.constant(),
                s.cosine() == null ? null : new ScheduleSpec.Cosine(or(s.cosine().warmupEpochs(), Math.min(WARMUP_EPOCHS, epochs - 1))),
                s.cyclic() == null ? null : new ScheduleSpec.Cyclic(or(s.cyclic().peakFraction(), PEAK_FRACTION)),
                s.multiStep() == null ? null : new ScheduleSpec.MultiStep(s.multiStep().milestones(), or(s.multiStep().gamma(), MULTI_STEP_GAMMA)));
    }

    /**
     * The number of samples stays open where only the data can say how many there are.
     *
     * @param testSize    number of test examples; null if only the data can say
     * @param queryBudget the least of the threat models
     * @param baseline    whether the incoming model is measured where nothing is said
     */
    static EvaluationSpec evaluation(EvaluationSpec given, Integer testSize, int queryBudget, boolean baseline) {
        EvaluationSpec e = or(given, new EvaluationSpec(null, null, null, null, null, null));
        return new EvaluationSpec(or(e.suite(), Suite.AUTO_ATTACK),
                or(e.attacks(), List.<AttackSpec>of()).stream().map(attack -> attack(attack, queryBudget)).toList(),
                or(e.samples(), testSize == null ? null : Integer.valueOf(samples(testSize))),
                or(e.sampling(), Sampling.RANDOM), or(e.shards(), SHARDS), or(e.batchSize(), EVALUATION_BATCH_SIZE),
                or(e.baseline(), baseline));
    }

    /** Of so many test examples. */
    static int samples(int testSize) {
        return Math.min(SAMPLES, testSize);
    }

    private static AttackSpec attack(AttackSpec a, int queryBudget) {
        AttackSpec.Apgd apgd = a.apgd();
        AttackSpec.ApgdTargeted apgdTargeted = a.apgdTargeted();
        AttackSpec.Fab fab = a.fab();
        AttackSpec.FabTargeted fabTargeted = a.fabTargeted();
        AttackSpec.Square square = a.square();
        AttackSpec.Noise noise = a.noise();
        return new AttackSpec(a.fgsm(), pgd(a.pgd()),
                apgd == null ? null : new AttackSpec.Apgd(or(apgd.loss(), AttackLoss.CROSS_ENTROPY), or(apgd.steps(), ATTACK_STEPS),
                        or(apgd.restarts(), RESTARTS)),
                apgdTargeted == null ? null : new AttackSpec.ApgdTargeted(or(apgdTargeted.steps(), ATTACK_STEPS),
                        or(apgdTargeted.targets(), TARGETS)),
                fab == null ? null : new AttackSpec.Fab(or(fab.steps(), ATTACK_STEPS), or(fab.restarts(), RESTARTS)),
                fabTargeted == null ? null : new AttackSpec.FabTargeted(or(fabTargeted.steps(), ATTACK_STEPS),
                        or(fabTargeted.targets(), TARGETS), or(fabTargeted.restarts(), RESTARTS)),
                square == null ? null : new AttackSpec.Square(or(square.queries(), Math.min(SQUARE_QUERIES, queryBudget))),
                noise == null ? null : new AttackSpec.Noise(or(noise.distribution(), NoiseDistribution.UNIFORM),
                        or(noise.draws(), Math.min(NOISE_DRAWS, queryBudget))));
    }

    /** The step size stays open: it follows the budget of each threat model. */
    private static AttackSpec.Pgd pgd(AttackSpec.Pgd p) {
        return p == null ? null : new AttackSpec.Pgd(or(p.loss(), AttackLoss.CROSS_ENTROPY), or(p.steps(), PGD_STEPS), p.stepSize(),
                or(p.restarts(), RESTARTS), or(p.randomStart(), true), or(p.targets(), List.of()));
    }

    private static AcceptanceSpec acceptance(AcceptanceSpec a) {
        return a == null ? null : new AcceptanceSpec(a.minCleanAccuracy(), a.minRobustAccuracy(), or(a.judgeBy(), JudgeBy.LOWER_BOUND),
                or(a.gradientMasking(), GradientMaskingPolicy.REJECT));
    }

    static OutputSpec output(OutputSpec o) {
        return new OutputSpec(o.uri(), o.secretRef(), or(o.formats(), List.of(OutputFormat.TORCH_SCRIPT, OutputFormat.SAFE_TENSORS)),
                or(o.overwrite(), false), or(o.includeNormalization(), false));
    }

    static CheckpointSpec checkpoint(CheckpointSpec given) {
        CheckpointSpec c = or(given, new CheckpointSpec(null, null));
        return new CheckpointSpec(or(c.intervalSeconds(), CHECKPOINT_INTERVAL_SECONDS), or(c.keep(), false));
    }

    /** How many examples a source has; null if only the data can say. */
    private static Integer exactSize(DataSource source) {
        return source.builtinDigits() == null ? null : knownSize(source);
    }

    /** At most how many examples a source has; null if only the data can say. */
    static Integer knownSize(DataSource source) {
        Integer limit = source.limit();
        if (source.builtinDigits() == null) {
            return limit;
        }
        int count = source.builtinDigits().count();
        return limit == null ? Integer.valueOf(count) : Integer.valueOf(Math.min(limit, count));
    }

    private static <T> T or(T given, T otherwise) {
        return given == null ? otherwise : given;
    }
}
