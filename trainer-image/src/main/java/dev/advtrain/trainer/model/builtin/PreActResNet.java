package dev.advtrain.trainer.model.builtin;

import dev.advtrain.trainer.model.ModelShape;
import dev.advtrain.trainer.tensor.ScriptModule;
import java.util.List;

/**
 * Pre-activation residual network for small images (He et al. 2016, arXiv:1603.05027): a 3x3 stem, four stages of
 * {@code width} to 8 {@code width} channels, of which the last three halve the image; a batch norm before the mean over
 * the image. Names as in the adversarial training code of Rice, Wong and Kolter (2020, arXiv:2002.11569). There the
 * projection reads the activated input, as here; others of the same names project the input itself.
 */
final class PreActResNet {
    private final Layers layers;
    private long channels;

    private PreActResNet(Layers layers, long width) {
        this.layers = layers;
        this.channels = width;
    }

    /** The one of 18 layers. */
    static ScriptModule module18(Layers layers, long width, ModelShape shape) {
        PreActResNet network = new PreActResNet(layers, width);
        return layers.composite("PreActResNet")
                .with("conv1", layers.convolution(shape.input()[0], width, 3, 1))
                .with("layer1", network.stage(width, 1))
                .with("layer2", network.stage(2 * width, 2))
                .with("layer3", network.stage(4 * width, 2))
                .with("layer4", network.stage(8 * width, 2))
                .with("bn", layers.batchNorm(8 * width))
                .with("linear", layers.linear(8 * width, shape.classes()))
                .forward("""
                        y = $layer4($layer3($layer2($layer1($conv1(x)))))
                        return $linear(torch.mean($ACTIVATION($bn(y)), [2, 3]))
                        """);
    }

    private ScriptModule stage(long out, int stride) {
        return Composite.sequential(List.of(block(out, stride), block(out, 1)));
    }

    private ScriptModule block(long out, int stride) {
        Composite block = layers.composite("PreActBlock")
                .with("bn1", layers.batchNorm(channels))
                .with("conv1", layers.convolution(channels, out, 3, stride))
                .with("bn2", layers.batchNorm(out))
                .with("conv2", layers.convolution(out, out, 3, 1));
        boolean projected = stride != 1 || channels != out;
        if (projected) {
            block.with("shortcut", Composite.sequential(List.of(layers.convolution(channels, out, 1, stride))));
        }
        channels = out;
        return block.forward("""
                a = $ACTIVATION($bn1(x))
                y = $conv2($ACTIVATION($bn2($conv1(a))))
                return torch.add(y, %s)
                """.formatted(projected ? "$shortcut(a)" : "x"));
    }
}
