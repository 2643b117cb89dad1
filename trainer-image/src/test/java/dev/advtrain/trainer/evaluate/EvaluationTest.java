package dev.advtrain.trainer.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.advtrain.api.v1alpha1.Location;
import dev.advtrain.api.v1alpha1.evaluation.EvaluationSpec;
import dev.advtrain.api.v1alpha1.evaluation.Sampling;
import dev.advtrain.api.v1alpha1.evaluation.Suite;
import dev.advtrain.api.v1alpha1.threatmodel.Norm;
import dev.advtrain.api.v1alpha1.training.DataSource;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.resolve.RunSpec;
import dev.advtrain.resolve.Sha256;
import dev.advtrain.trainer.TestData;
import dev.advtrain.trainer.TestRuns;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.attack.Cancellation;
import dev.advtrain.trainer.model.Reference;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.storage.Locations;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Evaluations of a trained model: that of the reference values, on digits, or on Fashion-MNIST where there is data. */
class EvaluationTest {
    private static final String RUN_ID = "run";
    private static final DataSource DIGITS = DataSource.of(new DataSource.BuiltinDigits(400, 2L), null);

    @TempDir
    Path folder;

    /** All shards of one evaluation, put together again. */
    private record Whole(List<Long> indices, Map<String, BitSet> verdicts) {
        Whole first(int samples) {
            Map<String, BitSet> first = new LinkedHashMap<>();
            verdicts.forEach((attack, right) -> first.put(attack, right.get(0, samples)));
            return new Whole(indices.subList(0, samples), first);
        }

        /** In how many examples the two differ, under any attack. */
        int differences(Whole other) {
            BitSet different = new BitSet();
            verdicts.forEach((attack, right) -> {
                BitSet x = (BitSet) right.clone();
                x.xor(other.verdicts.get(attack));
                different.or(x);
            });
            return different.cardinality();
        }
    }

    @Test
    void verdictsDoNotDependOnShardsAndBatches() {
        Reference reference = Reference.all(EvaluationTest.class).getLast();
        boolean digits = reference.name().equals("digits");
        DataSource test = digits ? DIGITS : fashionMnist();
        int samples = digits ? 150 : 1000;
        Whole whole = evaluate(reference, test, "0.1", samples, 1, 250);
        assertThat(whole.indices).doesNotHaveDuplicates().hasSize(samples);
        // Fewer samples are the first of the same, and enough where each is a batch of its own.
        for (int[] sampleShardsAndBatch : new int[][] {{samples, 3, 250}, {samples, 7, 32}, {60, 1, 1}}) {
            int compared = sampleShardsAndBatch[0];
            Whole other = evaluate(reference, test, "0.1", compared, sampleShardsAndBatch[1], sampleShardsAndBatch[2]);
            assertThat(other.indices).isEqualTo(whole.indices.subList(0, compared));
            assertThat(other.differences(whole.first(compared))).as("samples, shards and batch size %s", Arrays.toString(sampleShardsAndBatch))
                    .isLessThanOrEqualTo(1);
        }
    }

    @Test
    void withoutABudgetRobustIsClean() {
        Whole whole = evaluate(Reference.digits(), DIGITS, "0", 100, 2, 64);
        assertThat(whole.verdicts.keySet()).containsExactlyInAnyOrder("clean", "FGSM", "PGD-20", "APGD-CE");
        assertThat(whole.verdicts.get("clean").cardinality()).isGreaterThan(20);
        assertThat(whole.verdicts.values()).containsOnly(whole.verdicts.get("clean"));
    }

