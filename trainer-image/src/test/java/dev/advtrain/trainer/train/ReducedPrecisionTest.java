package dev.advtrain.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.advtrain.api.v1alpha1.training.DataSource;
import dev.advtrain.api.v1alpha1.training.MethodSpec;
import dev.advtrain.api.v1alpha1.training.Precision;
import dev.advtrain.trainer.attack.AttackBatch;
import dev.advtrain.trainer.attack.Cancellation;
import dev.advtrain.trainer.data.Dataset;
import dev.advtrain.trainer.data.Datasets;
import dev.advtrain.trainer.data.Format;
import dev.advtrain.trainer.model.Classifier;
import dev.advtrain.trainer.model.Loss;
import dev.advtrain.trainer.model.LossGradient;
import dev.advtrain.trainer.model.ModelShape;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.model.builtin.BuiltinModel;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.random.Purpose;
import dev.advtrain.trainer.storage.Location;
import dev.advtrain.trainer.storage.Locations;
import dev.advtrain.trainer.tensor.SafeTensors.ElementType;
import dev.advtrain.trainer.tensor.SafeTensors.Tensor;
import dev.advtrain.trainer.tensor.ScriptModule;
import dev.advtrain.trainer.tensor.Tensors;
import dev.advtrain.trainer.tensor.TorchScriptArchive;
import dev.advtrain.trainer.tensor.TorchScriptArchive.Role;
import dev.advtrain.trainer.threat.Norm;
import dev.advtrain.trainer.threat.ThreatBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** On any processor: one without instructions for bfloat16 computes the same, slowly. */
class ReducedPrecisionTest {
    private static final ModelShape SHAPE = new ModelShape(new long[] {1, 28, 28}, 10);
    private static final int BATCH = 16;
    private static final String BF16 = "/training/precision";
    private static final String INNER = "/training/innerMaximization";

    private static final MethodSpec PGD = new MethodSpec(null, new MethodSpec.Pgd(), null, null, null, null);

    private final Dataset digits = new Datasets(new Locations(Map.of(), Map.of(), false), new Format(SHAPE.input(), SHAPE.classes(), 0, 1))
            .load("data.train", DataSource.of(new DataSource.BuiltinDigits(BATCH, 1L), null));

    @ParameterizedTest
    @CsvSource({"SmallCnn, 8, true", "PreActResNet18, 8, null", "Mlp, 32, null"})
    void crafting(String architecture, int width, String batchNorm) {
        try (WrappedModel model = load(architecture, width, batchNorm); NDManager scope = model.newScope()) {
            NDArray x = x(scope);
            NDArray y = y(scope);
            LossGradient exact = model.classifier().lossGradient(scope, Loss.CROSS_ENTROPY, x, y, y);
            model.trainIn(Precision.BFLOAT16);
            LossGradient rounded = model.trainingClassifier().lossGradient(scope, Loss.CROSS_ENTROPY, x, y, y);
            assertThat(List.of(rounded.logits(), rounded.losses(), rounded.gradient())).allMatch(tensor -> tensor.getDataType() == DataType.FLOAT32);
            assertThat(cosine(exact.logits(), rounded.logits())).isBetween(0.999, 0.9999999);
            assertThat(cosine(exact.gradient(), rounded.gradient())).isBetween(0.98, 0.9999999);
            // What measures the model does not see it.
            assertThat(model.classifier().logits(scope, x).toFloatArray()).containsExactly(exact.logits().toFloatArray());
        }
    }

    @ParameterizedTest
    @CsvSource({"SmallCnn, 8, true", "PreActResNet18, 8, null"})
    void training(String architecture, int width, String batchNorm) {
        try (WrappedModel exact = load(architecture, width, batchNorm); WrappedModel rounded = load(architecture, width, batchNorm);
                NDManager scope = exact.newScope()) {
            Objective.Examples examples = Objective.Examples.clean(x(scope), y(scope));
            rounded.trainIn(Precision.BFLOAT16);
            LossAndGradients expected = new Objective.CrossEntropy(0).gradients(scope, exact, examples);
            LossAndGradients found = new Objective.CrossEntropy(0).gradients(scope, rounded, examples);
            assertThat(found.loss().getFloat()).isCloseTo(expected.loss().getFloat(), within(0.02f)).isNotEqualTo(expected.loss().getFloat());
            assertThat(found.gradients()).allMatch(gradient -> gradient.getDataType() == DataType.FLOAT32);
            assertThat(cosine(concat(expected.gradients()), concat(found.gradients()))).isGreaterThan(0.95);
            // Running statistics are float32, and more than rounded to eight bits.
            float[] statistics = concat(rounded.buffers().values().stream().filter(buffer -> buffer.getDataType() == DataType.FLOAT32).toList());
            float[] expectedStatistics = concat(exact.buffers().values().stream().filter(buffer -> buffer.getDataType() == DataType.FLOAT32).toList());
            assertThat(statistics).hasSizeGreaterThan(16);
            assertThat(cosine(expectedStatistics, statistics)).isGreaterThan(0.9999);
            assertThat(IntStream.range(0, statistics.length).filter(i -> (Float.floatToIntBits(statistics[i]) & 0xffff) != 0).count())
                    .isGreaterThan(statistics.length / 3);
        }
    }

