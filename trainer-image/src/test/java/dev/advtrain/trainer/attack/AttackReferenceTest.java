package dev.advtrain.trainer.attack;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.advtrain.trainer.model.Classifier;
import dev.advtrain.trainer.model.Loss;
import dev.advtrain.trainer.model.Reference;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.random.Purpose;
import dev.advtrain.trainer.threat.Norm;
import dev.advtrain.trainer.threat.ThreatBudget;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Deterministic attacks from the clean start against what the authors' own implementations gave. */
class AttackReferenceTest {
    private static final Key KEY = Key.of(0, Purpose.ATTACK_START);
    private static final AttackContext KEEPING = new AttackContext(KEY, Cancellation.NEVER, true);

    /** One verdict of a whole file of reference values may differ, whichever the case: where kernels round differently. */
    private static final Map<String, List<String>> DIFFERING = new ConcurrentHashMap<>();

    static List<Reference> references() {
        return Reference.all(AttackReferenceTest.class);
    }

    static Stream<Arguments> normCases() {
        return references().stream().flatMap(reference -> Stream.of(Norm.values()).map(norm -> Arguments.of(reference, norm)));
    }

    static Stream<Arguments> apgdCases() {
        List<Arguments> cases = new ArrayList<>();
        for (Reference reference : references()) {
            for (Norm norm : Norm.values()) {
                cases.add(Arguments.of(reference, norm, Loss.CROSS_ENTROPY));
                cases.add(Arguments.of(reference, norm, Loss.DLR));
            }
        }
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("references")
    void pgd20(Reference reference) {
        ThreatBudget budget = budget(reference, Norm.LINF);
        Pgd attack = new Pgd(budget, Loss.CROSS_ENTROPY, 20, reference.pgdStep(), false);
        try (WrappedModel model = reference.model(); NDManager scope = model.newScope()) {
            Classifier classifier = model.classifier();
            AttackBatch batch = batch(reference, scope);
            NDArray y = scope.create(reference.y());
            NDArray last = attack.craft(classifier, scope, batch, y, KEY, Cancellation.NEVER);
            float[] losses = classifier.lossGradient(scope, Loss.CROSS_ENTROPY, last, y, y).losses().toFloatArray();
            assertMostlyClose(losses, reference.values().floats("pgd20.nors.loss"));
            assertVerdicts(reference, "pgd20", attack.run(classifier, batch, KEEPING), reference.values().floats("pgd20.nors.acc"));
        }
    }

    @ParameterizedTest
    @MethodSource("apgdCases")
    void apgd(Reference reference, Norm norm, Loss loss) {
        String name = "apgd." + norm + (loss == Loss.DLR ? ".dlr" : ".ce");
        Apgd attack = Apgd.fromExamples(budget(reference, norm), loss, 100);
        assertParity(reference, name, attack, reference.y());
    }

    @ParameterizedTest
    @MethodSource("normCases")
    void apgdTowardsTheLikeliestWrongClass(Reference reference, Norm norm) {
        String name = "apgdt2." + norm;
        ThreatBudget budget = budget(reference, norm);
        long[] recorded = reference.values().longs("target2");
        assertParity(reference, name, Apgd.targeted(name, budget, 100, false), recorded);
        ApgdT attack = new ApgdT(budget, 100, 1, false);
        try (WrappedModel model = reference.model(); NDManager scope = model.newScope()) {
            AttackBatch batch = batch(reference, scope);
            AttackRun run = new AttackRun(attack, model.classifier(), batch, KEEPING, scope);
            long[] likeliest = RankedTargets.of(run, 1)[0];
            for (int i : run.unsolved()) {
                assertThat(likeliest[i]).as("target of %s", i).isEqualTo(recorded[i]);
            }
            assertVerdicts(reference, attack.name() + "." + norm, attack.run(model.classifier(), batch, KEEPING), reference.values().floats(name + ".acc"));
        }
    }

    private static void assertParity(Reference reference, String name, Apgd attack, long... targets) {
        try (WrappedModel model = reference.model(); NDManager scope = model.newScope()) {
            AttackBatch batch = batch(reference, scope);
            AttackRun run = new AttackRun(attack, model.classifier(), batch, KEEPING, scope);
            try (ApgdSearch search = new ApgdSearch(run, attack, run.all(), targets, batch.x(), batch.x())) {
                while (!search.done()) {
                    search.step();
                }
                search.finish();
                assertMostlyClose(search.best(), reference.values().floats(name + ".best_loss"));
            }
            assertVerdicts(reference, name, run.result(), reference.values().floats(name + ".acc"));
            assertThat(run.result().gradients()).containsOnly(101);
        }
    }

    @ParameterizedTest
    @MethodSource("normCases")
    void fabTowardsEachTarget(Reference reference, Norm norm) {
        FabT attack = new FabT(budget(reference, norm), 100);
        float[] recorded = reference.values().floats("fabt." + norm + ".dist.targets2-4");
        int ranks = recorded.length / reference.size();
        try (WrappedModel model = reference.model(); NDManager scope = model.newScope()) {
            AttackBatch batch = batch(reference, scope);
            for (int rank = 0; rank < ranks; rank++) {
                AttackRun run = new AttackRun(attack, model.classifier(), batch, KEEPING, scope);
                long[][] targets = RankedTargets.of(run, ranks);
                int[] right = run.unsolved();
                try (FabSearch search = new FabSearch(run, right, targets[rank], run.examples(scope, right).x(), run.examples(scope, right).x())) {
                    for (int step = 0; step < 100; step++) {
                        search.step();
                    }
                    int close = 0;
                    int far = 0;
                    for (int i : right) {
                        double error = Math.abs(search.distances()[i] / recorded[i * ranks + rank] - 1);
                        close += error <= 1e-3 ? 1 : 0;
                        far += error <= 0.02 ? 0 : 1;
                    }
                    assertThat(close).as("within 1e-3 of the recorded, of %s, rank %s", right.length, rank).isGreaterThanOrEqualTo((int) Math.ceil(0.9 * right.length));
                    assertThat(far).as("farther than 2 %% from the recorded, rank %s", rank).isLessThanOrEqualTo(2);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("normCases")
    void distancesOfFabAreTheLeastOverItsTargets(Reference all, Norm norm) {
        Reference reference = all.images(IntStream.range(0, all.size() / 2).toArray());
        FabT attack = new FabT(budget(reference, norm), 100, 3, 1);
        float[] recorded = reference.values().floats("fabt." + norm + ".dist.targets2-4");
        try (WrappedModel model = reference.model(); NDManager scope = model.newScope()) {
            AttackBatch batch = batch(reference, scope);
            double[] distances = attack.distances(model.classifier(), batch, KEEPING);
            AttackResult result = attack.run(model.classifier(), batch, new AttackContext(KEY, Cancellation.NEVER));
            int close = 0;
            for (int i = 0; i < distances.length; i++) {
                float least = Math.min(recorded[3 * i], Math.min(recorded[3 * i + 1], recorded[3 * i + 2]));
                close += Math.abs(distances[i] - least) <= 1e-3 * least ? 1 : 0;
                assertThat(result.success(i)).as("example %s at %s", i, distances[i]).isEqualTo(distances[i] <= attack.budget().epsilon());
            }
            assertThat(close).isGreaterThanOrEqualTo((int) Math.ceil(0.9 * distances.length));
        }
    }

    @Test
    void checkpointsAreThoseOfThePaper() {
        int[] windows = new Apgd(new ThreatBudget(Norm.LINF, 0.1, 0, 1), Loss.CROSS_ENTROPY, 100).windows();
        List<Integer> ends = new ArrayList<>();
        for (int i = 0; i < windows.length; i++) {
            if (windows[i] > 0) {
                ends.add(i + 1);
            }
        }
        assertThat(ends).containsExactly(22, 41, 57, 70, 80, 87, 93, 99);
    }

    private static ThreatBudget budget(Reference reference, Norm norm) {
        return new ThreatBudget(norm, reference.epsilon().get(norm.toString()), 0, 1);
    }

    private static AttackBatch batch(Reference reference, NDManager scope) {
        NDArray x = scope.create(reference.x(), new Shape(Reference.SHAPE.batch(reference.size())));
        return new AttackBatch(x, reference.y(), LongStream.range(0, reference.size()).toArray());
    }

    private static void assertMostlyClose(float[] found, float[] expected) {
        int close = 0;
        for (int i = 0; i < found.length; i++) {
            if (Math.abs(found[i] - expected[i]) <= 1e-3 * Math.abs(expected[i])) {
                close++;
            }
        }
        assertThat(close).as("close to the recorded, of %s", found.length).isGreaterThanOrEqualTo((int) Math.ceil(0.9 * found.length));
    }

    private static void assertVerdicts(Reference reference, String name, AttackResult result, float[] robust) {
        List<String> differing = DIFFERING.computeIfAbsent(reference.name(), _ -> new ArrayList<>());
        for (int i = 0; i < robust.length; i++) {
            if (result.success(i) == robust[i] > 0) {
                differing.add(name + " of example " + i);
            }
        }
        assertThat(differing).as("judged differently in %s so far", reference).hasSizeLessThanOrEqualTo(1);
    }
}