    @Test
    void eachAttackGetsOnlyWhatIsStillRight() {
        RunSpec run = run(DIGITS, "0.1", new EvaluationSpec(Suite.QUICK, List.of(), 60, Sampling.FIRST, 1, 250));
        List<EvaluationProgress> seen = new ArrayList<>();
        trained(Reference.digits(), Map.of());
        try (Evaluation evaluation = open(run, () -> false, new EvaluationListener() {
            @Override
            public void attacked(EvaluationProgress progress) {
                seen.add(progress);
            }
        })) {
            evaluation.run(0);
        }
        assertThat(seen).extracting(EvaluationProgress::attack).containsExactly("clean", "FGSM", "PGD-20", "APGD-CE");
        for (int i = 1; i < seen.size(); i++) {
            assertThat(seen.get(i).of()).isEqualTo(seen.get(i - 1).right());
            assertThat(seen.get(i).right()).isLessThanOrEqualTo(seen.get(i - 1).right());
        }
        ShardResult shard = new ShardStore(output(), EvaluationPlan.of(run, RUN_ID), modelSha256()).read(0);
        assertThat(shard.indices()).isEqualTo(LongStream.range(0, 60).toArray());
        assertThat(shard.testData()).containsOnlyKeys("builtinDigits");
        assertThat(shard.threatModels().getFirst().attacks()).allSatisfy(attack -> assertThat(attack.gradients()).isPositive());
    }

    @Test
    void aShardThatIsDoneIsLeftAlone() throws IOException {
        RunSpec run = run(DIGITS, "0.1", TestRuns.quick(20, 2, 250));
        trained(Reference.digits(), Map.of());
        List<String> messages = new ArrayList<>();
        EvaluationListener listener = new EvaluationListener() {
            @Override
            public void message(String text) {
                messages.add(text);
            }
        };
        try (Evaluation evaluation = open(run, () -> false, listener)) {
            evaluation.run(0);
            byte[] first = output().child("shards/0.json").readAll();
            evaluation.run(0);
            assertThat(output().child("shards/0.json").readAll()).isEqualTo(first);
            assertThat(messages).containsExactly("shard 0 is done already");
            // One that was cut off, or is another run's, is made again.
            output().child("shards/0.json").write(Arrays.copyOf(first, first.length / 2));
            evaluation.run(0);
            String again = new String(output().child("shards/0.json").readAll(), StandardCharsets.UTF_8);
            output().child("shards/0.json").write(bytes(again.replace("\"" + RUN_ID + "\"", "\"other\"")));
            evaluation.run(0);
        }
        assertThat(messages).hasSize(1);
        assertThat(new ShardStore(output(), EvaluationPlan.of(run, RUN_ID), modelSha256()).read(0).runId()).isEqualTo(RUN_ID);
    }

    @Test
    void samplesThatAreLeftOpenAreThoseThereAre() {
        DataSource few = DataSource.of(new DataSource.BuiltinDigits(30, 2L), null);
        EvaluationSpec open = new EvaluationSpec(Suite.QUICK, List.of(), null, Sampling.RANDOM, 2, 250);
        RunSpec run = run(few, "0.1", open);
        trained(Reference.digits(), Map.of());
        try (Evaluation evaluation = open(run, () -> false, EvaluationListener.NONE)) {
            evaluation.run(0);
            evaluation.run(1);
        }
        Report report = Reporter.report(run, RUN_ID, output());
        assertThat(report.clean().samples()).isEqualTo(30);
        assertThat(report.evaluation().samples()).isEqualTo(30);
        refused(ExitCode.DATA, "evaluation.shards: 2; expected at most 1, the number of samples",
                () -> open(run(DataSource.of(new DataSource.BuiltinDigits(1, 2L), null), "0.1", open), () -> false, EvaluationListener.NONE));
    }