    @Test
    void candidatesAreInsideTheBudget() {
        try (WrappedModel model = load("SmallCnn", 8, "true"); NDManager scope = model.newScope()) {
            model.trainIn(Precision.BFLOAT16);
            Classifier classifier = model.trainingClassifier();
            ThreatBudget budget = new ThreatBudget(Norm.LINF, 0.1, 0, 1);
            NDArray x = x(scope);
            NDArray made = Method.pgd(3, "0.05", 1, true).of(budget, 1).craft(classifier, scope,
                    new AttackBatch(x, labels(), ids()), y(scope), Key.of(0, Purpose.ATTACK_START).withEpoch(1), Cancellation.NEVER);
            assertThat(made.getDataType()).isEqualTo(DataType.FLOAT32);
            float[] before = x.toFloatArray();
            float[] after = made.toFloatArray();
            for (int i = 0; i < before.length; i++) {
                assertThat(Math.abs((double) after[i] - before[i])).isLessThan(0.1 + 1e-6);
                assertThat(after[i]).isBetween(0f, 1f);
            }
        }
    }

    static Stream<Arguments> recipes() {
        return Stream.concat(ResumeTest.methods(), Stream.of(
                Arguments.of("AWP", Map.of("/training/adversarialWeightPerturbation", "{\"gamma\": \"0.05\"}")),
                Arguments.of("EMA, label smoothing, clipping", Map.of("/training/weightAveraging", "{\"emaDecay\": \"0.9\"}",
                        "/training/labelSmoothing", "\"0.1\"", "/training/gradientClipNorm", "\"0.5\"")),
                Arguments.of("AdamW", Map.of("/training/optimizer",
                        "{\"adamW\": {\"learningRate\": \"1e-2\", \"beta1\": \"0.9\", \"beta2\": \"0.99\", \"epsilon\": \"1e-8\", \"weightDecay\": \"1e-2\"}}"))));
    }

