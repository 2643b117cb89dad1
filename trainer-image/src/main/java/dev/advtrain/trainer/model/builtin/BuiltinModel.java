package dev.advtrain.trainer.model.builtin;

import dev.advtrain.api.v1alpha1.training.Architecture;
import dev.advtrain.api.v1alpha1.training.ModelSpec;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.model.ModelShape;
import dev.advtrain.trainer.model.builtin.Layers.Weights;
import dev.advtrain.trainer.tensor.ScriptModule;
import dev.advtrain.trainer.tensor.TorchScriptArchive;
import java.util.Arrays;

/** The models the trainer writes itself, as TorchScript. Tensors are named as in the usual PyTorch implementations. */
public final class BuiltinModel {
    private BuiltinModel() {}

    /**
     * A new model in eval mode, its initial weights drawn from the seed as the published implementations draw them.
     *
     * @param spec  resolved
     * @param shape its input and classes
     * @throws TrainerException 64 where the input shape does not fit the architecture, or a tensor would be too large
     */
    public static TorchScriptArchive create(ModelSpec.Builtin spec, ModelShape shape, long seed) {
        check(spec, shape);
        Layers layers = new Layers(seed, weights(spec.architecture()), spec.activation());
        int width = spec.width();
        ScriptModule module = switch (spec.architecture()) {
            case SMALL_CNN -> SmallCnn.module(layers, width, spec.batchNorm(), shape);
            case MLP -> Mlp.module(layers, width, shape);
            case PRE_ACT_RES_NET_18 -> PreActResNet.module18(layers, width, shape);
            case RES_NET_18 -> ResNet.module18(layers, width, shape);
            case RES_NET_50 -> ResNet.module50(layers, width, shape);
            case WIDE_RES_NET_28_10 -> WideResNet.module(layers, 28, 10, width, shape);
            case WIDE_RES_NET_34_10 -> WideResNet.module(layers, 34, 10, width, shape);
        };
        return module.toArchive();
    }

    private static Weights weights(Architecture architecture) {
        return switch (architecture) {
            case SMALL_CNN, MLP, PRE_ACT_RES_NET_18 -> Weights.UNIFORM;
            case RES_NET_18, RES_NET_50, WIDE_RES_NET_28_10, WIDE_RES_NET_34_10 -> Weights.NORMAL;
        };
    }

    private static void check(ModelSpec.Builtin spec, ModelShape shape) {
        if (spec.width() < 1) {
            throw new TrainerException(ExitCode.RUN_SPEC, "model.builtin.width is " + spec.width() + ", expected at least 1");
        }
        Architecture architecture = spec.architecture();
        long[] input = shape.input();
        int least = architecture.leastSide();
        boolean fits = shape.image() ? input[1] >= least && input[2] >= least : architecture == Architecture.MLP && input.length == 1;
        if (!fits) {
            throw new TrainerException(ExitCode.RUN_SPEC, "model.builtin.inputShape is " + Arrays.toString(input) + ", " + architecture
                    + " needs [channels, height, width] " + (architecture == Architecture.MLP ? "or [features]"
                            : "with height and width of at least " + least));
        }
    }
}
