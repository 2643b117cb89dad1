package dev.advtrain.trainer.attack;

import dev.advtrain.api.v1alpha1.evaluation.AttackLoss;
import dev.advtrain.api.v1alpha1.evaluation.AttackSpec;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.resolve.Budget;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.model.Loss;
import dev.advtrain.trainer.threat.ThreatBudget;

/** Attacks as users list them. */
final class ListedAttack {
    /** Of the budget, over all steps: enough to cross it and come back. */
    private static final double STEPS_PER_BUDGET = 2.5;

    private ListedAttack() {}

    /** @param spec with every default filled in */
    static Attack of(AttackSpec spec, ThreatBudget budget) {
        if (spec.fgsm() != null) {
            return new Fgsm(budget);
        } else if (spec.pgd() != null) {
            return pgd(spec.pgd(), budget);
        } else if (spec.apgd() != null) {
            return new Apgd(budget, spec.apgd().loss() == AttackLoss.DLR ? Loss.DLR : Loss.CROSS_ENTROPY, spec.apgd().steps(), spec.apgd().restarts());
        } else if (spec.apgdTargeted() != null) {
            return new ApgdT(budget, spec.apgdTargeted().steps(), spec.apgdTargeted().targets(), true);
        } else if (spec.fab() != null) {
            return new Fab(budget, spec.fab().steps(), spec.fab().restarts());
        } else if (spec.fabTargeted() != null) {
            return new FabT(budget, spec.fabTargeted().steps(), spec.fabTargeted().targets(), spec.fabTargeted().restarts());
        } else if (spec.square() != null) {
            return new Square(budget, spec.square().queries());
        } else if (spec.noise() != null) {
            return switch (spec.noise().distribution()) {
                case UNIFORM -> Noise.uniform(budget, spec.noise().draws());
                case GAUSSIAN -> Noise.gaussian(budget, spec.noise().draws());
            };
        }
        throw new TrainerException(ExitCode.RUN_SPEC, AttackSpec.UNION_MESSAGE);
    }

    private static Pgd pgd(AttackSpec.Pgd spec, ThreatBudget budget) {
        boolean targeted = !spec.targets().isEmpty();
        Loss loss = switch (spec.loss()) {
            case CROSS_ENTROPY -> targeted ? Loss.TARGETED_CROSS_ENTROPY : Loss.CROSS_ENTROPY;
            case DLR -> targeted ? Loss.TARGETED_DLR : Loss.DLR;
        };
        double stepSize = spec.stepSize() == null ? STEPS_PER_BUDGET * budget.epsilon() / spec.steps() : Budget.parse(spec.stepSize()).value();
        return new Pgd(budget, loss, spec.steps(), stepSize, spec.randomStart(), spec.restarts(), spec.targets());
    }
}
