package dev.advtrain.trainer.attack;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.advtrain.trainer.model.Loss;
import dev.advtrain.trainer.model.ModelShape;
import dev.advtrain.trainer.model.Reference;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.random.Purpose;
import dev.advtrain.trainer.tensor.SafeTensors.ElementType;
import dev.advtrain.trainer.tensor.SafeTensors.Tensor;
import dev.advtrain.trainer.tensor.ScriptModule;
import dev.advtrain.trainer.tensor.TorchEngine;
import dev.advtrain.trainer.threat.Norm;
import dev.advtrain.trainer.threat.ThreatBudget;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** APGD on the mean gradient of several passes. */
class ExpectationTest {
    private static final AttackContext CONTEXT = new AttackContext(Key.of(1, Purpose.ATTACK_START), Cancellation.NEVER);
    private static final int PASSES = 20;
    private static final int N = 60;
    /** Two logits, plus and minus a sum of the input whose weights, 1, are lost in noise. */
    private static final String NOISY = """
              def forward(self: $SELF,
                x: Tensor) -> Tensor:
                weights = torch.add(torch.mul(torch.randn_like(x), 3.), self.one)
                s = torch.sum(torch.flatten(torch.mul(x, weights), 1), [1], True)
                return torch.cat([s, torch.neg(s)], 1)
            """;
    private static final ModelShape SHAPE = new ModelShape(new long[] {1, 4, 4}, 2);

    @Test
    void theMeanOfEqualGradientsIsTheGradient() {
        Reference digits = Reference.digits();
        try (WrappedModel model = digits.model(); NDManager scope = model.newScope()) {
            NDArray x = scope.create(digits.x(), new Shape(Reference.SHAPE.batch(digits.size())));
            NDArray y = scope.create(digits.y());
            float[] one = model.classifier().lossGradient(scope, Loss.CROSS_ENTROPY, x, y, y).gradient().toFloatArray();
            float[] mean = model.classifier().meanLossGradient(scope, Loss.CROSS_ENTROPY, 3, x, y, y).gradient().toFloatArray();
            for (int i = 0; i < one.length; i++) {
                assertThat(Math.abs(mean[i] - one[i])).isLessThanOrEqualTo(1e-6f * Math.max(1, Math.abs(one[i])));
            }
        }
    }

    @Test
    void theMeanSeesThroughNoise() {
        try (WrappedModel model = noisy(); NDManager scope = model.newScope()) {
            NDArray x = scope.zeros(new Shape(SHAPE.batch(N)));
            NDArray y = scope.create(new long[N]);
            // Of class 0 when the sum is large: the loss rises as every value falls.
            assertThat(falling(model.classifier().meanLossGradient(scope, Loss.CROSS_ENTROPY, 1, x, y, y).gradient())).isBetween(0.5, 0.75);
            assertThat(falling(model.classifier().meanLossGradient(scope, Loss.CROSS_ENTROPY, PASSES, x, y, y).gradient())).isGreaterThan(0.85);
        }
    }

    private static double falling(NDArray gradient) {
        float[] values = gradient.toFloatArray();
        return IntStream.range(0, values.length).filter(i -> values[i] < 0).count() / (double) values.length;
    }

    @Test
    void examplesStayUntilTheEnd() {
        int steps = 5;
        try (WrappedModel model = noisy(); NDManager scope = model.newScope()) {
            AttackBatch batch = new AttackBatch(scope.full(new Shape(SHAPE.batch(N)), 0.3f), new long[N], LongStream.range(0, N).toArray());
            Apgd attack = new Apgd(new ThreatBudget(Norm.LINF, 0.2, 0, 1), Loss.CROSS_ENTROPY, steps, 1, PASSES);
            AttackResult result = attack.run(model.classifier(), batch, CONTEXT);
            assertThat(IntStream.range(0, N).filter(result::success).count()).isPositive();
            // Each pass of each step and of the start, whether one of them called the example solved or not.
            assertThat(result.gradients()).containsOnly((long) PASSES * (steps + 1));
        }
    }

    static WrappedModel noisy() {
        SequencedMap<String, Tensor> parameters = new LinkedHashMap<>();
        parameters.put("one", new Tensor(ElementType.F32, new long[] {1},
                ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN).putFloat(0, 1)));
        TorchEngine.seed(3);
        return WrappedModel.load(new ScriptModule("Noisy", parameters, new LinkedHashMap<>(), new LinkedHashMap<>(), NOISY).toArchive(), SHAPE,
                Optional.empty());
    }
}
