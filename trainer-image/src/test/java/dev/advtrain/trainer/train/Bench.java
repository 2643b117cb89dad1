package dev.advtrain.trainer.train;

import dev.advtrain.api.v1alpha1.training.ModelSpec;
import dev.advtrain.api.v1alpha1.training.Precision;
import dev.advtrain.trainer.attack.Cancellation;
import dev.advtrain.trainer.proof.PythonProcess;
import dev.advtrain.trainer.storage.Locations;
import dev.advtrain.trainer.tensor.TorchEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What the benchmarks share: a training run as users start it, left after some steps. */
final class Bench {
    /** What the targets are set for. */
    static final Subject SMALL_CNN = new Subject("SmallCnn", 16, 128);
    static final Subject PRE_ACT_RES_NET = new Subject("PreActResNet18", 16, 128);

    /** A built-in architecture on the digits. */
    record Subject(String architecture, int width, int batch) {
        ModelSpec.Builtin spec() {
            return RunSpecs.digits(model()).model().builtin();
        }

        private Map<String, String> model() {
            return Map.of("/model/builtin/architecture", '"' + architecture + '"', "/model/builtin/width", Integer.toString(width),
                    "/model/builtin/batchNorm", architecture.equals("SmallCnn") ? "false" : "null");
        }

        @Override
        public String toString() {
            return architecture + " width " + width + ", batch " + batch;
        }
    }

    private Bench() {}

    /** @param start the command that starts {@code dev/proofs/training_bench.py}, without its own */
    static PythonProcess python(List<String> start) throws IOException {
        List<String> command = new ArrayList<>(start);
        command.add(Integer.toString(SMALL_CNN.batch()));
        command.add(Integer.toString(TorchEngine.threads()));
        return new PythonProcess(Map.of(), command.toArray(String[]::new));
    }

    /** Thrown by a listener that has seen enough. */
    static final class Enough extends RuntimeException {}

    /** By PGD on built-in digits, without end. */
    static void train(Subject subject, int attackSteps, Precision precision, TrainingListener listener) throws IOException {
        train(subject, Map.of("/training/precision", "\"" + precision + "\"", "/training/innerMaximization",
                "{\"steps\": %d, \"stepSize\": \"0.025\", \"randomStart\": true, \"epsilonWarmupEpochs\": 0}".formatted(attackSteps)), listener);
    }

    /** @param training JSON values by JSON pointer */
    static void train(Subject subject, Map<String, String> training, TrainingListener listener) throws IOException {
        Path folder = Files.createTempDirectory("advtrain-bench");
        try {
            Map<String, String> changes = new HashMap<>(subject.model());
            changes.putAll(Map.of(
                    "/data/train", "{\"builtinDigits\": {\"count\": 6406, \"seed\": 1}}", "/data/validationFraction", "\"0.001\"",
                    "/training/epochs", "1000", "/training/batchSize", Integer.toString(subject.batch),
                    "/training/selection/everyEpochs", "1000", "/training/optimizer/sgd/learningRate", "\"0.01\""));
            changes.putAll(training);
            Trainer.train(RunSpecs.digits(changes), new TrainingContext("bench", 1, new Locations(Map.of(), Map.of("models", folder), false),
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
