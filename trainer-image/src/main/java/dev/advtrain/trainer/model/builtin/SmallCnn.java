package dev.advtrain.trainer.model.builtin;

import dev.advtrain.api.v1alpha1.training.Activation;
import dev.advtrain.api.v1alpha1.training.Architecture;
import dev.advtrain.api.v1alpha1.training.ModelSpec;
import dev.advtrain.trainer.model.ModelShape;
import dev.advtrain.trainer.tensor.ScriptModule;
import dev.advtrain.trainer.tensor.TorchScriptArchive;

/**
 * Two convolutions (c1: {@code width} filters, c2: twice as many; 4x4, stride 2, padding 1), each with the activation and,
 * where asked for, batch norm (b1, b2) before it; then l1 (100) with the activation and l2 (classes).
 */
public final class SmallCnn {
    private static final int HIDDEN = 100;
    private static final int KERNEL = 4;

    private SmallCnn() {}

    /**
     * A new model with ReLU and PyTorch's default initial weights, drawn from the seed.
     *
     * @throws dev.advtrain.trainer.TrainerException 64 where the input shape does not fit
     */
    public static TorchScriptArchive create(int width, boolean batchNorm, ModelShape shape, long seed) {
        return BuiltinModel.create(new ModelSpec.Builtin(Architecture.SMALL_CNN, width, Activation.RELU, batchNorm, null, null), shape, seed);
    }

    static ScriptModule module(Layers layers, long width, boolean batchNorm, ModelShape shape) {
        long[] input = shape.input();
        long features = 2 * width * (input[1] / 2 / 2) * (input[2] / 2 / 2);
        Composite network = layers.composite("SmallCnn");
        convolution(network, layers, "1", input[0], width, batchNorm);
        convolution(network, layers, "2", width, 2 * width, batchNorm);
        return network
                .with("l1", layers.linear(features, HIDDEN))
                .with("l2", layers.linear(HIDDEN, shape.classes()))
                .forward("""
                        h1 = $ACTIVATION(%s)
                        h2 = $ACTIVATION(%s)
                        h3 = $ACTIVATION($l1(torch.flatten(h2, 1)))
                        return $l2(h3)
                        """.formatted(batchNorm ? "$b1($c1(x))" : "$c1(x)", batchNorm ? "$b2($c2(h1))" : "$c2(h1)"));
    }

    private static void convolution(Composite network, Layers layers, String number, long in, long out, boolean batchNorm) {
        network.with("c" + number, layers.biasedConvolution(in, out, KERNEL, 2));
        if (batchNorm) {
            network.with("b" + number, layers.batchNorm(out));
        }
    }
}
