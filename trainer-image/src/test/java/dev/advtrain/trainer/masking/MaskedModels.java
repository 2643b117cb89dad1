package dev.advtrain.trainer.masking;

import dev.advtrain.trainer.tensor.ScriptWrapper;
import dev.advtrain.trainer.tensor.TorchScriptArchive;
import java.util.LinkedHashMap;
import java.util.List;

/** A plain model made to look robust, in ways that were published as defences or happen by mistake. */
enum MaskedModels {
    /** Inputs in nine steps: the gradient is zero everywhere. */
    QUANTISED_INPUT("torch.div(torch.round(torch.mul(x, 8.)), 8.)", "z", "GradientsDoNotVanish", "WhiteBoxBeatsBlackBox"),
    /** So large that the cross entropy is exactly 0. */
    SATURATED_LOGITS("x", "torch.mul(z, 1000.)", "CrossEntropyMatchesDlr", "GradientsDoNotVanish"),
    RANDOM_NOISE("torch.add(x, torch.randn_like(x), alpha=0.1)", "z", "DeterministicForwardPass"),
    ROUNDING("x", "torch.div(torch.round(torch.mul(z, 4.)), 4.)", "GradientsDoNotVanish", "WhiteBoxBeatsBlackBox"),
    /** Each logit, from the largest on, through two units that are dead but for a narrow band: 0 below it, 1 above. */
    DEAD_RELUS("x", "torch.relu(torch.rsub(torch.relu(torch.rsub(torch.div(torch.sub(z, torch.amax(z, [1], True)), 2.), 0.)), 1))",
            "GradientsDoNotVanish"),
    SOFTMAX_OUTPUT("x", "torch.softmax(z, 1)", "OutputsAreLogits");

    private final String input;
    private final String output;
    private final List<String> suspected;

    /** TorchScript expressions of what the plain model gets, from the input {@code x}, and of the output, from its logits {@code z}. */
    MaskedModels(String input, String output, String... suspected) {
        this.input = input;
        this.output = output;
        this.suspected = List.of(suspected);
    }

    TorchScriptArchive of(TorchScriptArchive plain) {
        return ScriptWrapper.wrap(plain, new LinkedHashMap<>(), "  def forward(self: $SELF,\n    x: Tensor) -> Tensor:\n    z = (self.model).forward("
                + input + ", )\n    return " + output + "\n");
    }

    /** The checks that it must trip. */
    List<String> suspected() {
        return suspected;
    }
}
