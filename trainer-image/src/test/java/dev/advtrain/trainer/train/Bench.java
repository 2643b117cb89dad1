package dev.advtrain.trainer.train;

import dev.advtrain.resolve.RunSpec;
import dev.advtrain.trainer.attack.Cancellation;
import dev.advtrain.trainer.storage.Locations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;

/** What the benchmarks share: a training run as users start it, left after some steps. */
final class Bench {
    static final int WIDTH = 16;
    static final int BATCH = 128;

    private Bench() {}

    /** Thrown by a listener that has seen enough. */
    static final class Enough extends RuntimeException {}

    /** SmallCnn in float32 on built-in digits, without end. */
    static void train(int attackSteps, TrainingListener listener) throws IOException {
        Path folder = Files.createTempDirectory("advtrain-bench");
        try {
            RunSpec spec = RunSpecs.digits(Map.of(
                    "/model/builtin/width", Integer.toString(WIDTH), "/model/builtin/batchNorm", "false",
                    "/data/train", "{\"builtinDigits\": {\"count\": 6406, \"seed\": 1}}", "/data/validationFraction", "\"0.001\"",
                    "/training/epochs", "1000", "/training/batchSize", Integer.toString(BATCH),
                    "/training/selection/everyEpochs", "1000", "/training/optimizer/sgd/learningRate", "\"0.01\"",
                    "/training/innerMaximization", "{\"steps\": %d, \"stepSize\": \"0.025\", \"randomStart\": true, \"epsilonWarmupEpochs\": 0}"
                            .formatted(attackSteps)));
            Trainer.train(spec, new TrainingContext("bench", 1, new Locations(Map.of(), Map.of("models", folder), false),
                    Cancellation.NEVER, listener));
        } catch (Enough e) {
            // As intended.
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
