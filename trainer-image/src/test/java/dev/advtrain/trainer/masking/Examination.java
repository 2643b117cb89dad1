package dev.advtrain.trainer.masking;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.advtrain.api.v1alpha1.status.GradientMasking;
import dev.advtrain.api.v1alpha1.status.GradientMasking.Check;
import dev.advtrain.api.v1alpha1.status.GradientMasking.CheckVerdict;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelSpec;
import dev.advtrain.trainer.attack.Apgd;
import dev.advtrain.trainer.attack.Attack;
import dev.advtrain.trainer.attack.AttackBatch;
import dev.advtrain.trainer.attack.AttackContext;
import dev.advtrain.trainer.attack.AttackResult;
import dev.advtrain.trainer.attack.Cancellation;
import dev.advtrain.trainer.attack.Fgsm;
import dev.advtrain.trainer.attack.Suites;
import dev.advtrain.trainer.data.Dataset;
import dev.advtrain.trainer.model.Classifier;
import dev.advtrain.trainer.model.Loss;
import dev.advtrain.trainer.model.ModelShape;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.random.Purpose;
import dev.advtrain.trainer.tensor.Tensors;
import dev.advtrain.trainer.tensor.TorchScriptArchive;
import dev.advtrain.trainer.threat.ThreatBudget;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A model attacked by FGSM, PGD-20 and APGD-CE in turn, then probed and judged.
 *
 * @param clean  right without an attack, {@code robust} after all three
 * @param suite  what the three cost, in passes forward; a gradient counts as {@value #GRADIENT}
 * @param probes what the probes cost
 */
record Examination(int samples, int clean, int robust, double suite, double probes, GradientMasking masking) {
    /** As measured for these models: the input gradient takes as long as a pass forward and a half. */
    private static final double GRADIENT = 2.5;
    private static final int BATCH = 250;
    private static final int PROBE_KEYS = 100;
    private static final ObjectMapper JSON = new ObjectMapper();

    static Examination of(TorchScriptArchive archive, ModelShape shape, String threatModel, Dataset data) {
        try (WrappedModel model = WrappedModel.load(archive, shape, Optional.empty())) {
            ThreatModelSpec spec = JSON.readValue(threatModel, ThreatModelSpec.class);
            return new Examiner(model.classifier(), data).examine(ThreatBudget.of(spec, shape.features()), spec, shape);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    List<String> suspected() {
        return masking.checks().stream().filter(check -> check.verdict() == CheckVerdict.SUSPECTED).map(Check::name).toList();
    }

    private static final class Examiner {
        private final Classifier classifier;
        private final Dataset data;
        private int unstable;

        Examiner(Classifier classifier, Dataset data) {
            this.classifier = classifier;
            this.data = data;
        }

        Examination examine(ThreatBudget budget, ThreatModelSpec spec, ModelShape shape) {
            int n = data.size();
            BitSet clean = new BitSet();
            ExampleFacts facts = ExampleFacts.NONE;
            for (int from = 0; from < n; from += BATCH) {
                try (NDManager scope = classifier.newScope()) {
                    AttackBatch batch = batch(scope, IntStream.range(from, Math.min(n, from + BATCH)).toArray());
                    facts = facts.merge(ExampleFacts.measure(classifier, batch));
                    int[] predicted = classifier.predict(batch.x());
                    for (int i = 0; i < predicted.length; i++) {
                        clean.set(from + i, predicted[i] == batch.labels()[i]);
                    }
                }
            }
            boolean differentiable = facts.gradientError() == null;
            double before = cost();
            BitSet robust = clean;
            if (differentiable) {
                List<Attack> suite = List.of(new Fgsm(budget), Suites.pgd20(budget), new Apgd(budget, Loss.CROSS_ENTROPY, 100));
                for (int i = 0; i < suite.size(); i++) {
                    robust = attack(suite.get(i), robust, i);
                }
            }
            int found = unstable;
            double suiteCost = cost() - before;
            Map<String, BitSet> probes = new LinkedHashMap<>();
            for (Probe probe : Probes.of(budget, spec, shape)) {
                if (differentiable || !probe.needsGradient()) {
                    BitSet examples = (BitSet) (probe.on() == Probe.On.RIGHT ? clean : robust).clone();
                    examples.and(Probes.examples(n));
                    probes.put(probe.name(), attack(probe.attack(), examples, PROBE_KEYS + probes.size()));
                }
            }
            return new Examination(n, clean.cardinality(), robust.cardinality(), suiteCost, cost() - before - suiteCost,
                    MaskingChecks.judge(List.of(new MaskingEvidence(n, clean, robust, probes, facts, found))).getFirst());
        }

        private double cost() {
            return classifier.forwards() + GRADIENT * classifier.gradients();
        }

        private BitSet attack(Attack attack, BitSet examples, int number) {
            BitSet right = (BitSet) examples.clone();
            int[] positions = examples.stream().toArray();
            AttackContext context = new AttackContext(Key.of(0, Purpose.ATTACK_START).withAttack(number), Cancellation.NEVER);
            for (int from = 0; from < positions.length; from += BATCH) {
                int[] chosen = Arrays.copyOfRange(positions, from, Math.min(positions.length, from + BATCH));
                try (NDManager scope = classifier.newScope()) {
                    AttackResult result = attack.run(classifier, batch(scope, chosen), context);
                    for (int i = 0; i < chosen.length; i++) {
                        right.set(chosen[i], !result.success(i));
                        unstable += result.unstable()[i] ? 1 : 0;
                    }
                }
            }
            return right;
        }

        private AttackBatch batch(NDManager scope, int... positions) {
            long[] shape = {positions.length, data.shape()[0], data.shape()[1], data.shape()[2]};
            return new AttackBatch(Tensors.create(scope, data.values(positions), shape), Arrays.stream(positions).mapToLong(data::label).toArray(),
                    Arrays.stream(positions).mapToLong(data::id).toArray());
        }
    }
}
