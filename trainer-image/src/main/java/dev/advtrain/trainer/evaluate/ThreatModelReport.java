package dev.advtrain.trainer.evaluate;

import dev.advtrain.api.v1alpha1.status.GradientMasking;
import dev.advtrain.resolve.RunSpec.ResolvedThreatModel;
import dev.advtrain.trainer.attack.AttackPlan;
import dev.advtrain.trainer.evaluate.ShardResult.AttackVerdicts;
import dev.advtrain.trainer.evaluate.ShardResult.ThreatModelVerdicts;
import dev.advtrain.trainer.masking.ExampleFacts;
import dev.advtrain.trainer.masking.MaskingChecks;
import dev.advtrain.trainer.masking.MaskingEvidence;
import dev.advtrain.trainer.masking.Probe;
import dev.advtrain.trainer.masking.Probes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/**
 * What all shards found against one threat model.
 *
 * @param parts one a shard, in order
 * @param clean right without an attack, over all samples
 * @param labels of all samples
 */
record ThreatModelReport(EvaluationPlan plan, ResolvedThreatModel threatModel, List<Part> parts, int samples, Verdicts clean, int[] labels,
        ExampleFacts facts) {
    private static final int PICTURES = 12;

    /** @param from the shard's first sample */
    record Part(int from, ThreatModelVerdicts verdicts) {}

    /** What {@link MaskingChecks} judge. */
    MaskingEvidence evidence() {
        int unstable = IntStream.range(0, suite()).map(this::unstable).sum();
        return new MaskingEvidence(samples, clean.bits(), robust().bits(), probes(), facts, unstable);
    }

    /**
     * @param masking  judged on the {@link #evidence}
     * @param warnings what a person should know is added to them
     */
    Report.Result build(GradientMasking masking, Set<String> warnings) {
        List<Report.Attack> attacks = IntStream.range(0, suite()).mapToObj(a -> attack(a, warnings)).toList();
        List<String> notes = plan.attacks(threatModel, facts).notes();
        if (plan.weakened(threatModel, facts)) {
            warnings.add(threatModel.name() + ": " + notes.getLast());
        }
        Verdicts robust = robust();
        int classes = plan.format().classes();
        int[] predicted = parts.stream().flatMapToInt(part -> Arrays.stream(part.verdicts().predicted())).toArray();
        Map<String, BitSet> probes = probes();
        warnOfWeakSuite(robust, probes, warnings);
        return new Report.Result(threatModel.kind(), threatModel.name(), threatModel.spec(), Report.Share.of(robust.count(), samples), attacks,
                notes, sweep(probes), classShares(robust), confusion(labels, predicted, classes), pictures(),
                masking);
    }

    /** The part of it that an incoming model has. */
    Report.BaselineResult baseline(Set<String> warnings) {
        AttackPlan attacks = plan.attacks(threatModel, facts);
        if (plan.weakened(threatModel, facts)) {
            warnings.add(threatModel.name() + ": " + attacks.notes().getLast());
        }
        return new Report.BaselineResult(threatModel.kind(), threatModel.name(), Report.Share.of(robust().count(), samples),
                IntStream.range(0, suite()).mapToObj(a -> attack(a, warnings)).toList(), attacks.notes());
    }

    /** What a check's attack broke within the budget is no longer robust, whatever the suite says. */
    private void warnOfWeakSuite(Verdicts robust, Map<String, BitSet> probes, Set<String> warnings) {
        BitSet fallen = new BitSet();
        for (Probe probe : plan.probes(threatModel, facts)) {
            if (probe.attack().budget().epsilon() <= plan.budget(threatModel).epsilon()) {
                BitSet broken = plan.probed(robust, new Range(0, samples)).bits();
                broken.andNot(probes.get(probe.name()));
                fallen.or(broken);
            }
        }
        if (!fallen.isEmpty()) {
            warnings.add("%s: %d of the samples that withstood the suite fell to other attacks within the budget: a stronger suite would find less robust accuracy"
                    .formatted(threatModel.name(), fallen.cardinality()));
        }
    }

    /** Right under every attack: the last attack's, which come on top of each other. */
    Verdicts robust() {
        return merge(part -> part.attacks().isEmpty() ? null : part.attacks().getLast().survivors());
    }

    private Report.Attack attack(int a, Set<String> warnings) {
        String name = parts.getFirst().verdicts().attacks().get(a).name();
        int unstable = unstable(a);
        if (unstable > MaskingChecks.toleratedUnstable(samples)) {
            warnings.add("%s of %s: %d of %d examples were found misclassified once and right again; is the model random?"
                    .formatted(name, threatModel.name(), unstable, samples));
        }
        double seconds = parts.stream().mapToDouble(part -> part.verdicts().attacks().get(a).seconds()).sum();
        return new Report.Attack(name, Report.Share.of(merge(part -> part.attacks().get(a).survivors()).count(), samples), unstable,
                sum(a, AttackVerdicts::forwards), sum(a, AttackVerdicts::gradients), Math.round(10 * seconds) / 10.0);
    }

    /** The number of attacks. */
    private int suite() {
        return parts.getFirst().verdicts().attacks().size();
    }

    private int unstable(int a) {
        return Math.toIntExact(sum(a, AttackVerdicts::unstable));
    }

    private long sum(int a, ToLongFunction<AttackVerdicts> value) {
        return parts.stream().mapToLong(part -> value.applyAsLong(part.verdicts().attacks().get(a))).sum();
    }

    /** Right after each probe alone, by its name. */
    private Map<String, BitSet> probes() {
        Map<String, BitSet> right = new LinkedHashMap<>();
        List<Probe> probes = plan.probes(threatModel, facts);
        for (int i = 0; i < probes.size(); i++) {
            int probe = i;
            right.put(probes.get(i).name(), merge(part -> part.probes().get(probe).survivors()).bits());
        }
        return right;
    }

    private List<Report.SweepPoint> sweep(Map<String, BitSet> probes) {
        if (probes.keySet().stream().noneMatch(name -> name.startsWith(Probes.SWEEP))) {
            return List.of();
        }
        Map<String, BitSet> byEpsilon = new LinkedHashMap<>();
        // Of the probed samples too, so that the curve is of the same ones throughout.
        byEpsilon.put("0", plan.probed(clean, new Range(0, samples)).bits());
        probes.forEach((name, right) -> {
            if (name.startsWith(Probes.SWEEP)) {
                byEpsilon.put(name.substring(Probes.SWEEP.length()), right);
            }
        });
        int probed = Probes.examples(samples).cardinality();
        String declared = Probes.epsilon(plan.budget(threatModel).epsilon());
        return byEpsilon.entrySet().stream().map(point -> new Report.SweepPoint(point.getKey(),
                Report.Share.of(point.getValue().cardinality(), probed), point.getKey().equals(declared))).toList();
    }

    private List<Report.ClassShare> classShares(Verdicts robust) {
        return IntStream.range(0, plan.format().classes()).filter(c -> Arrays.stream(labels).anyMatch(label -> label == c)).mapToObj(c -> {
            int[] of = IntStream.range(0, samples).filter(i -> labels[i] == c).toArray();
            return new Report.ClassShare(c, Report.Share.of((int) Arrays.stream(of).filter(clean::right).count(), of.length),
                    Report.Share.of((int) Arrays.stream(of).filter(robust::right).count(), of.length));
        }).toList();
    }

    /** [true class][class predicted] */
    static List<List<Integer>> confusion(int[] labels, int[] predicted, int classes) {
        int[][] counts = new int[classes][classes];
        for (int i = 0; i < labels.length; i++) {
            counts[labels[i]][predicted[i]]++;
        }
        return Arrays.stream(counts).map(row -> Arrays.stream(row).boxed().toList()).toList();
    }

    /** In turn from each shard. */
    private List<Picture> pictures() {
        List<Picture> chosen = new ArrayList<>();
        for (int i = 0; chosen.size() < PICTURES && i < parts.stream().mapToInt(part -> part.verdicts().pictures().size()).max().orElse(0); i++) {
            for (Part part : parts) {
                if (i < part.verdicts().pictures().size() && chosen.size() < PICTURES) {
                    chosen.add(part.verdicts().pictures().get(i));
                }
            }
        }
        return chosen;
    }

    /** Null where a shard has no attack: what is right without one. */
    private Verdicts merge(Function<ThreatModelVerdicts, Verdicts> value) {
        Verdicts all = Verdicts.NONE;
        for (Part part : parts) {
            Verdicts found = value.apply(part.verdicts());
            if (found == null) {
                return clean;
            }
            all = all.with(found, part.from());
        }
        return all;
    }
}
