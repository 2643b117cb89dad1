package dev.advtrain.trainer.train;

import dev.advtrain.api.v1alpha1.training.OptimizerSpec;
import dev.advtrain.api.v1alpha1.training.ScheduleSpec;
import dev.advtrain.api.v1alpha1.training.TrainingSpec;
import java.util.List;

/** The learning rate of each step, counted from 0 over the whole run. */
sealed interface Schedule {

    /** @param training resolved, so that no field with a default is missing */
    static Schedule of(TrainingSpec training, long stepsPerEpoch) {
        OptimizerSpec optimizer = training.optimizer();
        double base = Double.parseDouble(optimizer.sgd() != null ? optimizer.sgd().learningRate() : optimizer.adamW().learningRate());
        long steps = training.epochs() * stepsPerEpoch;
        ScheduleSpec schedule = training.schedule();
        if (schedule.cosine() != null) {
            return new Cosine(base, schedule.cosine().warmupEpochs() * stepsPerEpoch, steps);
        } else if (schedule.cyclic() != null) {
            return new Cyclic(base, Math.round(Double.parseDouble(schedule.cyclic().peakFraction()) * steps), steps);
        } else if (schedule.multiStep() != null) {
            return new MultiStep(base, schedule.multiStep().milestones().stream().map(epochs -> epochs * stepsPerEpoch).toList(),
                    Double.parseDouble(schedule.multiStep().gamma()));
        }
        return new Constant(base);
    }

    double learningRate(long step);

    record Constant(double base) implements Schedule {
        @Override
        public double learningRate(long step) {
            return base;
        }
    }

    /**
     * Rises linearly to {@code base} over {@code warmupSteps}, then falls to 0 along half a cosine
     * (Loshchilov and Hutter 2017, arXiv:1608.03983, without restarts).
     */
    record Cosine(double base, long warmupSteps, long steps) implements Schedule {
        @Override
        public double learningRate(long step) {
            if (step < warmupSteps) {
                return base * (step + 1) / warmupSteps;
            }
            double done = (double) (step - warmupSteps) / Math.max(1, steps - warmupSteps);
            return base * 0.5 * (1 + StrictMath.cos(Math.PI * done));
        }
    }

    /**
     * Rises linearly to {@code peak} over {@code risingSteps}, then falls linearly, to 0 after the last step
     * (the schedule of Wong et al. 2020, arXiv:2001.03994, sampled so that no step has a learning rate of 0).
     */
    record Cyclic(double peak, long risingSteps, long steps) implements Schedule {
        @Override
        public double learningRate(long step) {
            return step < risingSteps ? peak * (step + 1) / risingSteps : peak * (steps - step) / (steps - risingSteps);
        }
    }

    /**
     * {@code base}, multiplied by {@code gamma} at each milestone.
     *
     * @param milestones numbers of steps done
     */
    record MultiStep(double base, List<Long> milestones, double gamma) implements Schedule {
        public MultiStep {
            milestones = List.copyOf(milestones);
        }

        @Override
        public double learningRate(long step) {
            double rate = base;
            for (long milestone : milestones) {
                rate *= step >= milestone ? gamma : 1;
            }
            return rate;
        }
    }
}
