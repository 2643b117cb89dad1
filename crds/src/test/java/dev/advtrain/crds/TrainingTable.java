package dev.advtrain.crds;

import dev.advtrain.api.v1alpha1.Patterns;
import dev.advtrain.api.v1alpha1.training.InnerMaximizationSpec;
import dev.advtrain.api.v1alpha1.training.OptimizerSpec;
import dev.advtrain.api.v1alpha1.training.ScheduleSpec;
import dev.advtrain.api.v1alpha1.training.TrainingSpec;
import java.util.List;
import java.util.stream.IntStream;

/** The rules of how to train. */
final class TrainingTable {

    private TrainingTable() {
    }

    static void addTo(Rules job) {
        String training = "spec.training";
        String inner = training + ".innerMaximization";
        job.add(List.of("-spec.training"), List.of(training + "=fast"), training, "must be of type object", "must be an object");
        MethodTable.addTo(job);
        job.range(inner + ".steps", 1, 1000);
        job.pattern(inner + ".stepSize", "\"2/255\"", "\"-2/255\"", Patterns.BUDGET);
        job.cel(inner + ".stepSize=\"1e-3\"", inner + ".stepSize=\"0.0\"", inner + ".stepSize", InnerMaximizationSpec.STEP_SIZE_MESSAGE);
        job.cel(inner + ".stepSize=\"0.5/255\"", inner + ".stepSize=\"0/255\"", inner + ".stepSize",
                InnerMaximizationSpec.STEP_SIZE_MESSAGE);
        job.range(inner + ".epsilonWarmupEpochs", 0, -1, 100_000);
        job.cel(inner + ".epsilonWarmupEpochs=9", inner + ".epsilonWarmupEpochs=10", inner + ".epsilonWarmupEpochs",
                TrainingSpec.EPSILON_WARMUP_MESSAGE);
        job.range(training + ".epochs", 10, 0, 100_000);
        job.add(List.of(), List.of(training + ".epochs=1.5"), training + ".epochs", "must be of type integer", "must be an integer");
        job.range(training + ".batchSize", 1, 65_536);
        job.range(training + ".seed", 0, -1, (1L << 53) - 1);

        String sgd = training + ".optimizer.sgd";
        job.cel(training + ".optimizer={sgd: {}}", training + ".optimizer={}", training + ".optimizer", OptimizerSpec.UNION_MESSAGE);
        for (String field : List.of(".learningRate", ".momentum", ".weightDecay")) {
            job.pattern(sgd + field, "\"5e-1\"", "\"-0.5\"", Patterns.DECIMAL);
        }
        job.cel(sgd + ".learningRate=\"1e-9\"", sgd + ".learningRate=\"0e5\"", sgd + ".learningRate", OptimizerSpec.LEARNING_RATE_MESSAGE);
        job.cel(sgd + ".momentum=\"0.999\"", sgd + ".momentum=\"1\"", sgd + ".momentum", OptimizerSpec.Sgd.MOMENTUM_MESSAGE);
        job.add(List.of(sgd + ".momentum=\"0\"", sgd + ".nesterov=false"), List.of(sgd + ".momentum=\"0\""), sgd + ".nesterov",
                OptimizerSpec.Sgd.NESTEROV_MESSAGE, OptimizerSpec.Sgd.NESTEROV_MESSAGE);

        String adamW = training + ".optimizer.adamW";
        String given = training + ".optimizer={adamW: {learningRate: \"1e-3\", beta1: \"0.9\", beta2: \"0.95\", epsilon: \"1e-6\", weightDecay: \"0\"}}";
        job.cel(training + ".optimizer={adamW: {}}", training + ".optimizer={sgd: {}, adamW: {}}", training + ".optimizer",
                OptimizerSpec.UNION_MESSAGE);
        for (String field : List.of(".learningRate", ".beta1", ".beta2", ".epsilon", ".weightDecay")) {
            job.add(List.of(given), List.of(given, adamW + field + "=\"-0.5\""), adamW + field, "should match",
                    "must be " + Patterns.inWords(Patterns.DECIMAL));
        }
        job.add(List.of(given), List.of(given, adamW + ".learningRate=\"0\""), adamW + ".learningRate", OptimizerSpec.LEARNING_RATE_MESSAGE,
                OptimizerSpec.LEARNING_RATE_MESSAGE);
        job.add(List.of(given, adamW + ".beta1=\"0\""), List.of(given, adamW + ".beta1=\"1\""), adamW + ".beta1",
                OptimizerSpec.AdamW.BETA1_MESSAGE, OptimizerSpec.AdamW.BETA1_MESSAGE);
        job.add(List.of(given, adamW + ".beta2=\"0\""), List.of(given, adamW + ".beta2=\"1\""), adamW + ".beta2",
                OptimizerSpec.AdamW.BETA2_MESSAGE, OptimizerSpec.AdamW.BETA2_MESSAGE);
        job.add(List.of(given), List.of(given, adamW + ".epsilon=\"0\""), adamW + ".epsilon", OptimizerSpec.AdamW.EPSILON_MESSAGE,
                OptimizerSpec.AdamW.EPSILON_MESSAGE);

        String schedule = training + ".schedule";
        job.cel(schedule + "={constant: {}}", schedule + "={}", schedule, ScheduleSpec.UNION_MESSAGE);
        job.cel(schedule + "={cosine: {}}", schedule + "={constant: {}, cosine: {}}", schedule, ScheduleSpec.UNION_MESSAGE);
        job.range(schedule + ".cosine.warmupEpochs", 0, -1, 100_000);
        job.cel(schedule + ".cosine.warmupEpochs=9", schedule + ".cosine.warmupEpochs=10", schedule + ".cosine.warmupEpochs",
                TrainingSpec.SCHEDULE_WARMUP_MESSAGE);
        String peak = schedule + ".cyclic.peakFraction";
        job.cel(schedule + "={cyclic: {}}", schedule + "={cyclic: {}, cosine: {}}", schedule, ScheduleSpec.UNION_MESSAGE);
        job.add(List.of(schedule + "={cyclic: {peakFraction: \"0\"}}"), List.of(schedule + "={cyclic: {peakFraction: half}}"), peak,
                "should match", "must be " + Patterns.inWords(Patterns.DECIMAL));
        job.cel(schedule + "={cyclic: {peakFraction: \"0.99\"}}", schedule + "={cyclic: {peakFraction: \"1\"}}", peak,
                ScheduleSpec.Cyclic.PEAK_MESSAGE);
        String milestones = schedule + ".multiStep.milestones";
        String tooMany = IntStream.rangeClosed(1, ScheduleSpec.MultiStep.MAX_MILESTONES + 1).boxed().toList().toString();
        job.cel(schedule + "={multiStep: {milestones: [1]}}", schedule + "={multiStep: {milestones: [1]}, constant: {}}", schedule,
                ScheduleSpec.UNION_MESSAGE);
        job.add(List.of(schedule + "={multiStep: {milestones: [5, 9]}}"), List.of(schedule + "={multiStep: {}}"), milestones,
                "Required value", "Required value");
        job.add(List.of(), List.of(schedule + "={multiStep: {milestones: []}}"), milestones, "should have at least 1 items",
                "must have at least 1 items");
        job.add(List.of(), List.of(training + ".epochs=100", schedule + "={multiStep: {milestones: " + tooMany + "}}"), milestones,
                "must have at most 32 items", "must have at most 32 items");
        job.add(List.of(), List.of(schedule + "={multiStep: {milestones: [0]}}"), milestones + "[0]",
                "should be greater than or equal to 1", "must be at least 1");
        job.add(List.of(), List.of(schedule + "={multiStep: {milestones: [100001]}}"), milestones + "[0]",
                "should be less than or equal to 100000", "must be at most 100000");
        job.cel(schedule + "={multiStep: {milestones: [5, 9]}}", schedule + "={multiStep: {milestones: [9, 5]}}", milestones,
                ScheduleSpec.MultiStep.ORDER_MESSAGE);
        job.cel(schedule + "={multiStep: {milestones: [5, 9]}}", schedule + "={multiStep: {milestones: [5, 5]}}", milestones,
                ScheduleSpec.MultiStep.ORDER_MESSAGE);
        job.cel(schedule + "={multiStep: {milestones: [9]}}", schedule + "={multiStep: {milestones: [5, 10]}}", milestones,
                TrainingSpec.MILESTONES_MESSAGE);
        job.add(List.of(schedule + "={multiStep: {milestones: [5], gamma: \"0.5\"}}"),
                List.of(schedule + "={multiStep: {milestones: [5], gamma: half}}"), schedule + ".multiStep.gamma", "should match",
                "must be " + Patterns.inWords(Patterns.DECIMAL));
        for (String gamma : List.of("0", "1")) {
            job.cel(schedule + "={multiStep: {milestones: [5], gamma: \"0.99\"}}",
                    schedule + "={multiStep: {milestones: [5], gamma: \"" + gamma + "\"}}", schedule + ".multiStep.gamma",
                    ScheduleSpec.MultiStep.GAMMA_MESSAGE);
        }
        for (String field : List.of(".gradientClipNorm", ".labelSmoothing", ".weightAveraging.emaDecay", ".adversarialWeightPerturbation.gamma")) {
            job.pattern(training + field, "\"5e-1\"", "\"-0.5\"", Patterns.DECIMAL);
        }
        job.cel(training + ".gradientClipNorm=\"10\"", training + ".gradientClipNorm=\"0\"", training + ".gradientClipNorm",
                TrainingSpec.CLIP_MESSAGE);
        job.cel(training + ".labelSmoothing=\"0\"", training + ".labelSmoothing=\"1\"", training + ".labelSmoothing",
                TrainingSpec.SMOOTHING_MESSAGE);
        for (String decay : List.of("0", "1")) {
            job.cel(training + ".weightAveraging={}", training + ".weightAveraging={emaDecay: \"" + decay + "\"}",
                    training + ".weightAveraging.emaDecay", TrainingSpec.WeightAveraging.DECAY_MESSAGE);
        }
        job.cel(training + ".adversarialWeightPerturbation={}", training + ".adversarialWeightPerturbation={gamma: \"0.0\"}",
                training + ".adversarialWeightPerturbation.gamma", TrainingSpec.AdversarialWeightPerturbation.GAMMA_MESSAGE);
        // Where epochs is left out it is 20.
        List<String> open = List.of("-" + training + ".epochs");
        for (String[] each : new String[][] {{inner + ".epsilonWarmupEpochs=19", "20", TrainingSpec.EPSILON_WARMUP_MESSAGE},
                {schedule + ".cosine.warmupEpochs=19", "20", TrainingSpec.SCHEDULE_WARMUP_MESSAGE},
                {training + ".selection.everyEpochs=20", "21", TrainingSpec.SELECTION_MESSAGE}}) {
            String field = each[0].substring(0, each[0].indexOf('='));
            job.add(Rules.with(open, each[0]), Rules.with(open, field + "=" + each[1]), field, each[2], each[2]);
        }
        job.add(Rules.with(open, schedule + "={multiStep: {milestones: [19]}}"), Rules.with(open, schedule + "={multiStep: {milestones: [19, 20]}}"),
                milestones, TrainingSpec.MILESTONES_MESSAGE, TrainingSpec.MILESTONES_MESSAGE);
        job.range(training + ".selection.patience", 1, 100_000);
        job.range(training + ".selection.everyEpochs", 1, 100_000);
        job.cel(training + ".selection.everyEpochs=10", training + ".selection.everyEpochs=11", training + ".selection.everyEpochs",
                TrainingSpec.SELECTION_MESSAGE);
    }
}
