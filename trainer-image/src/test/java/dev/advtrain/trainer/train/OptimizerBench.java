package dev.advtrain.trainer.train;

import static dev.advtrain.trainer.proof.Figures.median;
import static dev.advtrain.trainer.proof.Figures.say;
import static dev.advtrain.trainer.proof.Figures.spread;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import dev.advtrain.trainer.model.ModelShape;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.model.builtin.BuiltinModel;
import dev.advtrain.trainer.tensor.TorchEngine;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One step of SGD with momentum and weight decay on the parameters of a PreActResNet18, against DJL's own, in turns. */
final class OptimizerBench {
    private static final ModelShape SHAPE = new ModelShape(new long[] {1, 28, 28}, 10);
    private static final Bench.Subject SUBJECT = new Bench.Subject("PreActResNet18", 64, 1);
    private static final int ROUNDS = 7;
    private static final int STEPS = 20;
    private static final double LARGEST_RATIO = 1.0 / 3;

    private OptimizerBench() {}

    public static void main(String[] arguments) {
        try (WrappedModel model = WrappedModel.load(BuiltinModel.create(SUBJECT.spec(), SHAPE, 0), SHAPE, Optional.empty(), Trainer.kernels());
                Sgd ours = new Sgd(model, 0.9, false, 5e-4); NDManager owned = model.newScope()) {
            List<NDArray> gradients = model.parameters().values().stream()
                    .map(parameter -> owned.randomUniform(-0.001f, 0.001f, parameter.getShape(), DataType.FLOAT32)).toList();
            // Of their own: it keeps its momenta with the tensors it is given.
            List<NDArray> weights = model.parameters().values().stream().map(parameter -> owned.ones(parameter.getShape())).toList();
            Optimizer theirs = Optimizer.sgd().setLearningRateTracker(Tracker.fixed(0.01f)).optMomentum(0.9f).optWeightDecays(5e-4f).build();
            double[] fused = new double[ROUNDS];
            double[] single = new double[ROUNDS];
            for (int round = -1; round < ROUNDS; round++) {
                for (int step = 0; step < STEPS; step++) {
                    long begun = System.nanoTime();
                    try (NDManager scope = model.newScope()) {
                        ours.apply(scope, gradients, 0.01);
                    }
                    long between = System.nanoTime();
                    for (int i = 0; i < weights.size(); i++) {
                        theirs.update(Integer.toString(i), weights.get(i), gradients.get(i));
                    }
                    if (round >= 0) {
                        fused[round] += between - begun;
                        single[round] += System.nanoTime() - between;
                    }
                }
            }
            print(model.parameters(), fused, single);
        }
    }

    private static void print(Map<String, NDArray> parameters, double[] fused, double[] single) {
        double[] ratios = new double[ROUNDS];
        Arrays.setAll(ratios, i -> fused[i] / single[i]);
        say("SGD with momentum on %,d parameters in %d tensors, %d threads; median of %d rounds of %d steps (least, most)",
                parameters.values().stream().mapToLong(NDArray::size).sum(), parameters.size(), TorchEngine.threads(), ROUNDS, STEPS);
        say("the trainer's  %s ms", spread(fused, 1e-6 / STEPS));
        say("DJL's          %s ms", spread(single, 1e-6 / STEPS));
        say("ratio          %s     at most %.3f", spread(ratios, 1), LARGEST_RATIO);
        if (median(ratios) > LARGEST_RATIO) {
            System.exit(1);
        }
    }
}
