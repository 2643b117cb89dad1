package dev.advtrain.resolve;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.advtrain.api.v1alpha1.training.InnerMaximizationSpec;
import dev.advtrain.api.v1alpha1.training.OptimizerSpec;
import dev.advtrain.api.v1alpha1.training.ScheduleSpec;
import dev.advtrain.api.v1alpha1.training.TrainingSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.DoublePredicate;
import java.util.stream.Stream;

/** The rules of how to train. */
final class TrainingRules {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<FieldError> errors = new ArrayList<>();

    private TrainingRules() {
    }

    /** @param training null where nothing is set */
    static List<FieldError> check(TrainingSpec training, String path) {
        TrainingRules rules = new TrainingRules();
        if (training != null) {
            rules.training(training, path);
        }
        return rules.errors;
    }

    private void training(TrainingSpec training, String path) {
        errors.addAll(MethodRules.check(training, path));
        Integer epochs = training.epochs();
        InnerMaximizationSpec inner = training.innerMaximization();
        if (inner != null) {
            require(epochs == null || inner.epsilonWarmupEpochs() == null || inner.epsilonWarmupEpochs() < epochs,
                    path + ".innerMaximization.epsilonWarmupEpochs", inner.epsilonWarmupEpochs(), TrainingSpec.EPSILON_WARMUP_MESSAGE);
        }
        if (training.optimizer() != null) {
            optimizer(training.optimizer(), path + ".optimizer");
        }
        if (training.schedule() != null) {
            schedule(training.schedule(), epochs, path + ".schedule");
        }
        number(training.gradientClipNorm(), v -> v > 0, path + ".gradientClipNorm", TrainingSpec.CLIP_MESSAGE);
        number(training.labelSmoothing(), v -> v < 1, path + ".labelSmoothing", TrainingSpec.SMOOTHING_MESSAGE);
        TrainingSpec.WeightAveraging averaging = training.weightAveraging();
        number(averaging == null ? null : averaging.emaDecay(), v -> v > 0 && v < 1, path + ".weightAveraging.emaDecay",
                TrainingSpec.WeightAveraging.DECAY_MESSAGE);
        TrainingSpec.AdversarialWeightPerturbation perturbation = training.adversarialWeightPerturbation();
        number(perturbation == null ? null : perturbation.gamma(), v -> v > 0, path + ".adversarialWeightPerturbation.gamma",
                TrainingSpec.AdversarialWeightPerturbation.GAMMA_MESSAGE);
        Integer every = training.selection() == null ? null : training.selection().everyEpochs();
        require(epochs == null || every == null || every <= epochs, path + ".selection.everyEpochs", every,
                TrainingSpec.SELECTION_MESSAGE);
    }

    private void optimizer(OptimizerSpec optimizer, String path) {
        require((optimizer.sgd() == null) != (optimizer.adamW() == null), path, optimizer, OptimizerSpec.UNION_MESSAGE);
        OptimizerSpec.Sgd sgd = optimizer.sgd();
        if (sgd != null) {
            number(sgd.learningRate(), v -> v > 0, path + ".sgd.learningRate", OptimizerSpec.LEARNING_RATE_MESSAGE);
            number(sgd.momentum(), v -> v < 1, path + ".sgd.momentum", OptimizerSpec.Sgd.MOMENTUM_MESSAGE);
            require(!Boolean.TRUE.equals(sgd.nesterov()) || sgd.momentum() == null || Double.parseDouble(sgd.momentum()) > 0,
                    path + ".sgd.nesterov", sgd.nesterov(), OptimizerSpec.Sgd.NESTEROV_MESSAGE);
        }
        OptimizerSpec.AdamW adamW = optimizer.adamW();
        if (adamW != null) {
            number(adamW.learningRate(), v -> v > 0, path + ".adamW.learningRate", OptimizerSpec.LEARNING_RATE_MESSAGE);
            number(adamW.beta1(), v -> v < 1, path + ".adamW.beta1", OptimizerSpec.AdamW.BETA1_MESSAGE);
            number(adamW.beta2(), v -> v < 1, path + ".adamW.beta2", OptimizerSpec.AdamW.BETA2_MESSAGE);
            number(adamW.epsilon(), v -> v > 0, path + ".adamW.epsilon", OptimizerSpec.AdamW.EPSILON_MESSAGE);
        }
    }

    private void schedule(ScheduleSpec schedule, Integer epochs, String path) {
        require(Stream.of(schedule.constant(), schedule.cosine(), schedule.cyclic(), schedule.multiStep()).filter(Objects::nonNull).count() == 1,
                path, schedule, ScheduleSpec.UNION_MESSAGE);
        Integer warmup = schedule.cosine() == null ? null : schedule.cosine().warmupEpochs();
        require(epochs == null || warmup == null || warmup < epochs, path + ".cosine.warmupEpochs", warmup, TrainingSpec.SCHEDULE_WARMUP_MESSAGE);
        if (schedule.cyclic() != null) {
            number(schedule.cyclic().peakFraction(), v -> v < 1, path + ".cyclic.peakFraction", ScheduleSpec.Cyclic.PEAK_MESSAGE);
        }
        ScheduleSpec.MultiStep multiStep = schedule.multiStep();
        if (multiStep != null) {
            List<Integer> milestones = multiStep.milestones();
            require(milestones.equals(milestones.stream().sorted().distinct().toList()), path + ".multiStep.milestones", milestones,
                    ScheduleSpec.MultiStep.ORDER_MESSAGE);
            require(epochs == null || milestones.stream().allMatch(milestone -> milestone < epochs), path + ".multiStep.milestones",
                    milestones, TrainingSpec.MILESTONES_MESSAGE);
            number(multiStep.gamma(), v -> v > 0 && v < 1, path + ".multiStep.gamma", ScheduleSpec.MultiStep.GAMMA_MESSAGE);
        }
    }

    /** @param decimal null where it is not set */
    private void number(String decimal, DoublePredicate holds, String path, String expected) {
        require(decimal == null || holds.test(Double.parseDouble(decimal)), path, decimal, expected);
    }

    private void require(boolean holds, String path, Object value, String expected) {
        if (!holds) {
            errors.add(new FieldError(path, FieldError.shown(JSON.valueToTree(value)), expected));
        }
    }
}