    @Test
    void robustMeansRightUnderEveryThreatModel() {
        RunSpec run = TestRuns.against(run(DIGITS, "0.1", TestRuns.quick(90, 2, 40)), TestRuns.threatModel("linf", Norm.LINF, "0.06"),
                TestRuns.threatModel("l2", Norm.L2, "0.6"), TestRuns.threatModel("none", Norm.L2, "0"));
        trained(Reference.digits(), Map.of());
        try (Evaluation evaluation = open(run, () -> false, EvaluationListener.NONE)) {
            evaluation.run(0);
            evaluation.run(1);
        }
        Report report = Reporter.report(run, RUN_ID, output());
        ShardStore store = new ShardStore(output(), EvaluationPlan.of(run, RUN_ID), modelSha256());
        int union = 0;
        for (int i = 0; i < 2; i++) {
            union += store.read(i).threatModels().stream().map(found -> found.attacks().getLast().survivors()).reduce(Verdicts::and).orElseThrow().count();
        }
        assertThat(report.robust()).isEqualTo(Report.Share.of(union, 90));
        assertThat(report.results()).extracting(Report.Result::name).containsExactly("linf", "l2", "none");
        // Neither threat model takes all that the other takes.
        assertThat(report.results().subList(0, 2)).extracting(result -> result.robust().correct())
                .allMatch(robust -> robust > report.robust().correct() && robust < report.clean().correct());
        assertThat(report.results().getLast().robust()).isEqualTo(report.clean());
        for (Report.Result result : report.results()) {
            assertThat(IntStream.range(0, 10).map(i -> result.confusion().get(i).get(i)).sum()).isEqualTo(result.robust().correct());
            assertThat(result.confusion().stream().flatMap(List::stream).mapToInt(i -> i).sum()).isEqualTo(90);
            assertThat(result.classes().stream().mapToInt(c -> c.robust().correct()).sum()).isEqualTo(result.robust().correct());
        }
        Picture picture = report.results().getFirst().pictures().getFirst();
        assertThat(picture.label()).isEqualTo(picture.cleanPrediction()).isNotEqualTo(picture.adversarialPrediction());
        assertThat(picture.cleanConfidence()).isBetween(0.1, 1.0);
        assertThat(Base64.getDecoder().decode(picture.adversarial())).hasSize(784 * 4).isNotEqualTo(Base64.getDecoder().decode(picture.clean()));
    }

    @Test
    void stopsBetweenStepsAndGoesOnFromTheLastBatch() throws IOException {
        RunSpec run = run(DIGITS, "0.1", TestRuns.quick(24, 1, 8));
        trained(Reference.digits(), Map.of());
        AtomicInteger looks = new AtomicInteger();
        long undisturbed = passes(run, () -> looks.incrementAndGet() < 0);
        JsonNode whole = verdicts();
        long batch = mostPassesOfABatch(whole, 8);
        for (int tenth = 1; tenth < 10; tenth += 2) {
            output().child("shards/0.json").delete();
            AtomicInteger asked = new AtomicInteger();
            int stop = looks.get() * tenth / 10;
            long passes = passes(run, () -> asked.incrementAndGet() > stop);
            assertThat(output().child("shards").list()).containsExactly("0.partial.json");
            passes += passes(run, () -> false);
            assertThat(output().child("shards").list()).containsExactly("0.json");
            assertThat(verdicts()).isEqualTo(whole);
            assertThat(passes).as("stopped at %s of 10", tenth).isBetween(undisturbed, undisturbed + batch);
        }
    }

    @Test
    void whatAnotherRunLeftOfAShardIsIgnored() throws IOException {
        RunSpec run = run(DIGITS, "0.1", TestRuns.quick(20, 1, 250));
        trained(Reference.digits(), Map.of());
        passes(run, () -> false);
        byte[] whole = output().child("shards/0.json").readAll();
        JsonNode verdicts = verdicts();
        output().child("shards/0.json").delete();
        for (String other : List.of(new String(whole, StandardCharsets.UTF_8).replace("\"" + RUN_ID + "\"", "\"other\""), "{", "null")) {
            output().child("shards/0.partial.json").write(bytes(other));
            passes(run, () -> false);
            assertThat(verdicts()).isEqualTo(verdicts);
            output().child("shards/0.json").delete();
        }
    }

    /** Runs shard 0, stopped or not, and counts the examples that went through the model. */
    private long passes(RunSpec run, Cancellation cancellation) {
        try (Evaluation evaluation = open(run, cancellation, EvaluationListener.NONE)) {
            try {
                evaluation.run(0);
            } catch (TrainerException e) {
                assertThat(e).hasMessage("stopped in shard 0; what is done is kept");
                assertThat(e.exitCode()).isEqualTo(ExitCode.STOPPED);
            }
            return evaluation.classifier().forwards() + evaluation.classifier().gradients();
        }
    }

