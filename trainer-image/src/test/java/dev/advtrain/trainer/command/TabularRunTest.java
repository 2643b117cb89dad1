package dev.advtrain.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import dev.advtrain.contract.TerminationMessage;
import dev.advtrain.contract.TerminationMessages;
import dev.advtrain.resolve.AttackUnits;
import dev.advtrain.trainer.model.ModelShape;
import dev.advtrain.trainer.model.Normalization;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.tensor.Tensors;
import dev.advtrain.trainer.tensor.TorchScriptArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table of features on very different scales, from the CSV file to the hardened model and its report. */
class TabularRunTest {
    private static final int FEATURES = 12;
    private static final int TEST = 200;
    /** An income, then ages, then ratios. */
    private static final double[] MIN = {0, 17, 17, 17, 17, 17, -1, -1, -1, -1, -1, -1};
    private static final double[] MAX = {200_000, 97, 97, 97, 97, 97, 1, 1, 1, 1, 1, 1};
    private static final String MANIFESTS = """
            apiVersion: advtrain.dev/v1alpha1
            kind: ThreatModel
            metadata: {name: shares}
            spec:
              modality: Tabular
              inputRange: {perFeature: [RANGES]}
              perturbation: {lp: {norm: Linf, epsilon: "0.1"}}
            ---
            apiVersion: advtrain.dev/v1alpha1
            kind: AdversarialTrainingJob
            metadata: {name: METHOD}
            spec:
              threatModels: [{name: shares}]
              model:
                builtin: {architecture: Mlp, width: 32, classes: 2, inputShape: [12]}
                normalization: {mean: [MEANS], std: [STDS]}
              data:
                train: {csv: {uri: "pvc://data/train.csv", labelColumn: risk}}
                test: {csv: {uri: "pvc://data/test.csv", labelColumn: risk}}
              training: {method: {METHOD: {}}, epochs: 15, batchSize: 100, optimizer: {sgd: {learningRate: "0.05"}},
                selection: {everyEpochs: 15}}
              evaluation: {suite: AutoAttack, samples: 200, batchSize: 200}
              output: {uri: "pvc://out/METHOD"}
            """;

    @TempDir
    private Path folder;

    @BeforeEach
    void tables() throws IOException {
        write("train.csv", 1200, 1);
        write("test.csv", TEST, 2);
    }

    /** The income says the class to 19 of 20, by half of its range; all others together say it to all, each by a twentieth of its own. */
    private void write(String name, int n, long seed) throws IOException {
        Random random = new Random(seed);
        StringBuilder table = new StringBuilder("income,risk");
        for (int j = 1; j < FEATURES; j++) {
            table.append(",\"feature ").append(j).append('"');
        }
        for (int i = 0; i < n; i++) {
            boolean high = random.nextBoolean();
            boolean usual = random.nextDouble() < 0.95;
            table.append('\n').append(raw(0, 0.5 + (high == usual ? 0.25 : -0.25) + 0.05 * random.nextGaussian()))
                    .append(high ? ",high" : ",low");
            for (int j = 1; j < FEATURES; j++) {
                table.append(',').append(raw(j, 0.5 + (high ? 0.05 : -0.05) + 0.05 * random.nextGaussian()));
            }
        }
        Files.writeString(folder.resolve(name), table.append('\n'));
    }

    private static double raw(int feature, double share) {
        return MIN[feature] + (MAX[feature] - MIN[feature]) * Math.clamp(share, 0, 1);
    }

    @Test
    void trainsAndMeasuresInSharesAndExportsTheUnitsOfTheData() throws IOException {
        TerminationMessage.Evaluation standard = runs("standard");
        TerminationMessage.Evaluation hardened = runs("pgd");
        assertThat(standard.cleanCorrect()).isGreaterThan(TEST * 97 / 100);
        assertThat(hardened.cleanCorrect()).isGreaterThan(TEST * 88 / 100);
        assertThat(standard.robustCorrect()).isLessThan(TEST / 2);
        assertThat(hardened.robustCorrect()).isGreaterThan(TEST * 85 / 100);
        assertThat(folder.resolve("out/standard/report.html")).content().contains("as a share of the range of each of 12 features",
                "Examples of shape [12] are not shown");

        float[] shares = new float[FEATURES];
        float[] normalised = new float[FEATURES];
        List<AttackUnits.Feature> ranges = new ArrayList<>();
        List<Double> means = new ArrayList<>();
        List<Double> stds = new ArrayList<>();
        Random random = new Random(3);
        for (int j = 0; j < FEATURES; j++) {
            ranges.add(new AttackUnits.Feature(MIN[j], MAX[j]));
            means.add(raw(j, 0.5));
            stds.add((MAX[j] - MIN[j]) / 5);
            shares[j] = random.nextFloat();
            normalised[j] = (float) ((raw(j, shares[j]) - means.get(j)) / stds.get(j));
        }
        TorchScriptArchive exported = TorchScriptArchive.read(folder.resolve("out/pgd/model.pt"));
        ModelShape shape = new ModelShape(new long[] {FEATURES}, 2);
        try (WrappedModel plain = WrappedModel.load(exported, shape, Optional.empty());
                WrappedModel wrapped = WrappedModel.load(exported, shape,
                        Normalization.within(Optional.of(new Normalization(means, stds)), new AttackUnits(0, 1, ranges)))) {
            assertThat(logits(plain, normalised)).containsExactly(logits(wrapped, shares), within(1e-4f));
        }
    }

