package dev.advtrain.trainer.masking;

import java.util.BitSet;
import java.util.Map;

/**
 * What the checks of one threat model judge. Bits go by the position of the example among the samples.
 *
 * @param clean    right without an attack
 * @param robust   right after every attack of the suite
 * @param probes   right after the probe alone, by its name; only {@link Probes#examples} count. The probes that there are
 *                 say which checks are made: none for an epsilon of 0, few where the attacker sees only scores
 * @param facts    of all samples
 * @param unstable how many candidates of the suite were misclassified once and right in a fresh forward pass
 */
public record MaskingEvidence(int samples, BitSet clean, BitSet robust, Map<String, BitSet> probes, ExampleFacts facts, int unstable) {
    public MaskingEvidence {
        clean = (BitSet) clean.clone();
        robust = (BitSet) robust.clone();
        probes = Map.copyOf(probes);
    }

    /** Whether attacks that use gradients are allowed. Without a gradient the probes that need one are missing. */
    boolean whiteBox() {
        boolean swept = probes.keySet().stream().anyMatch(name -> name.startsWith(Probes.SWEEP));
        return probes.containsKey(Probes.ONE_STEP) || !swept && probes.containsKey(Probes.NOISE);
    }
}
