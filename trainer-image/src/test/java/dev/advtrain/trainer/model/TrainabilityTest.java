package dev.advtrain.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.djl.ndarray.NDManager;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.tensor.SafeTensors.ElementType;
import dev.advtrain.trainer.tensor.SafeTensors.Tensor;
import dev.advtrain.trainer.tensor.ScriptModule;
import dev.advtrain.trainer.tensor.Tensors;
import dev.advtrain.trainer.tensor.TorchScriptArchive;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainabilityTest {
    private static final ModelShape SHAPE = new ModelShape(new long[] {4}, 3);
    private static final String ONE_TENSOR = "x: Tensor) -> Tensor";

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "x: Tensor) -> Tuple[Tensor, Tensor] | (x, x) | the model's forward returns Tuple[Tensor, Tensor]; expected one Tensor: a logit for each class",
        "x: Tensor) -> Dict[str, Tensor] | {\"out\": x} | the model's forward returns Dict[str, Tensor]; expected one Tensor: a logit for each class",
        "x: Tensor,\\n    mask: Tensor) -> Tensor | x | the model's forward takes [x: Tensor, mask: Tensor]; expected one tensor, a batch of inputs",
        "x: List[Tensor]) -> Tensor | x[0] | the model's forward takes [x: List[Tensor]]; expected one tensor, a batch of inputs",
        "x: Tensor) -> Tensor | torch.linear(x, self.weight)[0] | the model's output for 2 examples has the shape [3], expected [2, 3]: one logit for each of model.classes",
        "x: Tensor) -> Tensor | torch.linear(torch.sign(x), self.weight) | the model cannot be attacked by gradients, and so not trained against them: in eval mode the gradient of its input is 0",
        "x: Tensor) -> Tensor | torch.linear(torch.detach(x), self.weight) | the model cannot be differentiated: element 0 of tensors does not require grad and does not have a grad_fn",
        "x: Tensor) -> Tensor | torch.mul(torch.slice(x, 1, 0, 3), 2.) | the model cannot be trained: none of its 1 parameters gets a gradient",
        "x: Tensor) -> Tensor | torch.div(torch.linear(x, self.weight), 0.) | the model cannot be attacked by gradients, and so not trained against them: in eval mode the gradient of its input is not finite"})
    void whatCannotBeTrainedIsRefusedWithTheReason(String signature, String result, String reason) {
        TorchScriptArchive archive = module(signature.replace("\\n", "\n"), result, weight("weight", 3, 4));
        assertThatExceptionOfType(TrainerException.class).isThrownBy(() -> check(archive))
                .withMessage(reason).satisfies(e -> assertThat(e.exitCode()).isEqualTo(ExitCode.RUN_SPEC));
    }

    @Test
    void aForwardWithDefaultsWillDo() {
        assertThat(check(module("x: Tensor,\n    mask: Optional[Tensor]=None,\n    scale: float=1.) -> Tensor",
                "torch.mul(torch.linear(x, self.weight), scale)", weight("weight", 3, 4)))).isEmpty();
    }

    @Test
    void parametersWithoutGradientAreAWarning() {
        SequencedMap<String, Tensor> parameters = weight("weight", 3, 4);
        parameters.putAll(weight("unused", 2, 2));
        assertThat(check(module(ONE_TENSOR, "torch.linear(x, self.weight)", parameters))).containsExactly(
                "1 of the model's 2 parameters do not reach its output and stay without a gradient: unused");
    }

    @Test
    void aLastLayerOfZerosIsNoReasonToRefuse() {
        SequencedMap<String, Tensor> zeros = new LinkedHashMap<>();
        zeros.put("weight", new Tensor(ElementType.F32, new long[] {3, 4}, ByteBuffer.allocate(48)));
        TorchScriptArchive archive = module(ONE_TENSOR, "torch.linear(x, self.weight)", zeros);
        try (WrappedModel model = load(archive)) {
            assertThat(check(model)).isEmpty();
            assertThat(model.snapshot().get("weight").data()).as("the check changes nothing").isEqualTo(zeros.get("weight").data());
        }
    }

    @Test
    void noParametersNoFloat32AndQuantisedAreSeenInTheFile() {
        refused(module(ONE_TENSOR, "x", new LinkedHashMap<>()),
                "the model has no parameters; expected one that can be trained, saved before it is frozen");
        SequencedMap<String, Tensor> half = new LinkedHashMap<>();
        half.put("weight", new Tensor(ElementType.F16, new long[] {3, 4}, ByteBuffer.allocate(24)));
        refused(module(ONE_TENSOR, "torch.linear(x, self.weight)", half),
                "the model has the parameter weight of type F16; expected F32 (float32) throughout: save model.float()");
        refused(module(ONE_TENSOR, "ops.quantized.linear_dynamic(x, self.weight)", weight("weight", 3, 4)),
                "the model is quantised, so that nothing in it can be trained; expected the model it was made from, in float32");
    }

    @Test
    void weightsFitByNameTypeAndShape() {
        TorchScriptArchive archive = module(ONE_TENSOR, "torch.linear(x, self.weight)", weight("weight", 3, 4));
        Tensor other = weight("weight", 3, 4).get("weight");
        assertThat(Trainability.withWeights(archive, Map.of("weight", other), "w").tensors().get("weight").data()).isEqualTo(other.data());
        unfit(archive, Map.of(), "w: lacks the tensor weight of the model");
        unfit(archive, Map.of("weight", other, "bias", other), "w: its tensor bias is unexpected: the model has none of this name");
        unfit(archive, weight("weight", 4, 3), "w: tensor weight is F32[4, 3], the model's is F32[3, 4]");
    }

    private static void unfit(TorchScriptArchive archive, Map<String, Tensor> weights, String message) {
        assertThatExceptionOfType(TrainerException.class).isThrownBy(() -> Trainability.withWeights(archive, weights, "w"))
                .withMessage(message).satisfies(e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA));
    }

    @Test
    void outputsMustStayTheSame() {
        TorchScriptArchive one = module(ONE_TENSOR, "torch.linear(x, self.weight)", weight("weight", 3, 4));
        TorchScriptArchive other = module(ONE_TENSOR, "torch.mul(torch.linear(x, self.weight), 1.0000001)", weight("weight", 3, 4));
        assertThatCode(() -> Trainability.requireEqualOutputs(one, one, SHAPE, Optional.empty(), inputs(), 2)).doesNotThrowAnyException();
        assertThatExceptionOfType(TrainerException.class)
                .isThrownBy(() -> Trainability.requireEqualOutputs(one, other, SHAPE, Optional.empty(), inputs(), 2))
                .withMessageStartingWith("the model computes something else");
    }

    private static void refused(TorchScriptArchive archive, String reason) {
        assertThatExceptionOfType(TrainerException.class).isThrownBy(() -> Trainability.require(archive)).withMessage(reason)
                .satisfies(e -> assertThat(e.exitCode()).isEqualTo(ExitCode.RUN_SPEC));
    }

    private static List<String> check(TorchScriptArchive archive) {
        Trainability.require(archive);
        try (WrappedModel model = load(archive)) {
            return check(model);
        }
    }

    private static List<String> check(WrappedModel model) {
        try (NDManager scope = model.newScope()) {
            return Trainability.check(model, Tensors.create(scope, inputs(), 2, 4));
        }
    }

    private static WrappedModel load(TorchScriptArchive archive) {
        return WrappedModel.load(archive, SHAPE, Optional.empty(), Trainability.KERNEL);
    }

    private static float[] inputs() {
        return new float[] {0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f, 0.7f, 0.8f};
    }

    private static TorchScriptArchive module(String signature, String result, SequencedMap<String, Tensor> parameters) {
        return new ScriptModule("Net", parameters, new LinkedHashMap<>(), new LinkedHashMap<>(),
                "  def forward(self: $SELF,\n    " + signature + ":\n    return " + result + "\n").toArchive();
    }

    private static SequencedMap<String, Tensor> weight(String name, int rows, int columns) {
        ByteBuffer data = ByteBuffer.allocate(rows * columns * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < rows * columns; i++) {
            data.putFloat(0.1f * (i % 5 - 2) + 0.05f);
        }
        SequencedMap<String, Tensor> weights = new LinkedHashMap<>();
        weights.put(name, new Tensor(ElementType.F32, new long[] {rows, columns}, data.flip()));
        return weights;
    }
}
