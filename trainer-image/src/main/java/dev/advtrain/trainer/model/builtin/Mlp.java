package dev.advtrain.trainer.model.builtin;

import dev.advtrain.trainer.model.ModelShape;
import dev.advtrain.trainer.tensor.ScriptModule;

/** A multilayer perceptron: fc1 and fc2 ({@code width} units each) with the activation, fc3 (classes). Takes any shape. */
final class Mlp {
    private Mlp() {}

    static ScriptModule module(Layers layers, long width, ModelShape shape) {
        return layers.composite("Mlp")
                .with("fc1", layers.linear(shape.features(), width))
                .with("fc2", layers.linear(width, width))
                .with("fc3", layers.linear(width, shape.classes()))
                .forward("""
                        h1 = $ACTIVATION($fc1(torch.flatten(x, 1)))
                        h2 = $ACTIVATION($fc2(h1))
                        return $fc3(h2)
                        """);
    }
}
