package dev.advtrain.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelKind;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelSpec;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelSpec.FeatureRange;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelSpec.InputRange;
import dev.advtrain.api.v1alpha1.training.AdversarialTrainingJob;
import dev.advtrain.api.v1alpha1.training.MultiThreat;
import dev.advtrain.api.v1alpha1.training.TrainingSpec;
import dev.advtrain.crds.Manifest;
import dev.advtrain.resolve.Resolution.Reason;
import dev.advtrain.resolve.Resolution.Refused;
import dev.advtrain.resolve.Resolution.Resolved;
import dev.advtrain.resolve.RunSpec.ResolvedThreatModel;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResolverTest {
    private static final String[] MINIMAL = {"spec={threatModels: [{name: linf-0.1}], "
            + "model: {builtin: {architecture: SmallCnn, classes: 10, inputShape: [1, 28, 28]}}, "
            + "data: {train: {builtinDigits: {count: 2000, seed: 1}}, test: {builtinDigits: {count: 600, seed: 2}}}, "
            + "output: {uri: pvc://models/digits}}"};

    @Test
    void everyDefaultIsFilledIn() throws IOException {
        RunSpec runSpec = resolved("0.1", MINIMAL);
        try (InputStream expected = getClass().getResourceAsStream("/manifests/minimal-resolved.json")) {
            ObjectMapper json = new ObjectMapper();
            assertThat(json.readTree(runSpec.evaluateJson())).isEqualTo(json.readTree(expected));
        }
        assertThat(resolution("0.1", MINIMAL)).isInstanceOfSatisfying(Resolved.class, r ->
                assertThat(r.limits()).isEqualTo(new Resolution.RetryLimits(3, 100)));
    }

    @Test
    void whatIsGivenIsKept() {
        RunSpec runSpec = resolved("0.1");
        AdversarialTrainingJob job = job();
        assertThat(runSpec.training()).isEqualTo(job.getSpec().training());
        assertThat(runSpec.evaluation()).isEqualTo(job.getSpec().evaluation());
        assertThat(runSpec.model()).isEqualTo(job.getSpec().model());
        assertThat(runSpec.acceptance()).isEqualTo(job.getSpec().acceptance());
    }

    /** What has no part in a method stays open; so does the step size, which follows each threat model. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "pgd|{}|{\"attack\":\"Pgd\",\"epsilonWarmupEpochs\":0,\"randomStart\":true,\"steps\":10}",
        "pgd|{steps: 7, stepSize: \"2/255\", randomStart: false}|{\"attack\":\"Pgd\",\"epsilonWarmupEpochs\":0,\"randomStart\":false,\"stepSize\":\"2/255\",\"steps\":7}",
        "mart|{attack: DeepFool}|{\"attack\":\"DeepFool\",\"epsilonWarmupEpochs\":0,\"steps\":50}",
        "fgsmRs|{epsilonWarmupEpochs: 2}|{\"attack\":\"Pgd\",\"epsilonWarmupEpochs\":2,\"randomStart\":true,\"steps\":1}",
        "free|{}|{\"epsilonWarmupEpochs\":0}"})
    void innerMaximizationFollowsTheMethod(String method, String given, String resolved) {
        RunSpec runSpec = resolved("0.1", "spec.training={method: {" + method + ": {}}, innerMaximization: " + given + "}");
        assertThat(CanonicalJson.write(runSpec.training().innerMaximization())).isEqualTo(resolved);
    }

    @Test
    void methodsTakeTheirDefaults() {
        assertThat(training("trades").method().trades().beta()).isEqualTo("6");
        assertThat(training("mart").method().mart().beta()).isEqualTo("5");
        assertThat(training("free").method().free().replays()).isEqualTo(8);
        assertThat(training("free", "spec.training.epochs=3").method().free().replays()).isEqualTo(3);
        assertThat(training("fgsmRs").method().fgsmRs().gradAlign()).isNull();
        assertThat(training("trades").multiThreat()).isEqualTo(MultiThreat.MAX);
        assertThat(training("free").multiThreat()).isNull();
        assertThat(training("pgd").cleanFraction()).isEqualTo("0");
        assertThat(training("mart").cleanFraction()).isNull();
        assertThat(training("standard").innerMaximization()).isNull();
    }

    private static TrainingSpec training(String method, String... edits) {
        return resolved("0.1", Stream.concat(Stream.of("spec.training={method: {" + method + ": {}}}"), Stream.of(edits)).toArray(String[]::new))
                .training();
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "2, 1", "20, 1"})
    void theWarmUpIsShorterThanTheTraining(int epochs, int warmup) {
        RunSpec runSpec = resolved("0.1", "spec.training={epochs: " + epochs + "}");
        assertThat(runSpec.training().schedule().cosine().warmupEpochs()).isEqualTo(warmup);
    }

    @Test
    void nesterovNeedsMomentum() {
        assertThat(resolved("0.1", "spec.training.optimizer.sgd={momentum: \"0\"}").training().optimizer().sgd().nesterov()).isFalse();
    }

    @Test
    void samplesAreThoseThereAre() {
        assertThat(resolved("0.1", "-spec.evaluation.samples", "spec.data.test.limit=300").evaluation().samples()).isNull();
        assertThat(resolved("0.1", "-spec.evaluation.samples", "-spec.data.test.limit").evaluation().samples()).isNull();
    }

    @Test
    void theIncomingModelIsMeasuredWhereThereIsOne() {
        String own = "spec.model={torchScript: {uri: pvc://m/a.pt, classes: 10, inputShape: [1, 28, 28]}}";
        assertThat(resolved("0.1", "-spec.evaluation.baseline").evaluation().baseline()).isTrue();
        assertThat(resolved("0.1", "-spec.evaluation", own).evaluation().baseline()).isTrue();
        assertThat(resolved("0.1", "spec.evaluation.baseline=false", own).evaluation().baseline()).isFalse();
        assertThat(resolved("0.1", "-spec.evaluation.baseline", "-spec.model.initialWeights").evaluation().baseline()).isFalse();
        assertThat(refused("-spec.model.initialWeights").message()).isEqualTo("spec.evaluation.baseline: Invalid value: true: "
                + "there is no incoming model to measure: baseline needs model.torchScript or model.initialWeights");
    }

    @Test
    void aDefaultMustFitWhatIsGiven() {
        assertThat(refused("-spec.evaluation.samples", "spec.data.test.limit=10", "spec.evaluation.shards=11").message())
                .isEqualTo("spec.evaluation.shards: Invalid value: 11: shards must be at most samples");
    }

    @Test
    void trainingNeedsSomethingToSelectBy() {
        assertThat(refused("spec.data.train.limit=19").message()).isEqualTo("spec.data.validationFraction: Invalid value: \"0.05\": "
                + "leaves none of the training examples to select the best epoch by, which are 19");
        assertThat(resolved("0.1", "spec.data.train.limit=20").data().train().limit()).isEqualTo(20);
    }

    @Test
    void requestsAreWithinLimits() {
        assertThat(refused("spec.resources={requests: {memory: 2Gi}, limits: {memory: 2000Mi}}").message())
                .isEqualTo("spec.resources.requests.memory: Invalid value: \"2Gi\": must be at most the limit");
        resolved("0.1", "spec.resources={requests: {memory: 1024Mi}, limits: {memory: 1Gi}}");
    }

    @Test
    void aPodUsesOneGpu() {
        String one = "must be 1, of one kind of GPU: a pod uses one; shards of an evaluation run at the same time";
        assertThat(refused("spec.resources={limits: {nvidia.com/gpu: 2}}").message())
                .isEqualTo("spec.resources.limits.nvidia.com/gpu: Invalid value: \"2\": " + one);
        assertThat(refused("spec.resources={limits: {nvidia.com/gpu: 1, nvidia.com/mig-1g.5gb: 1}}").message())
                .isEqualTo("spec.resources.limits.nvidia.com/mig-1g.5gb: Invalid value: \"1\": " + one);
        assertThat(refused("spec.resources={requests: {nvidia.com/gpu: 0}, limits: {nvidia.com/gpu: 1}}").message())
                .isEqualTo("spec.resources.requests.nvidia.com/gpu: Invalid value: \"0\": must be equal to the limit, "
                        + "as Kubernetes has it for devices");
        for (String fine : List.of("{limits: {nvidia.com/gpu: 1}}", "{limits: {nvidia.com/gpu: 0}}", "{requests: {nvidia.com/gpu: 1}}",
                "{requests: {nvidia.com/mig-1g.5gb: 1}, limits: {nvidia.com/mig-1g.5gb: 1}}")) {
            resolved("0.1", "spec.resources=" + fine);
        }
    }

    @Test
    void filesOfThisMachineAreFineWithoutACluster() {
        AdversarialTrainingJob job = job("spec.output.uri=file:///tmp/models");
        assertThat(new Resolver(threatModels("0.1"), Place.LAPTOP).resolve(job)).isInstanceOf(Resolved.class);
        assertThat(new Resolver(threatModels("0.1"), Place.CLUSTER).resolve(job)).isInstanceOf(Refused.class);
    }

    @Test
    void aMissingThreatModelIsNamed() {
        Refused refused = (Refused) new Resolver((kind, name) -> Optional.empty(), Place.CLUSTER).resolve(job());
        assertThat(refused.reason()).isEqualTo(Reason.THREAT_MODEL_NOT_FOUND);
        assertThat(refused.message()).isEqualTo("spec.threatModels[0]: Invalid value: \"linf-0.1\": there is no ThreatModel of this name");
    }

    @Test
    void aMalformedThreatModelIsNamed() {
        Refused refused = (Refused) resolution("1.5");
        assertThat(refused.reason()).isEqualTo(Reason.INVALID_THREAT_MODEL);
        assertThat(refused.message()).isEqualTo("ThreatModel linf-0.1: spec.perturbation.lp.epsilon: Invalid value: \"1.5\": "
                + "a Linf epsilon must be at most inputRange.max - inputRange.min, or 1 with perFeature");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"28 | [1, 28, 28]", "7140/255 | [1, 28, 28]", "55 | [3, 32, 32]"})
    void anL2BudgetMayBeAsLongAsTheLongestChange(String epsilon, String shape) {
        resolved("spec.perturbation.lp={norm: L2, epsilon: \"" + epsilon + "\"}", "-spec.model.normalization",
                "spec.model.builtin.inputShape=" + shape);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "1000 | [1, 28, 28] | 28 | 784", "28.1 | [1, 28, 28] | 28 | 784", "7141/255 | [1, 28, 28] | 28 | 784", "56 | [3, 32, 32] | 55.4256 | 3072"})
    void anL2BudgetBeyondTheLongestChangeIsNamed(String epsilon, String shape, String limit, int values) {
        Refused refused = (Refused) resolution("spec.perturbation.lp={norm: L2, epsilon: \"" + epsilon + "\"}",
                "-spec.model.normalization", "spec.model.builtin.inputShape=" + shape);
        assertThat(refused.reason()).isEqualTo(Reason.INVALID_THREAT_MODEL);
        assertThat(refused.message()).isEqualTo("ThreatModel linf-0.1: spec.perturbation.lp.epsilon: Invalid value: \"" + epsilon
                + "\": an L2 epsilon must be at most " + limit + " for this job: (inputRange.max - inputRange.min) x sqrt(" + values
                + "), the number of values of an input");
    }

    @Test
    void anEmptyThreatModelIsNamed() {
        ThreatModelSpec empty = new ThreatModelSpec(null, null, null, null, null, null);
        Refused refused = (Refused) new Resolver((kind, name) -> Optional.of(empty), Place.CLUSTER).resolve(job());
        assertThat(refused.message()).contains("spec.inputRange: Required value").contains("spec.perturbation: Required value");
    }

    @Test
    void allThreatModelsHaveOneInputRange() {
        assertThat(ThreatModelRules.oneInputRange(List.of(withRange("a", "0", "1"), withRange("b", "0.0", "1.00")))).isEmpty();
        assertThat(ThreatModelRules.oneInputRange(List.of(withRange("a", "0", "1"), withRange("b", "0", "255"))))
                .extracting(FieldError::sentence).containsExactly(
                        "ThreatModel b: spec.inputRange: Invalid value: [0, 255]: must be the inputRange of ThreatModel a");
    }

    @Test
    void rangesPerFeatureAreComparedPerFeature() {
        ResolvedThreatModel first = withRanges("a", "17", "90", "0", "1e5");
        assertThat(ThreatModelRules.oneInputRange(List.of(first, withRanges("b", "17.0", "90", "-0", "100000")))).isEmpty();
        String must = ": must be the inputRange of ThreatModel a";
        assertThat(ThreatModelRules.oneInputRange(List.of(first, withRanges("b", "17", "90", "0", "1e6"), withRanges("c", "17", "90"),
                withRange("d", "0", "1")))).extracting(FieldError::sentence).containsExactly(
                        "ThreatModel b: spec.inputRange: Invalid value: perFeature of 2" + must,
                        "ThreatModel c: spec.inputRange: Invalid value: perFeature of 1" + must,
                        "ThreatModel d: spec.inputRange: Invalid value: [0, 1]" + must);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", value = {
        "[2] | csv | 1 | -",
        "[2] | npz | 0.5 | -",
        "[3] | csv | 1 | spec.inputRange.perFeature: Invalid value: list of 2: must have 3 ranges for this job, one for each value of an input: "
                + "the model's inputShape is [3]",
        "[2] | csv | L2 1.4142 | -",
        "[2] | csv | L2 1.4143 | spec.perturbation.lp.epsilon: Invalid value: \"1.4143\": an L2 epsilon must be at most 1.41421 for this job: sqrt(2), "
                + "the number of values of an input",
        "[2] | idx | 1 | spec.modality: Invalid value: \"Tabular\": needs csv or npz as spec.data.test of the job"})
    void aTableFitsModelAndData(String shape, String test, String epsilon, String sentence) {
        Resolution resolution = new Resolver((kind, name) -> Optional.of(threatModel("spec.modality=Tabular",
                "spec.inputRange={perFeature: [{min: \"17\", max: \"90\"}, {min: \"0\", max: \"1e5\"}]}",
                "spec.perturbation.lp={norm: " + (epsilon.startsWith("L2 ") ? "L2" : "Linf") + ", epsilon: \"" + epsilon.replace("L2 ", "") + "\"}")),
                Place.CLUSTER).resolve(job("spec.model={builtin: {architecture: Mlp, classes: 2, inputShape: " + shape + "}}", "-spec.evaluation",
                "spec.data.train={csv: {uri: pvc://d/train.csv}}", "-spec.data.augmentation",
                test.equals("idx") ? "-spec.data.test.limit" : "spec.data.test={" + test + ": {uri: pvc://d/test}}"));
        assertThat(resolution instanceof Refused refused ? refused.message() : null)
                .isEqualTo(sentence == null ? null : "ThreatModel linf-0.1: " + sentence);
        if (resolution instanceof Resolved resolved) {
            RunSpec runSpec = resolved.runSpec();
            assertThat(runSpec.data().train().csv().labelColumn()).isEqualTo("label");
            assertThat(RunSpecReader.read(runSpec.evaluateJson())).isEqualTo(runSpec);
            assertThat(RunSpecReader.read(runSpec.trainJson())).isEqualTo(runSpec.forTraining());
        }
    }

    @Test
    void valuesWithRangesOfTheirOwnAreNotMoved() {
        Resolution resolution = new Resolver((kind, name) -> Optional.of(threatModel("spec.modality=Tabular",
                "spec.inputRange={perFeature: [{min: \"0\", max: \"1\"}, {min: \"0\", max: \"2\"}]}")), Place.CLUSTER)
                .resolve(job("spec.model={builtin: {architecture: Mlp, classes: 2, inputShape: [1, 1, 2]}}", "-spec.evaluation",
                        "spec.data.train={npz: {uri: pvc://d/train}}", "spec.data.test={npz: {uri: pvc://d/test}}",
                        "spec.data.augmentation=[{horizontalFlip: {}}]"));
        assertThat(((Refused) resolution).message()).isEqualTo("ThreatModel linf-0.1: spec.inputRange.perFeature: Invalid value: list of 2: "
                + "must be left out for this job: data.augmentation is of images, whose values have one range");
    }

    @Test
    void attacksTakeTheirDefaults() {
        RunSpec runSpec = resolved("0.1", "spec.evaluation={attacks: [{fgsm: {}}, {pgd: {}}, {apgd: {}}, {apgdTargeted: {}}, {fab: {}}, "
                + "{fabTargeted: {}}, {square: {}}, {noise: {}}]}");
        assertThat(CanonicalJson.write(runSpec.evaluation().attacks())).isEqualTo("[{\"fgsm\":{}},"
                + "{\"pgd\":{\"loss\":\"CrossEntropy\",\"randomStart\":true,\"restarts\":1,\"steps\":20,\"targets\":[]}},"
                + "{\"apgd\":{\"loss\":\"CrossEntropy\",\"restarts\":1,\"steps\":100}},{\"apgdTargeted\":{\"steps\":100,\"targets\":9}},"
                + "{\"fab\":{\"restarts\":1,\"steps\":100}},{\"fabTargeted\":{\"restarts\":1,\"steps\":100,\"targets\":9}},"
                + "{\"square\":{\"queries\":5000}},{\"noise\":{\"distribution\":\"Uniform\",\"draws\":100}}]");
    }

    @Test
    void queriesStayWithinTheLeastBudget() {
        assertThat(resolved("spec.knowledge=ScoreBlackBox", "-spec.evaluation.attacks").threatModels().getFirst().spec().queryBudget()).isEqualTo(5000);
        assertThat(resolved("0.1").threatModels().getFirst().spec().queryBudget()).isNull();
        Resolution resolution = resolve(Map.of("linf-0.1", threatModel("0.1"), "scores", scores(60)),
                "spec.threatModels=[{name: linf-0.1}, {name: scores}]", "spec.evaluation={attacks: [{square: {}}, {noise: {}}]}");
        assertThat(CanonicalJson.write(((Resolved) resolution).runSpec().evaluation().attacks()))
                .isEqualTo("[{\"square\":{\"queries\":60}},{\"noise\":{\"distribution\":\"Uniform\",\"draws\":60}}]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{pgd: {}} | spec.evaluation.attacks[1]: Invalid value: \"pgd\": must be square or noise: ThreatModel scores has the knowledge ScoreBlackBox",
        "{fabTargeted: {}} | spec.evaluation.attacks[1]: Invalid value: \"fabTargeted\": must be square or noise: ThreatModel scores has",
        "{square: {queries: 61}} | spec.evaluation.attacks[1].square.queries: Invalid value: 61: must be at most the queryBudget of ThreatModel scores, 60",
        "{noise: {draws: 61}} | spec.evaluation.attacks[1].noise.draws: Invalid value: 61: must be at most the queryBudget of ThreatModel scores, 60"})
    void anAttackThatTheKnowledgeDoesNotAllowIsNamed(String attack, String sentence) {
        Resolution resolution = resolve(Map.of("linf-0.1", threatModel("0.1"), "scores", scores(60)),
                "spec.threatModels=[{name: linf-0.1}, {name: scores}]",
                "spec.evaluation={attacks: [{square: {queries: 60}}, " + attack + "]}");
        Refused refused = (Refused) resolution;
        assertThat(refused.reason()).isEqualTo(Reason.INVALID_SPEC);
        assertThat(refused.errors()).hasSize(1);
        assertThat(refused.message()).startsWith(sentence);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", value = {
        "0.1 | {attacks: [{square: {}}]} | spec.evaluation.attacks[0]: Invalid value: \"square\": needs inputs of the shape [channels, height, width], "
                + "but the model's are [784]",
        "spec.knowledge=ScoreBlackBox | {suite: Quick} | spec.evaluation.suite: Invalid value: \"Quick\": must be Custom: ThreatModel linf-0.1 leaves Square "
                + "alone, which needs inputs of the shape [channels, height, width], but the model's are [784]",
        "spec.knowledge=ScoreBlackBox | {suite: Custom, attacks: [{noise: {}}]} | -",
        "0.1 | {suite: AutoAttack} | -"})
    void squareIsForImages(String threatModel, String evaluation, String sentence) {
        Resolution resolution = resolution(threatModel, "spec.model={builtin: {architecture: Mlp, classes: 10, inputShape: [784]}}",
                "spec.evaluation=" + evaluation);
        assertThat(resolution instanceof Refused refused ? refused.message() : null).isEqualTo(sentence);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{apgd: {loss: Dlr}} | 3 | spec.evaluation.attacks[0].apgd.loss: Invalid value: \"Dlr\": needs a model of at least 3 classes, but this one has 2",
        "{pgd: {loss: Dlr}} | 3 | spec.evaluation.attacks[0].pgd.loss: Invalid value: \"Dlr\": needs a model of at least 3 classes, but this one has 2",
        "{pgd: {loss: Dlr, targets: [0]}} | 4 | spec.evaluation.attacks[0].pgd.loss: Invalid value: \"Dlr\": needs a model of at least 4 classes, "
                + "but this one has 3",
        "{apgdTargeted: {}} | 4 | spec.evaluation.attacks[0]: Invalid value: \"apgdTargeted\": needs a model of at least 4 classes, but this one has 3",
        "{pgd: {targets: [0, 7]}} | 8 | spec.evaluation.attacks[0].pgd.targets[1]: Invalid value: 7: must be a class of the model, 0 to 6"})
    void anAttackThatNeedsMoreClassesIsNamed(String attack, int classes, String sentence) {
        String edit = "spec.evaluation={attacks: [" + attack + "]}";
        assertThat(refused(edit, "spec.model.builtin.classes=" + (classes - 1)).message()).isEqualTo(sentence);
        resolved("0.1", edit, "spec.model.builtin.classes=" + classes);
        resolved("0.1", "spec.evaluation={suite: AutoAttackPlus}", "spec.model.builtin.classes=2");
    }

    @Test
    void aJobWithoutNameOrSpecIsRefused() {
        Resolver resolver = new Resolver(threatModels("0.1"), Place.CLUSTER);
        assertThat(((Refused) resolver.resolve(new AdversarialTrainingJob())).message()).isEqualTo("metadata.name: Required value");
        AdversarialTrainingJob job = job();
        job.setSpec(null);
        assertThat(((Refused) resolver.resolve(job)).message()).isEqualTo("spec: Required value");
    }

    @Test
    void everythingWrongIsSaidAtOnce() {
        assertThat(refused("spec.training.epochs=0", "spec.evaluation.shards=0", "spec.output.uri=models").errors())
                .extracting(FieldError::path).containsExactly("spec.training.epochs", "spec.evaluation.shards", "spec.output.uri");
    }

    private static ResolvedThreatModel withRange(String name, String min, String max) {
        return new ResolvedThreatModel(ThreatModelKind.THREAT_MODEL, name,
                new ThreatModelSpec(null, null, null, InputRange.of(min, max), null, null));
    }

    /** @param ends min and max of each feature */
    private static ResolvedThreatModel withRanges(String name, String... ends) {
        List<FeatureRange> features = new ArrayList<>();
        for (int i = 0; i < ends.length; i += 2) {
            features.add(new FeatureRange(ends[i], ends[i + 1]));
        }
        return new ResolvedThreatModel(ThreatModelKind.THREAT_MODEL, name,
                new ThreatModelSpec(null, null, null, new InputRange(null, null, features), null, null));
    }

    private static AdversarialTrainingJob job(String... edits) {
        return new ObjectMapper().convertValue(Manifest.of("AdversarialTrainingJob", edits), AdversarialTrainingJob.class);
    }

    /** @param threatModel an epsilon, or an edit of the manifest */
    private static ThreatModelLookup threatModels(String threatModel) {
        ThreatModelSpec spec = threatModel(threatModel);
        return (kind, name) -> Optional.of(spec);
    }

    private static ThreatModelSpec threatModel(String... edits) {
        String[] all = Arrays.stream(edits).map(edit -> edit.contains("=") ? edit : "spec.perturbation.lp.epsilon=\"" + edit + "\"")
                .toArray(String[]::new);
        return new ObjectMapper().convertValue(Manifest.of("ThreatModel", all).get("spec"), ThreatModelSpec.class);
    }

    private static ThreatModelSpec scores(int queryBudget) {
        return threatModel("0.1", "spec.knowledge=ScoreBlackBox", "spec.queryBudget=" + queryBudget);
    }

    private static Resolution resolve(Map<String, ThreatModelSpec> threatModels, String... edits) {
        return new Resolver((kind, name) -> Optional.ofNullable(threatModels.get(name)), Place.CLUSTER).resolve(job(edits));
    }

    private static Resolution resolution(String threatModel, String... edits) {
        return new Resolver(threatModels(threatModel), Place.CLUSTER).resolve(job(edits));
    }

    private static RunSpec resolved(String threatModel, String... edits) {
        Resolution resolution = resolution(threatModel, edits);
        assertThat(resolution).isInstanceOf(Resolved.class);
        return ((Resolved) resolution).runSpec();
    }

    private static Refused refused(String... edits) {
        Resolution resolution = resolution("0.1", edits);
        assertThat(resolution).isInstanceOf(Refused.class);
        assertThat(((Refused) resolution).reason()).isEqualTo(Reason.INVALID_SPEC);
        return (Refused) resolution;
    }
}
