package dev.advtrain.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import dev.advtrain.resolve.AttackUnits;
import dev.advtrain.trainer.attack.AttackBatch;
import dev.advtrain.trainer.attack.AttackContext;
import dev.advtrain.trainer.attack.AttackResult;
import dev.advtrain.trainer.attack.Cancellation;
import dev.advtrain.trainer.attack.Fgsm;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.random.Purpose;
import dev.advtrain.trainer.tensor.SafeTensors.ElementType;
import dev.advtrain.trainer.tensor.SafeTensors.Tensor;
import dev.advtrain.trainer.tensor.ScriptModule;
import dev.advtrain.trainer.tensor.Tensors;
import dev.advtrain.trainer.tensor.TorchScriptArchive;
import dev.advtrain.trainer.threat.Norm;
import dev.advtrain.trainer.threat.ThreatBudget;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A linear model of an age (18 to 98) and an income (-1,000 to 199,000), whose margins are known by hand. */
class FeatureRangesTest {
    private static final AttackUnits UNITS = new AttackUnits(0, 1,
            List.of(new AttackUnits.Feature(18, 98), new AttackUnits.Feature(-1000, 199_000)));
    private static final ModelShape SHAPE = new ModelShape(new long[] {2}, 2);
    private static final float[] RAW = {58, 99_000};
    private static final float[] SHARES = {0.5f, 0.5f};
    private static final String FORWARD = """
              def forward(self: $SELF,
                x: Tensor) -> Tensor:
                return torch.add(torch.matmul(x, torch.t(self.weight)), self.bias)
            """;

    /** An epsilon of 0.05 is 4 years and an income of 10,000: each moves the margin by its weight times that. */
    @ParameterizedTest
    @CsvSource({"0.05, 0, 0.2", "0, 2e-5, 0.2", "0.05, 2e-5, 0.4", "-0.05, 2e-5, 0.4"})
    void epsilonIsAShareOfEachFeaturesRange(float ofAge, float ofIncome, float reach) {
        for (boolean within : new boolean[] {true, false}) {
            float margin = reach * (within ? 0.98f : 1.02f);
            float bias = margin - ofAge * RAW[0] - ofIncome * RAW[1];
            try (WrappedModel model = WrappedModel.load(linear(new float[] {0, 0, ofAge, ofIncome}, new float[] {0, bias}), SHAPE,
                    Normalization.within(Optional.empty(), UNITS)); NDManager scope = model.newScope()) {
                AttackResult result = new Fgsm(new ThreatBudget(Norm.LINF, 0.05, 0, 1)).run(model.classifier(),
                        new AttackBatch(Tensors.create(scope, SHARES, 1, 2), new long[] {1}, new long[] {0}),
                        new AttackContext(Key.of(1, Purpose.ATTACK_START), Cancellation.NEVER));
                assertThat(result.success(0)).isEqualTo(within);
                if (within) {
                    assertThat(result.adversarial()[0][0]).isCloseTo(0.5f - 0.05f * Math.signum(ofAge), within(1e-6f));
                    assertThat(result.adversarial()[0][1]).isCloseTo(0.5f - 0.05f * Math.signum(ofIncome), within(1e-6f));
                }
            }
        }
    }

    @Test
    void whatIsExportedTakesTheDatasOwnUnits() {
        TorchScriptArchive plain = linear(new float[] {0.1f, -1e-5f, 0.05f, 2e-5f}, new float[] {-3, -4});
        float[] expected = {0.1f * 58 - 0.99f - 3, 0.05f * 58 + 1.98f - 4};
        for (boolean include : new boolean[] {false, true}) {
            try (WrappedModel wrapped = WrappedModel.load(plain, SHAPE, Normalization.within(Optional.empty(), UNITS))) {
                assertThat(logits(wrapped, SHARES)).containsExactly(expected, within(1e-5f));
                assertThat(logits(exported(wrapped, include), RAW)).containsExactly(expected, within(1e-5f));
            }
        }
        Normalization callers = new Normalization(List.of(50.0, 60_000.0), List.of(20.0, 50_000.0));
        float[] normalised = {(58 - 50) / 20f, (99_000 - 60_000) / 50_000f};
        float[] ofNormalised = {0.1f * normalised[0] - 1e-5f * normalised[1] - 3, 0.05f * normalised[0] + 2e-5f * normalised[1] - 4};
        try (WrappedModel wrapped = WrappedModel.load(plain, SHAPE, Normalization.within(Optional.of(callers), UNITS))) {
            assertThat(logits(wrapped, SHARES)).containsExactly(ofNormalised, within(1e-5f));
            assertThat(logits(exported(wrapped, false), normalised)).containsExactly(ofNormalised, within(1e-5f));
            assertThat(logits(exported(wrapped, true), RAW)).containsExactly(ofNormalised, within(1e-5f));
        }
    }

    /** Of a sequence of 2 steps with 1 value each; a mean for each step, a range for each value. */
    @Test
    void rangesAreOfValuesAndNormalizationOfChannels() {
        Normalization both = Normalization.within(Optional.of(new Normalization(List.of(50.0, 60_000.0), List.of(20.0, 50_000.0))), UNITS).orElseThrow();
        SequencedMap<String, Tensor> buffers = both.buffers(new ModelShape(new long[] {2, 1}, 2));
        assertThat(buffers.get("mean").shape()).containsExactly(2, 1);
        assertThat(buffers.get("mean").data().order(ByteOrder.LITTLE_ENDIAN).getFloat(0)).isEqualTo(0.4f);
        assertThat(buffers.get("std").data().order(ByteOrder.LITTLE_ENDIAN).getFloat(4)).isEqualTo(0.25f);
    }

    private static WrappedModel exported(WrappedModel model, boolean includeNormalization) {
        return WrappedModel.load(model.export(includeNormalization), SHAPE, Optional.empty());
    }

    private static float[] logits(WrappedModel model, float... x) {
        try (NDManager scope = model.newScope()) {
            return model.classifier().logits(scope, Tensors.create(scope, x, 1, 2)).toFloatArray();
        }
    }

    private static TorchScriptArchive linear(float[] weight, float[] bias) {
        SequencedMap<String, Tensor> parameters = new LinkedHashMap<>();
        parameters.put("weight", tensor(weight, 2, 2));
        parameters.put("bias", tensor(bias, 2));
        return new ScriptModule("Linear", parameters, new LinkedHashMap<>(), new LinkedHashMap<>(), FORWARD).toArchive();
    }

    private static Tensor tensor(float[] values, long... shape) {
        ByteBuffer data = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(values);
        return new Tensor(ElementType.F32, shape, data);
    }
}
