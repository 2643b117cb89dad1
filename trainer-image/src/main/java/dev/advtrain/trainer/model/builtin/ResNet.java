package dev.advtrain.trainer.model.builtin;

import dev.advtrain.trainer.model.ModelShape;
import dev.advtrain.trainer.tensor.ScriptModule;
import java.util.ArrayList;
import java.util.List;

/**
 * Residual network for large images (He et al. 2015, arXiv:1512.03385), as torchvision has it: a 7x7 stem of stride 2, a
 * max pool of stride 2, four stages of {@code width} to 8 {@code width} channels, of which the last three halve the image.
 */
final class ResNet {
    private final Layers layers;
    private final boolean bottleneck;
    private long channels;

    private ResNet(Layers layers, long width, boolean bottleneck) {
        this.layers = layers;
        this.bottleneck = bottleneck;
        this.channels = width;
    }

    /** Blocks of two 3x3 convolutions. */
    static ScriptModule module18(Layers layers, long width, ModelShape shape) {
        return new ResNet(layers, width, false).module(width, new int[] {2, 2, 2, 2}, shape);
    }

    /** Blocks of 1x1, 3x3 and 1x1 convolutions whose output has four times the channels; the 3x3 one has the stride. */
    static ScriptModule module50(Layers layers, long width, ModelShape shape) {
        return new ResNet(layers, width, true).module(width, new int[] {3, 4, 6, 3}, shape);
    }

    private ScriptModule module(long width, int[] blocks, ModelShape shape) {
        Composite network = layers.composite("ResNet")
                .with("conv1", layers.convolution(shape.input()[0], width, 7, 2))
                .with("bn1", layers.batchNorm(width));
        for (int stage = 0; stage < blocks.length; stage++) {
            network.with("layer" + (stage + 1), stage(width << stage, blocks[stage], stage == 0 ? 1 : 2));
        }
        return network.with("fc", layers.linear(channels, shape.classes())).forward("""
                y = torch.max_pool2d($ACTIVATION($bn1($conv1(x))), [3, 3], [2, 2], [1, 1])
                return $fc(torch.mean($layer4($layer3($layer2($layer1(y)))), [2, 3]))
                """);
    }

    private ScriptModule stage(long width, int blocks, int stride) {
        List<ScriptModule> stage = new ArrayList<>();
        for (int i = 0; i < blocks; i++) {
            stage.add(block(width, i == 0 ? stride : 1));
        }
        return Composite.sequential(stage);
    }

    private ScriptModule block(long width, int stride) {
        long out = bottleneck ? 4 * width : width;
        Composite block = bottleneck
                ? layers.composite("Bottleneck")
                        .with("conv1", layers.convolution(channels, width, 1, 1)).with("bn1", layers.batchNorm(width))
                        .with("conv2", layers.convolution(width, width, 3, stride)).with("bn2", layers.batchNorm(width))
                        .with("conv3", layers.convolution(width, out, 1, 1)).with("bn3", layers.batchNorm(out))
                : layers.composite("BasicBlock")
                        .with("conv1", layers.convolution(channels, width, 3, stride)).with("bn1", layers.batchNorm(width))
                        .with("conv2", layers.convolution(width, width, 3, 1)).with("bn2", layers.batchNorm(width));
        boolean projected = stride != 1 || channels != out;
        if (projected) {
            block.with("downsample", Composite.sequential(List.of(layers.convolution(channels, out, 1, stride), layers.batchNorm(out))));
        }
        channels = out;
        return block.forward("""
                y = $bn2($conv2($ACTIVATION($bn1($conv1(x)))))
                %sreturn $ACTIVATION(torch.add(y, %s))
                """.formatted(bottleneck ? "y = $bn3($conv3($ACTIVATION(y)))\n" : "", projected ? "$downsample(x)" : "x"));
    }
}