    /** One step of each. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("recipes")
    void whateverTheRecipe(String name, Map<String, String> changes, @TempDir Path folder) throws IOException {
        Map<String, String> all = new HashMap<>(changes);
        all.putAll(Map.of("/training/epochs", "1", "/data/train/builtinDigits/count", "60", "/training/schedule", "{\"constant\": {}}"));
        all.computeIfPresent("/training/method", (_, method) -> method.replace("\"replays\": 3", "\"replays\": 1"));
        all.compute(INNER, (_, inner) -> inner == null ? "{\"steps\": 2, \"stepSize\": \"0.05\", \"randomStart\": true, \"epsilonWarmupEpochs\": 0}"
                : inner.replace("\"epsilonWarmupEpochs\": 1", "\"epsilonWarmupEpochs\": 0"));
        List<String> messages = new ArrayList<>();
        Map<String, Tensor> exact = trained(folder.resolve("exact"), all, messages);
        all.put(BF16, "\"BFloat16\"");
        Map<String, Tensor> rounded = trained(folder.resolve("rounded"), all, messages);
        assertThat(messages).isEmpty();
        assertThat(rounded.keySet()).isEqualTo(exact.keySet());
        rounded.forEach((tensor, value) -> assertThat(value.type()).as(tensor).isEqualTo(exact.get(tensor).type()));
        float[] expected = floats(exact);
        assertThat(floats(rounded)).isNotEqualTo(expected);
        assertThat(cosine(expected, floats(rounded))).isGreaterThan(0.99);
    }

    @Test
    void aDeviceWithoutItTrainsInFloat32() {
        try (WrappedModel model = load("SmallCnn", 4, "true")) {
            assertThat(ReducedPrecision.enter(model, PGD, digits, Optional.of("the processor lacks it")))
                    .contains("training.precision is BFloat16, and the processor lacks it: training in Float32");
            assertThat(model.precision()).isEqualTo(Precision.FLOAT32);
        }
    }

    @Test
    void tryingItLeavesTheModelAsItWas() {
        try (WrappedModel model = load("SmallCnn", 4, "true")) {
            Map<String, Tensor> before = model.snapshot();
            assertThat(ReducedPrecision.enter(model, PGD, digits, Optional.empty())).isEmpty();
            assertThat(model.precision()).isEqualTo(Precision.BFLOAT16);
            assertThat(LearnerTest.digests(model.snapshot())).isEqualTo(LearnerTest.digests(before));
        }
    }

    /** lerp wants all of one type; what rounds away at 1,000 was all that the second one had to say. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "torch.lerp(torch.linear(x0, self.weight, self.bias), torch.slice(x0, 1, 0, 10), 0.5) | does not run in it: expected dtype",
        "torch.sub(torch.linear(x0, self.weight, torch.add(self.bias, 1000)), 1000) | logits differ there by"})
    void aModelThatDoesNotRunInItTrainsInFloat32(String forward, String reason) {
        TorchScriptArchive linear = BuiltinModel.create(new Bench.Subject("Mlp", 10, 1).spec(), SHAPE, 0);
        Map<String, Tensor> tensors = linear.tensors(Role.PARAMETER);
        LinkedHashMap<String, Tensor> parameters = new LinkedHashMap<>();
        for (Tensor tensor : tensors.values()) {
            parameters.putIfAbsent(tensor.shape().length == 2 ? "weight" : "bias", tensor);
        }
        TorchScriptArchive archive = new ScriptModule("Odd", parameters, new LinkedHashMap<>(), new LinkedHashMap<>(), """
                  def forward(self: $SELF,
                    x: Tensor) -> Tensor:
                    x0 = torch.flatten(x, 1)
                    return %s
                """.formatted(forward)).toArchive();
        try (WrappedModel model = WrappedModel.load(archive, SHAPE, Optional.empty(), Trainer.kernels())) {
            assertThat(ReducedPrecision.enter(model, PGD, digits, Optional.empty()).orElse("")).contains("the model").contains(reason)
                    .endsWith(": training in Float32");
            assertThat(model.precision()).isEqualTo(Precision.FLOAT32);
        }
    }

    private static Map<String, Tensor> trained(Path folder, Map<String, String> changes, List<String> messages) throws IOException {
        Files.createDirectories(folder);
        Locations locations = new Locations(Map.of(), Map.of("models", folder), false);
        Location output = locations.output("output.uri", "pvc://models/out");
        Trainer.train(RunSpecs.digits(changes), new TrainingContext("run", 1, locations, Cancellation.NEVER, new TrainingListener() {
            @Override
            public void message(String text) {
                messages.add(text);
            }
        }), output, Optional::empty);
        return TorchScriptArchive.read(folder.resolve("out/model.pt")).tensors();
    }

    private WrappedModel load(String architecture, int width, String batchNorm) {
        return WrappedModel.load(BuiltinModel.create(RunSpecs.digits(Map.of("/model/builtin/architecture", '"' + architecture + '"',
                "/model/builtin/width", Integer.toString(width), "/model/builtin/batchNorm", batchNorm)).model().builtin(), SHAPE, 0), SHAPE,
                Optional.empty(), Trainer.kernels());
    }

    private NDArray x(NDManager scope) {
        return Tensors.create(scope, digits.values(IntStream.range(0, BATCH).toArray()), SHAPE.batch(BATCH));
    }

    private long[] labels() {
        return IntStream.range(0, BATCH).mapToLong(digits::label).toArray();
    }

    private long[] ids() {
        return IntStream.range(0, BATCH).mapToLong(digits::id).toArray();
    }

    private NDArray y(NDManager scope) {
        return Tensors.create(scope, labels());
    }

    private static double cosine(NDArray a, NDArray b) {
        return cosine(a.toFloatArray(), b.toFloatArray());
    }

    private static double cosine(float[] a, float... b) {
        double ab = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            ab += (double) a[i] * b[i];
            aa += (double) a[i] * a[i];
            bb += (double) b[i] * b[i];
        }
        return ab / Math.sqrt(aa * bb);
    }

    private static float[] concat(List<NDArray> tensors) {
        return concatenated(tensors.stream().map(NDArray::toFloatArray).toList());
    }

    private static float[] floats(Map<String, Tensor> tensors) {
        return concatenated(tensors.values().stream().filter(tensor -> tensor.type() == ElementType.F32)
                .map(tensor -> {
                    float[] values = new float[tensor.data().remaining() / Float.BYTES];
                    tensor.data().asFloatBuffer().get(values);
                    return values;
                }).toList());
    }

    private static float[] concatenated(List<float[]> parts) {
        float[] all = new float[parts.stream().mapToInt(part -> part.length).sum()];
        int at = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }
}
