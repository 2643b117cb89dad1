package dev.advtrain.trainer.model.builtin;

import dev.advtrain.api.v1alpha1.training.Activation;
import dev.advtrain.trainer.tensor.ScriptModule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.IntStream;

/** A module made of others, named in the order in which they are added. */
final class Composite {
    private final String className;
    private final Activation activation;
    private final SequencedMap<String, ScriptModule> children = new LinkedHashMap<>();

    Composite(String className, Activation activation) {
        this.className = className;
        this.activation = activation;
    }

    Composite with(String name, ScriptModule child) {
        children.put(name, child);
        return this;
    }

    /**
     * @param body TorchScript from {@code x} to a return statement, not indented; {@code $name(} calls a child,
     *             {@code $ACTIVATION(} the activation of the model
     */
    ScriptModule forward(String body) {
        String text = body.replace("$ACTIVATION(", function(activation) + "(").replaceAll("\\$(\\w+)\\(", "self.$1.forward(");
        return new ScriptModule(className, new LinkedHashMap<>(), new LinkedHashMap<>(), children,
                "  def forward(self: $SELF,\n    x: Tensor) -> Tensor:\n" + text.indent(4));
    }

    /** One after the other, named by their position, as PyTorch's Sequential. */
    static ScriptModule sequential(List<ScriptModule> children) {
        SequencedMap<String, ScriptModule> named = new LinkedHashMap<>();
        IntStream.range(0, children.size()).forEach(i -> named.put(Integer.toString(i), children.get(i)));
        StringBuilder text = new StringBuilder("  def forward(self: $SELF,\n    x: Tensor) -> Tensor:\n");
        named.keySet().forEach(name -> text.append("    x = getattr(self, \"").append(name).append("\").forward(x)\n"));
        return new ScriptModule("Sequential", new LinkedHashMap<>(), new LinkedHashMap<>(), named, text.append("    return x\n").toString());
    }

    static String function(Activation activation) {
        return switch (activation) {
            case RELU -> "torch.relu";
            case SILU -> "torch.silu";
        };
    }
}