    /** Shard 0, without what differs between two equal runs. */
    private JsonNode verdicts() throws IOException {
        JsonNode shard = new ObjectMapper().readTree(output().child("shards/0.json").readAll());
        shard.findParents("seconds").forEach(attack -> ((ObjectNode) attack).remove("seconds"));
        return shard;
    }

    /** No attack spends more on one batch. */
    private static long mostPassesOfABatch(JsonNode shard, int batch) {
        long most = 0;
        for (String list : List.of("attacks", "probes")) {
            for (JsonNode attack : shard.at("/threatModels/0/" + list)) {
                long passes = attack.path("forwards").asLong() + attack.path("gradients").asLong();
                long batches = Math.max(1, (attack.path("done").asLong() + batch - 1) / batch);
                most = Math.max(most, 2 * passes / batches);
            }
        }
        return most;
    }

    @Test
    void dataTheModelWasTrainedOnIsRefused() {
        RunSpec run = run(DIGITS, "0.1", TestRuns.quick(20, 1, 250));
        trained(Reference.digits(), Map.of("builtinDigits", Sha256.hex("version=1 seed=2")));
        refused(ExitCode.DATA, "data.test: its builtinDigits are those the model was trained on (digest "
                + Sha256.hex("version=1 seed=2") + "); expected other data", () -> open(run, () -> false, EvaluationListener.NONE));
    }

    @Test
    void idxImagesTheModelWasTrainedOnAreRefused() throws IOException {
        byte[] images = new byte[16 + 2 * 28 * 28];
        ByteBuffer.wrap(images).putInt(0x803).putInt(2).putInt(28).putInt(28);
        Files.write(folder.resolve("images"), images);
        Files.write(folder.resolve("labels"), new byte[] {0, 0, 8, 1, 0, 0, 0, 2, 4, 2});
        RunSpec run = run(DataSource.of(new DataSource.Idx(new Location("pvc://data/images", null), new Location("pvc://data/labels", null)),
                null), "0.1", TestRuns.quick(2, 1, 250));
        Locations locations = new Locations(Map.of("data", folder), Map.of("out", folder), false);
        // Labels may be alike in two sets, images not.
        trained(Reference.digits(), Map.of("images", "other", "labels", Sha256.hex(Files.readAllBytes(folder.resolve("labels")))));
        Evaluation.open(run, RUN_ID, locations, () -> false, EvaluationListener.NONE).close();
        trained(Reference.digits(), Map.of("images", Sha256.hex(images)));
        refused(ExitCode.DATA, "data.test: its images are those the model was trained on (digest " + Sha256.hex(images)
                + "); expected other data", () -> Evaluation.open(run, RUN_ID, locations, () -> false, EvaluationListener.NONE));
    }

    @Test
    void anEpsilonThatNoTwoInputsAreApartIsRefused() {
        refused(ExitCode.RUN_SPEC, "perturbation.lp.epsilon is 1.5, expected at most 1.0, which is as far as inputs of 784 values in "
                + "inputRange can be apart in Linf", () -> open(run(DIGITS, "1.5", TestRuns.quick(20, 1, 250)), () -> false, EvaluationListener.NONE));
    }

    @Test
    void moreSamplesThanThereAreAreRefused() {
        RunSpec run = run(DIGITS, "0.1", TestRuns.quick(401, 1, 250));
        trained(Reference.digits(), Map.of());
        refused(ExitCode.DATA, "evaluation.samples: 401; expected at most 400, the examples of data.test",
                () -> open(run, () -> false, EvaluationListener.NONE));
    }

    @Test
    void aModelThatIsNotTheOneThatWasTrainedIsRefused() {
        RunSpec run = run(DIGITS, "0.1", TestRuns.quick(20, 1, 250));
        trained(Reference.digits(), Map.of());
        String expected = modelSha256();
        output().child("model.pt").write(bytes("another model"));
        refused(ExitCode.DATA, "pvc://out/model/model.pt: sha256 is " + Sha256.hex("another model") + "; expected " + expected
                + " as in training.json", () -> open(run, () -> false, EvaluationListener.NONE));
        output().child("model.pt").delete();
        refused(ExitCode.DATA, "pvc://out/model/model.pt: no such file", () -> open(run, () -> false, EvaluationListener.NONE));
    }

