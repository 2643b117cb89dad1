package dev.advtrain.trainer.masking;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.advtrain.resolve.RunSpec;
import dev.advtrain.trainer.attack.Cancellation;
import dev.advtrain.trainer.data.Dataset;
import dev.advtrain.trainer.data.Datasets;
import dev.advtrain.trainer.data.Format;
import dev.advtrain.trainer.model.ModelShape;
import dev.advtrain.trainer.storage.Locations;
import dev.advtrain.trainer.tensor.TorchScriptArchive;
import dev.advtrain.trainer.train.Progress;
import dev.advtrain.trainer.train.Trainer;
import dev.advtrain.trainer.train.TrainingContext;
import dev.advtrain.trainer.train.TrainingListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.IntStream;

/** Models for the checks, trained by the trainer itself on the built-in digits, or on those of the first few classes. */
final class TestTraining {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TRAIN_SEED = 1;
    private static final int TEST_SEED = 2;
    private static final int PIXELS = 28 * 28;
    private static final int DIGITS = 10;
    private static final String RUN = """
            {"job": {"namespace": "default", "name": "digits"},
             "threatModels": [{"kind": "ThreatModel", "name": "training", "spec": %s}],
             "model": {"builtin": {"architecture": "SmallCnn", "width": %d, "activation": "ReLU", "batchNorm": %b,
               "classes": %d, "inputShape": [1, 28, 28]}},
             "data": {"train": {"idx": {"images": {"uri": "pvc://models/train-images"}, "labels": {"uri": "pvc://models/train-labels"}}},
                      "validationFraction": "0.05"},
             "training": {"method": {"pgd": {}},
               "innerMaximization": {"steps": %d, "stepSize": "%s", "randomStart": %b, "epsilonWarmupEpochs": 0},
               "epochs": %d, "batchSize": 64,
               "optimizer": {"sgd": {"learningRate": "0.1", "momentum": "0.9", "nesterov": true, "weightDecay": "%s"}},
               "schedule": {"cosine": {"warmupEpochs": 0}}, "selection": {"everyEpochs": %d}, "seed": 0},
             "output": {"uri": "pvc://models/%s", "formats": ["TorchScript"], "overwrite": false, "includeNormalization": false},
             "checkpoint": {"intervalSeconds": 600, "keep": false}}
            """;

    /**
     * How a model is trained.
     *
     * @param threatModel as JSON; with an epsilon of 0 the training is standard
     * @param steps       of the inner maximization, 0.4 of the budget long
     */
    record Recipe(String name, int classes, int width, boolean batchNorm, int examples, int epochs, String weightDecay, String norm,
            String epsilon, int steps) {
        static Recipe standard(String name) {
            return new Recipe(name, DIGITS, 8, false, 4000, 5, "5e-4", "Linf", "0", 1);
        }

        Recipe adversarial(String otherNorm, String otherEpsilon) {
            return new Recipe(name, classes, width, batchNorm, examples, 8, weightDecay, otherNorm, otherEpsilon, 4);
        }

        Recipe classes(int few) {
            return new Recipe(name, few, width, batchNorm, examples, epochs, weightDecay, norm, epsilon, steps);
        }

        Recipe wide(int other) {
            return new Recipe(name, classes, other, batchNorm, examples, epochs, weightDecay, norm, epsilon, steps);
        }

        Recipe normalized() {
            return new Recipe(name, classes, width, true, examples, epochs, weightDecay, norm, epsilon, steps);
        }

        Recipe confident() {
            return confident(25);
        }

        Recipe confident(int epochs) {
            return new Recipe(name, classes, width, batchNorm, examples, epochs, "0", norm, epsilon, steps);
        }

        ModelShape shape() {
            return new ModelShape(new long[] {1, 28, 28}, classes);
        }
    }

    private TestTraining() {}

    static String threatModel(String knowledge, String norm, String epsilon) {
        return """
                {"modality": "Image", "goal": "Untargeted", "knowledge": "%s", "inputRange": {"min": "0", "max": "1"},
                 "perturbation": {"lp": {"norm": "%s", "epsilon": "%s"}}, "queryBudget": %s}"""
                .formatted(knowledge, norm, epsilon, knowledge.equals("ScoreBlackBox") ? "5000" : "null");
    }

    /** @param folder empty, or with what earlier trainings left there */
    static TorchScriptArchive train(Recipe recipe, Path folder) {
        try {
            Dataset train = digits(recipe.examples, TRAIN_SEED, recipe.classes);
            writeIdx(train, folder);
            BigDecimal step = new BigDecimal("0.4").multiply(new BigDecimal(recipe.epsilon));
            RunSpec run = JSON.readValue(RUN.formatted(threatModel("WhiteBox", recipe.norm, recipe.epsilon), recipe.width, recipe.batchNorm,
                    recipe.classes, recipe.steps, step.signum() == 0 ? "1e-9" : step.toPlainString(), step.signum() > 0, recipe.epochs, recipe.weightDecay,
                    recipe.epochs, recipe.name.replace(' ', '-')), RunSpec.class);
            Locations locations = new Locations(Map.of("models", folder), Map.of("models", folder), false);
            Trainer.train(run, new TrainingContext(recipe.name, 1, locations, Cancellation.NEVER, new TrainingListener() {
                @Override
                public void message(String text) {
                    // Nobody waits for it.
                }

                @Override
                public void step(Progress progress) {
                    // As above.
                }

                @Override
                public void epoch(Progress progress) {
                    // As above.
                }
            }));
            return TorchScriptArchive.read(folder.resolve(recipe.name.replace(' ', '-')).resolve("model.pt"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Dataset trainingDigits(int count, int classes) {
        return digits(count, TRAIN_SEED, classes);
    }

    /** Digits that training has not seen. */
    static Dataset testDigits(int count, int classes) {
        return digits(count, TEST_SEED, classes);
    }

    /** The digits below {@code classes}, whose labels are {@code classes} classes. */
    private static Dataset digits(int count, int seed, int classes) {
        int drawn = count * DIGITS / classes * 6 / 5 + 50;
        try {
            Format format = new Format(new long[] {1, 28, 28}, DIGITS, 0, 1);
            Dataset all = new Datasets(new Locations(Map.of(), Map.of(), false), format).load("data", JSON.readValue(
                    "{\"builtinDigits\": {\"count\": %d, \"seed\": %d}}".formatted(drawn, seed), dev.advtrain.api.v1alpha1.training.DataSource.class));
            return all.select(IntStream.range(0, all.size()).filter(i -> all.label(i) < classes).limit(count).toArray());
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static void writeIdx(Dataset data, Path folder) throws IOException {
        ByteBuffer images = ByteBuffer.allocate(16 + data.size() * PIXELS).putInt(0x803).putInt(data.size()).putInt(28).putInt(28);
        ByteBuffer labels = ByteBuffer.allocate(8 + data.size()).putInt(0x801).putInt(data.size());
        float[] values = new float[PIXELS];
        for (int i = 0; i < data.size(); i++) {
            data.copy(i, values, 0);
            for (float value : values) {
                images.put((byte) Math.round(value * 255));
            }
            labels.put((byte) data.label(i));
        }
        Files.write(folder.resolve("train-images"), images.array());
        Files.write(folder.resolve("train-labels"), labels.array());
    }
}
