package dev.advtrain.trainer.masking;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The comparisons of attacks that the probes of one threat model allow. Only examples that are right without an attack count. */
final class Comparisons {
    private final MaskingEvidence evidence;
    private final BitSet examples;
    private final BitSet right;
    /** The sweep's probes, the smallest epsilon first. */
    private final List<String> sweep;

    Comparisons(MaskingEvidence evidence) {
        this.evidence = evidence;
        this.examples = Probes.examples(evidence.samples());
        this.right = (BitSet) evidence.clean().clone();
        right.and(examples);
        this.sweep = evidence.probes().keySet().stream().filter(name -> name.startsWith(Probes.SWEEP))
                .sorted(Comparator.comparingDouble(name -> Double.parseDouble(epsilon(name)))).toList();
    }

    /** How many examples were probed, and how many of them are right without an attack. */
    int examples() {
        return examples.cardinality();
    }

    int right() {
        return right.cardinality();
    }

    List<Comparison> all() {
        if (sweep.isEmpty()) {
            return List.of();
        }
        return Stream.of(iterativeBeatsOneStep(), whiteBoxBeatsBlackBox(), unboundedAttackSucceeds(), successGrowsWithEpsilon(), searchBeatsNoise(),
                gradientsDoNotVanish(), crossEntropyMatchesDlr(), moreEffortGainsNothing()).flatMap(Optional::stream).toList();
    }

    private Optional<Comparison> iterativeBeatsOneStep() {
        return weaker("IterativeBeatsOneStep", Probes.ONE_STEP);
    }

    private Optional<Comparison> whiteBoxBeatsBlackBox() {
        return weaker("WhiteBoxBeatsBlackBox", Probes.BLACK_BOX);
    }

    private Optional<Comparison> searchBeatsNoise() {
        return weaker("SearchBeatsNoise", Probes.NOISE);
    }

    /** An attack that should break fewer examples than the search within the declared budget does. */
    private Optional<Comparison> weaker(String name, String probe) {
        if (!has(probe)) {
            return Optional.empty();
        }
        PairedCounts counts = PairedCounts.of(broken(probe), broken(searched()));
        return Optional.of(Comparison.of(name, counts, right(), "of %d examples %d fell to %s but not to %s, and %d the other way round"
                .formatted(right(), counts.suspect(), probe, search(), counts.expected())));
    }

    private Optional<Comparison> unboundedAttackSucceeds() {
        if (!has(Probes.UNBOUNDED)) {
            return Optional.empty();
        }
        PairedCounts counts = new PairedCounts(right() - broken(Probes.UNBOUNDED).cardinality(), 0);
        return Optional.of(Comparison.of("UnboundedAttackSucceeds", counts, right(),
                "PGD-10 on rescaled logits left %d of %d examples although it may change an input into any other".formatted(counts.suspect(), right())));
    }

    /** Each epsilon against the next larger one; the worst pair, corrected for their number. */
    private Optional<Comparison> successGrowsWithEpsilon() {
        if (sweep.size() < 2) {
            return Optional.empty();
        }
        List<PairedCounts> pairs = new ArrayList<>();
        for (int i = 1; i < sweep.size(); i++) {
            pairs.add(PairedCounts.of(broken(sweep.get(i - 1)), broken(sweep.get(i))));
        }
        PairedCounts worst = pairs.stream().min(Comparator.comparingDouble(PairedCounts::p)).orElseThrow();
        int at = pairs.indexOf(worst) + 1;
        String counts = sweep.stream().map(probe -> broken(probe).cardinality() + " at epsilon " + epsilon(probe)).collect(Collectors.joining(", "));
        return Optional.of(new Comparison("SuccessGrowsWithEpsilon", Math.min(1, pairs.size() * worst.p()), worst.difference(),
                right(), Math.min(1, pairs.size() * new PairedCounts(right(), 0).p()),
                "of %d examples %s broke %s; %d fell at %s but not at %s, and %d the other way round %s".formatted(right(), search(), counts,
                        worst.suspect(), epsilon(sweep.get(at - 1)), epsilon(sweep.get(at)), worst.expected(), worst.text())));
    }

    /** Vanishing alone is no defect: only where the search failed for it and something else succeeds. */
    private Optional<Comparison> gradientsDoNotVanish() {
        BitSet others = new BitSet();
        Stream.of(Probes.BLACK_BOX, Probes.NOISE, Probes.DLR, Probes.RESCALED).filter(this::has).map(this::broken).forEach(others::or);
        if (!has(Probes.RESCALED)) {
            return Optional.empty();
        }
        BitSet vanishing = new BitSet();
        evidence.facts().vanishingGradient().forEach(vanishing::set);
        vanishing.and(right);
        BitSet searched = (BitSet) broken(searched()).clone();
        searched.and(vanishing);
        others.and(vanishing);
        PairedCounts counts = PairedCounts.of(others, searched);
        return Optional.of(Comparison.of("GradientsDoNotVanish", counts, vanishing.cardinality(),
                "the gradient vanishes at %d of %d examples, of which %d fell to another attack or on rescaled logits but not to %s, and %d the other way round"
                        .formatted(vanishing.cardinality(), right(), counts.suspect(), search(), counts.expected())));
    }

    /** Both DLR, where it is defined, and rescaled logits must do better: either alone may suit a model more. */
    private Optional<Comparison> crossEntropyMatchesDlr() {
        if (!has(Probes.RESCALED)) {
            return Optional.empty();
        }
        PairedCounts rescaled = PairedCounts.of(broken(Probes.RESCALED), broken(searched()));
        String text = "of %d examples %d fell to %s but not to %s, and %d the other way round %s".formatted(right(), rescaled.suspect(),
                Probes.RESCALED, search(), rescaled.expected(), rescaled.text());
        if (!has(Probes.DLR)) {
            return Optional.of(Comparison.of("CrossEntropyMatchesDlr", rescaled.p(), rescaled.difference(), right(),
                    text + "; DLR is not defined for two classes"));
        }
        PairedCounts dlr = PairedCounts.of(broken(Probes.DLR), broken(searched()));
        return Optional.of(Comparison.of("CrossEntropyMatchesDlr", Math.max(rescaled.p(), dlr.p()), Math.min(rescaled.difference(), dlr.difference()),
                right(), text + "; on DLR %d and %d %s".formatted(dlr.suspect(), dlr.expected(), dlr.text())));
    }

    private Optional<Comparison> moreEffortGainsNothing() {
        if (!has(Probes.MORE_EFFORT)) {
            return Optional.empty();
        }
        BitSet robust = (BitSet) evidence.robust().clone();
        robust.and(right);
        PairedCounts counts = new PairedCounts(PairedCounts.without(robust, evidence.probes().get(Probes.MORE_EFFORT)).cardinality(), 0);
        return Optional.of(Comparison.of("MoreEffortGainsNothing", counts, robust.cardinality(),
                "another 50 steps of APGD-CE from a new start broke %d of the %d examples that the suite left"
                        .formatted(counts.suspect(), robust.cardinality())));
    }

    private String searched() {
        return Probes.declared(sweep);
    }

    /** The attack of the sweep. */
    private String search() {
        return evidence.whiteBox() ? "PGD-20" : "Square";
    }

    private boolean has(String probe) {
        return evidence.probes().containsKey(probe);
    }

    private BitSet broken(String probe) {
        return PairedCounts.without(right, evidence.probes().get(probe));
    }

    private static String epsilon(String probe) {
        return probe.substring(Probes.SWEEP.length());
    }
}