    private Whole evaluate(Reference reference, DataSource test, String epsilon, int samples, int shards, int batchSize) {
        RunSpec run = run(test, epsilon, TestRuns.quick(samples, shards, batchSize));
        trained(reference, Map.of());
        output().child("shards").list().forEach(file -> output().child("shards/" + file).delete());
        try (Evaluation evaluation = open(run, () -> false, EvaluationListener.NONE)) {
            IntStream.range(0, shards).forEach(evaluation::run);
        }
        ShardStore store = new ShardStore(output(), EvaluationPlan.of(run, RUN_ID), modelSha256());
        List<Long> indices = new ArrayList<>();
        Map<String, BitSet> verdicts = new LinkedHashMap<>();
        for (int i = 0; i < shards; i++) {
            ShardResult shard = store.read(i);
            int from = shard.range().from();
            Arrays.stream(shard.indices()).forEach(indices::add);
            put(verdicts, "clean", shard.clean().right(), from);
            shard.threatModels().getFirst().attacks().forEach(attack -> put(verdicts, attack.name(), attack.survivors(), from));
        }
        return new Whole(indices, verdicts);
    }

    private static void put(Map<String, BitSet> verdicts, String attack, Verdicts slice, int from) {
        BitSet all = verdicts.computeIfAbsent(attack, _ -> new BitSet());
        IntStream.of(slice.examples()).forEach(example -> all.set(from + example));
    }

    private static RunSpec run(DataSource test, String epsilon, EvaluationSpec evaluation) {
        return TestRuns.digits(100, 1, epsilon, test, evaluation);
    }

    private DataSource fashionMnist() {
        TestData.FashionMnist data = TestData.fashionMnist(EvaluationTest.class).orElseThrow();
        return DataSource.of(new DataSource.Idx(new Location("pvc://data/" + data.testImages().getFileName(), null),
                new Location("pvc://data/" + data.testLabels().getFileName(), null)), null);
    }

    private Locations locations() {
        Map<String, Path> inputs = TestData.fashionMnist(EvaluationTest.class).map(data -> Map.of("data", data.testImages().getParent()))
                .orElse(Map.of());
        return new Locations(inputs, Map.of("out", folder), false);
    }

    private dev.advtrain.trainer.storage.Location output() {
        return locations().output("output.uri", "pvc://out/model");
    }

    private Evaluation open(RunSpec run, Cancellation cancellation, EvaluationListener listener) {
        return Evaluation.open(run, RUN_ID, locations(), cancellation, listener);
    }

    /** Leaves a model in the output location as training does. */
    private void trained(Reference reference, Map<String, String> trainDigests) {
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        try (WrappedModel model = reference.model()) {
            model.export(false).write(archive);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        output().child("model.pt").write(archive.toByteArray());
        String digests = trainDigests.entrySet().stream().map(e -> "\"" + e.getKey() + "\": \"" + e.getValue() + "\"")
                .reduce((a, b) -> a + ", " + b).orElse("");
        output().child("training.json").write(bytes("""
                {"schemaVersion": 1, "runId": "%s", "model": {"file": "model.pt", "sha256": "%s"}, "selectedEpoch": 1,
                 "data": {"train": {%s}}}""".formatted(RUN_ID, Sha256.hex(archive.toByteArray()), digests)));
    }

    private String modelSha256() {
        try {
            return Sha256.hex(Files.readAllBytes(folder.resolve("model/model.pt")));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void refused(ExitCode code, String message, ThrowingCallable action) {
        assertThatThrownBy(action).isInstanceOfSatisfying(TrainerException.class, e -> assertThat(e.exitCode()).isEqualTo(code))
                .hasMessage(message);
    }
}