    private static float[] logits(WrappedModel model, float... x) {
        try (NDManager scope = model.newScope()) {
            return model.classifier().logits(scope, Tensors.create(scope, x, 1, FEATURES)).toFloatArray();
        }
    }

    @Test
    void aModelFileIsMeasuredOnATable() throws IOException {
        runs("pgd");
        refusesColumnsThatLieOtherwise();
        List<String> arguments = new ArrayList<>(List.of("evaluate", "--model", folder.resolve("out/pgd/model.pt").toString(), "--classes", "2", "--csv",
                folder.resolve("test.csv").toString(), "--label-column", "risk", "-f", folder.resolve("threat.yaml").toString(), "--suite", "Quick",
                "--samples", "100", "--mean", listed(j -> "" + raw(j, 0.5)).replace(" ", ""), "--std", listed(j -> "" + (MAX[j] - MIN[j]) / 5).replace(" ", "")));
        Files.writeString(folder.resolve("threat.yaml"), manifests("pgd").split("---")[0]);
        TerminationMessage message = run(0, arguments);
        assertThat(message.evaluation().cleanCorrect()).isGreaterThan(88);
        assertThat(message.evaluation().robustCorrect()).isGreaterThan(80);
        arguments.set(arguments.indexOf("risk"), "class");
        assertThat(run(65, arguments).error().message()).contains("test.csv: has no column 'class'");
        arguments.addAll(List.of("--labels", folder.resolve("test.csv").toString()));
        assertThat(run(64, arguments).error().message()).isEqualTo("--csv: expected neither --images nor --labels with --model");
    }

    /** All values are within the ranges of these features, so nothing else would tell. */
    private void refusesColumnsThatLieOtherwise() throws IOException {
        Path table = folder.resolve("test.csv");
        String right = Files.readString(table);
        Files.writeString(table, right.replace("feature 1\"", "feature x\"").replace("feature 2\"", "feature 1\"").replace("feature x\"", "feature 2\""));
        for (Path shard : List.of(folder.resolve("out/pgd/shards/0.json"), folder.resolve("out/pgd/report.json"))) {
            Files.delete(shard);
        }
        TerminationMessage message = run(65, List.of("evaluate", "-f", folder.resolve("pgd.yaml").toString(), "--claim", "data=" + folder,
                "--claim", "out=" + folder.resolve("out")));
        assertThat(message.error().message()).contains("data.test: its columns of features are not those of the training data in the same order");
        Files.writeString(table, right);
    }

    private static String manifests(String method) {
        return MANIFESTS.replace("METHOD", method)
                .replace("RANGES", listed(j -> "{min: \"" + MIN[j] + "\", max: \"" + MAX[j] + "\"}"))
                .replace("MEANS", listed(j -> "\"" + raw(j, 0.5) + "\"")).replace("STDS", listed(j -> "\"" + (MAX[j] - MIN[j]) / 5 + "\""));
    }

    private static String listed(IntFunction<String> each) {
        return IntStream.range(0, FEATURES).mapToObj(each).collect(Collectors.joining(", "));
    }

    private TerminationMessage.Evaluation runs(String method) throws IOException {
        Path manifests = Files.writeString(folder.resolve(method + ".yaml"), manifests(method));
        Files.createDirectories(folder.resolve("out"));
        List<String> options = List.of("-f", manifests.toString(), "--claim", "data=" + folder, "--claim", "out=" + folder.resolve("out"));
        run(0, with("train", options));
        run(0, with("evaluate", options));
        return run(0, with("report", options)).evaluation();
    }

    private static List<String> with(String command, List<String> options) {
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(options);
        return all;
    }

    private TerminationMessage run(int code, List<String> arguments) throws IOException {
        Path log = folder.resolve("termination-log");
        Files.deleteIfExists(log);
        List<String> all = new ArrayList<>(arguments);
        all.addAll(List.of("--termination-log", log.toString()));
        assertThat(Main.commandLine("1.2.3").execute(all.toArray(String[]::new))).isEqualTo(code);
        return TerminationMessages.read(Files.readString(log)).orElseThrow();
    }
}
