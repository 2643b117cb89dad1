package dev.advtrain.trainer.masking;

import dev.advtrain.api.v1alpha1.threatmodel.Knowledge;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelSpec;
import dev.advtrain.trainer.attack.Apgd;
import dev.advtrain.trainer.attack.Attack;
import dev.advtrain.trainer.attack.Fgsm;
import dev.advtrain.trainer.attack.Noise;
import dev.advtrain.trainer.attack.Pgd;
import dev.advtrain.trainer.attack.Square;
import dev.advtrain.trainer.masking.Probe.On;
import dev.advtrain.trainer.model.Loss;
import dev.advtrain.trainer.model.ModelShape;
import dev.advtrain.trainer.threat.ThreatBudget;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Function;

/**
 * The probes that {@link MaskingChecks} compares. Each is run with a key whose attack number no attack of the suite has,
 * so that its random start is another.
 *
 * <p>Where {@link ExampleFacts#gradientError} is set the model has no gradient: attacks that need one cannot run. The
 * probes for which {@link Probe#needsGradient} holds are then left out, and with them the checks that need them.
 */
public final class Probes {
    /** Begins the names of the sweep's probes; the epsilon follows, at most six digits long. */
    public static final String SWEEP = "sweep/";
    /** On so many examples at most: enough for a difference of 10 images to count, whatever the sample. */
    public static final int MOST_EXAMPLES = 500;

    static final String ONE_STEP = "FGSM";
    static final String DLR = "PGD-20 on DLR";
    static final String RESCALED = "PGD-20 on rescaled logits";
    static final String NOISE = "Gaussian noise";
    static final String BLACK_BOX = "Square";
    static final String UNBOUNDED = "PGD-10 unbounded";
    static final String MORE_EFFORT = "APGD-CE again";

    private static final List<String> FACTORS = List.of("0.25", "0.5", "1", "1.5", "2", "4");
    /** Where the budget itself stands among the factors; a budget is never cut. */
    private static final int DECLARED = 2;
    private static final MathContext EPSILON_DIGITS = new MathContext(6);
    private static final int PGD_STEPS = 20;
    private static final double PGD_STEP = 0.25;
    private static final int APGD_STEPS = 50;
    private static final int QUERIES = 200;
    private static final int NOISE_DRAWS = 20;
    /** Of these steps five cross the whole range. */
    private static final int UNBOUNDED_STEPS = 10;
    private static final double UNBOUNDED_STEP = 0.2;

    private Probes() {}

    /**
     * Of one threat model. None where epsilon is 0: there is nothing to search. Where the attacker sees only scores, the
     * sweep (by Square) and noise, within the query budget.
     */
    public static List<Probe> of(ThreatBudget budget, ThreatModelSpec threatModel, ModelShape shape) {
        if (budget.epsilon() == 0) {
            return List.of();
        }
        List<Probe> probes = new ArrayList<>();
        if (threatModel.knowledge() != Knowledge.WHITE_BOX) {
            int queries = threatModel.queryBudget();
            if (shape.image()) {
                sweep(budget, shape, other -> new Square(other, Math.min(QUERIES, queries)), probes);
            }
            probes.add(new Probe(NOISE, Noise.gaussian(budget, Math.min(NOISE_DRAWS, queries)), On.RIGHT));
            return List.copyOf(probes);
        }
        // Exact: a model that is merely certain is no suspect, and the suite's other losses find its examples.
        sweep(budget, shape, other -> pgd20(other, Loss.EXACT_CROSS_ENTROPY), probes);
        probes.add(new Probe(ONE_STEP, new Fgsm(budget), On.RIGHT));
        probes.add(new Probe(NOISE, Noise.gaussian(budget, NOISE_DRAWS), On.RIGHT));
        if (shape.image()) {
            probes.add(new Probe(BLACK_BOX, new Square(budget, QUERIES), On.RIGHT));
        }
        if (shape.classes() >= Loss.DLR.leastClasses()) {
            probes.add(new Probe(DLR, pgd20(budget, Loss.DLR), On.RIGHT));
        }
        probes.add(new Probe(RESCALED, pgd20(budget, Loss.RESCALED_CROSS_ENTROPY), On.RIGHT));
        ThreatBudget whole = budget.withEpsilon(whole(budget, shape));
        // Rescaled: whether the plain loss suffers from large logits is for a check of its own.
        probes.add(new Probe(UNBOUNDED, new Pgd(whole, Loss.RESCALED_CROSS_ENTROPY, UNBOUNDED_STEPS, whole.epsilon() * UNBOUNDED_STEP, false),
                On.RIGHT));
        probes.add(new Probe(MORE_EFFORT, new Apgd(budget, Loss.CROSS_ENTROPY, APGD_STEPS), On.SURVIVORS));
        return List.copyOf(probes);
    }

    private static Pgd pgd20(ThreatBudget budget, Loss loss) {
        return new Pgd(budget, loss, PGD_STEPS, budget.epsilon() * PGD_STEP, true);
    }

    private static void sweep(ThreatBudget budget, ModelShape shape, Function<ThreatBudget, Attack> attack, List<Probe> probes) {
        double last = 0;
        for (String factor : FACTORS) {
            double epsilon = Math.min(BigDecimal.valueOf(budget.epsilon()).multiply(new BigDecimal(factor)).doubleValue(), whole(budget, shape));
            if (epsilon > last) {
                probes.add(new Probe(SWEEP + epsilon(epsilon), attack.apply(budget.withEpsilon(epsilon)), On.RIGHT));
            }
            last = epsilon;
        }
    }

    /** As the names of the sweep's probes have it. */
    public static String epsilon(double epsilon) {
        return BigDecimal.valueOf(epsilon).round(EPSILON_DIGITS).stripTrailingZeros().toPlainString();
    }

    private static double whole(ThreatBudget budget, ModelShape shape) {
        return budget.norm().diameter(budget.max() - budget.min(), shape.features());
    }

    /** The probe that attacks within the budget itself, of the sweep's names in the order of their epsilon. */
    static String declared(List<String> sweep) {
        return sweep.get(DECLARED);
    }

    /** Which samples the probes attack, by position: evenly spread, so that every shard has its share. */
    public static BitSet examples(int samples) {
        BitSet examples = new BitSet(samples);
        int most = Math.min(samples, MOST_EXAMPLES);
        for (int i = 0; i < most; i++) {
            examples.set((int) ((long) i * samples / most));
        }
        return examples;
    }
}
