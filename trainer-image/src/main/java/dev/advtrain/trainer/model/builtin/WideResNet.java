package dev.advtrain.trainer.model.builtin;

import dev.advtrain.trainer.model.ModelShape;
import dev.advtrain.trainer.tensor.ScriptModule;
import java.util.ArrayList;
import java.util.List;

/**
 * Wide residual network (Zagoruyko and Komodakis 2016, arXiv:1605.07146): a 3x3 stem of {@code width} channels, three
 * groups of {@code factor}, 2 and 4 times as many, of which the last two halve the image. Names as in the code of TRADES
 * (Zhang et al. 2019, arXiv:1901.08573), without dropout and without the {@code sub_block1} that its first version carries unused.
 */
final class WideResNet {
    private static final int GROUPS = 3;

    private final Layers layers;
    private long channels;

    private WideResNet(Layers layers, long width) {
        this.layers = layers;
        this.channels = width;
    }

    /** @param depth 6 n + 4: n blocks of two convolutions in each of the groups */
    static ScriptModule module(Layers layers, int depth, int factor, long width, ModelShape shape) {
        WideResNet network = new WideResNet(layers, width);
        int blocks = (depth - 4) / (2 * GROUPS);
        Composite module = layers.composite("WideResNet").with("conv1", layers.convolution(shape.input()[0], width, 3, 1));
        for (int group = 0; group < GROUPS; group++) {
            module.with("block" + (group + 1), network.group((width * factor) << group, blocks, group == 0 ? 1 : 2));
        }
        long out = network.channels;
        return module
                .with("bn1", layers.batchNorm(out))
                .with("fc", layers.unbiasedLinear(out, shape.classes()))
                .forward("""
                        y = $block3($block2($block1($conv1(x))))
                        return $fc(torch.mean($ACTIVATION($bn1(y)), [2, 3]))
                        """);
    }

    private ScriptModule group(long out, int blocks, int stride) {
        List<ScriptModule> group = new ArrayList<>();
        for (int i = 0; i < blocks; i++) {
            group.add(block(out, i == 0 ? stride : 1));
        }
        return layers.composite("NetworkBlock").with("layer", Composite.sequential(group)).forward("return $layer(x)\n");
    }

    private ScriptModule block(long out, int stride) {
        Composite block = layers.composite("BasicBlock")
                .with("bn1", layers.batchNorm(channels))
                .with("conv1", layers.convolution(channels, out, 3, stride))
                .with("bn2", layers.batchNorm(out))
                .with("conv2", layers.convolution(out, out, 3, 1));
        // TRADES projects where channels differ; the stride then always is in such a block.
        boolean projected = channels != out;
        if (projected) {
            block.with("convShortcut", layers.convolution(channels, out, 1, stride));
        }
        channels = out;
        return block.forward("""
                a = $ACTIVATION($bn1(x))
                y = $conv2($ACTIVATION($bn2($conv1(a))))
                return torch.add(%s, y)
                """.formatted(projected ? "$convShortcut(a)" : "x"));
    }
}
