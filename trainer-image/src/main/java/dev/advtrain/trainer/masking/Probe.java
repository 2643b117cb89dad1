package dev.advtrain.trainer.masking;

import dev.advtrain.trainer.attack.Attack;

/**
 * An attack made on its own, whatever the suite finds, so that the checks can compare it with others.
 *
 * @param name of its verdicts, unique among the probes of a threat model
 */
public record Probe(String name, Attack attack, On on) {
    /** Which examples a probe attacks, of those that {@link Probes#examples} names. */
    public enum On {
        /** All that are right without an attack. */
        RIGHT,
        /** Those that every attack of the suite left. */
        SURVIVORS
    }

    /** Whether it cannot run where the model has no gradient. */
    public boolean needsGradient() {
        return attack.needsGradient();
    }
}
