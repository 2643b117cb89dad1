package dev.advtrain.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.advtrain.api.v1alpha1.training.OptimizerSpec;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.attack.Cancellation;
import dev.advtrain.trainer.model.ModelShape;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.storage.Locations;
import dev.advtrain.trainer.tensor.SafeTensors.ElementType;
import dev.advtrain.trainer.tensor.SafeTensors.Tensor;
import dev.advtrain.trainer.tensor.ScriptModule;
import dev.advtrain.trainer.tensor.TorchScriptArchive;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that ask for more memory than any machine has once a batch has so many examples: in train mode, in eval mode or in both. */
class ExhaustedMemoryTest {
    private static final ModelShape SHAPE = new ModelShape(new long[] {1, 28, 28}, 10);
    private static final int NEVER = 1 << 20;

    @TempDir
    Path folder;
    private final List<Progress> steps = new ArrayList<>();

    @Test
    void aStepOfTrainingNamesABatchThatFits() throws IOException {
        refused(NEVER, 21, Map.of(), "training.batchSize: 48 examples at once do not fit into the memory of the device (cpu); expected at most 12, which do");
        assertThat(steps).isEmpty();
    }

    @Test
    void validationDoesToo() throws IOException {
        refused(21, NEVER, Map.of(), "training.batchSize: 48 examples at once do not fit into the memory of the device (cpu); expected at most 12, which do");
        assertThat(steps).hasSize(4);
    }

    /** 96 examples held back, 48 at once. */
    @Test
    void overfittingIsLookedForInBatchesOfTraining() throws IOException {
        train(49, NEVER, Map.of("/training/method", "{\"fgsmRs\": {}}", "/training/innerMaximization", "{\"steps\": 1, \"epsilonWarmupEpochs\": 0}",
                "/data/validationFraction", "\"0.48\""));
        assertThat(folder.resolve("out/model.pt")).exists();
    }

    @Test
    void whatIsOnlyTimedEndsNoRun() {
        try (WrappedModel model = WrappedModel.load(greedy(NEVER, 4), SHAPE, Optional.empty(), Trainer.kernels())) {
            var before = model.snapshot();
            assertThat(StandardStep.seconds(model, new OptimizerSpec(new OptimizerSpec.Sgd("0.1", "0.9", true, "5e-4"), null),
                    new BatchSource.Batch(new float[4 * 784], new long[] {0, 1, 2, 3}, new long[4]), System::nanoTime)).isEmpty();
            model.snapshot().forEach((name, tensor) -> assertThat(tensor.data()).as(name).isEqualTo(before.get(name).data()));
        }
    }

    @Test
    void aBatchFitsAfterSomeStepsWithOneAsLarge() {
        FittingBatches fitted = new FittingBatches();
        for (int i = 0; i < 9; i++) {
            fitted.add(48);
        }
        assertThat(fitted.holds(48)).isFalse();
        fitted.add(16);
        assertThat(fitted.holds(48)).isTrue();
        assertThat(fitted.holds(49)).isFalse();
    }

    private void refused(int eval, int train, Map<String, String> changes, String message) {
        assertThatExceptionOfType(TrainerException.class).isThrownBy(() -> train(eval, train, changes)).withMessage(message)
                .satisfies(e -> assertThat(e.exitCode()).isEqualTo(ExitCode.RUN_SPEC));
    }

    private void train(int eval, int train, Map<String, String> changes) throws IOException {
        Files.write(folder.resolve("greedy.pt"), greedy(eval, train).toBytes());
        Map<String, String> all = new HashMap<>(Map.of("/training/epochs", "1", "/training/method", "{\"standard\": {}}",
                "/training/innerMaximization", "null", "/training/schedule", "{\"constant\": {}}",
                "/model", "{\"torchScript\": {\"uri\": \"pvc://models/greedy.pt\", \"classes\": 10, \"inputShape\": [1, 28, 28]}}"));
        all.putAll(changes);
        Locations locations = new Locations(Map.of("models", folder), Map.of("models", folder), false);
        Trainer.train(RunSpecs.digits(all), new TrainingContext("run", 1, locations, Cancellation.NEVER, new TrainingListener() {
            @Override
            public void step(Progress progress) {
                steps.add(progress);
            }
        }));
    }

    /** @param eval examples of a batch that is too large in eval mode; {@code train} in train mode */
    private static TorchScriptArchive greedy(int eval, int train) {
        ByteBuffer weight = ByteBuffer.allocate(10 * 784 * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 10 * 784; i++) {
            weight.putFloat((i * 7919 % 101 - 50) / 500f);
        }
        SequencedMap<String, Tensor> parameters = new LinkedHashMap<>();
        parameters.put("weight", new Tensor(ElementType.F32, new long[] {10, 784}, weight.flip()));
        return new ScriptModule("Greedy", parameters, new LinkedHashMap<>(), new LinkedHashMap<>(), """
                  def forward(self: $SELF,
                    x: Tensor) -> Tensor:
                    if self.training:
                      largest = TRAIN
                    else:
                      largest = EVAL
                    waste = torch.zeros([torch.mul(torch.floordiv(torch.size(x, 0), largest), 1125899906842624)])
                    return torch.add(torch.linear(torch.flatten(x, 1), self.weight), torch.sum(waste))
                """.replace("TRAIN", "" + train).replace("EVAL", "" + eval)).toArchive();
    }
}
