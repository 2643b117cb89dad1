package dev.advtrain.api.v1alpha1.evaluation;

import com.fasterxml.jackson.annotation.JsonValue;

/** A named list of attacks, run in order on the samples that are left. Models with few classes get those that are defined for them. */
public enum Suite {
    /** FGSM, PGD-20, APGD-CE. */
    QUICK("Quick"),
    /** APGD-CE, targeted APGD, targeted FAB, Square (Croce and Hein 2020, arXiv:2003.01690, "standard"). */
    AUTO_ATTACK("AutoAttack"),
    /** The same with APGD-DLR, untargeted FAB and restarts ("plus"). */
    AUTO_ATTACK_PLUS("AutoAttackPlus"),
    /** APGD-CE and APGD-DLR on the mean gradient of 20 passes, for models that are random ("rand"). */
    AUTO_ATTACK_RANDOMIZED("AutoAttackRandomized"),
    /** Only the attacks that are listed. */
    CUSTOM("Custom");

    private final String text;

    Suite(String text) {
        this.text = text;
    }

    @Override
    @JsonValue
    public String toString() {
        return text;
    }
}
