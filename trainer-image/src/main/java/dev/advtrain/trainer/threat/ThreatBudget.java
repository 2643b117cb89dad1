package dev.advtrain.trainer.threat;

import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelSpec;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.resolve.AttackUnits;
import dev.advtrain.resolve.Budget;
import dev.advtrain.trainer.TrainerException;
import java.math.BigDecimal;

/**
 * What an attacker may do to one input.
 *
 * @param epsilon largest perturbation, in the units of attacks: those of the input, or shares of each feature's range
 * @param min     smallest value an input may have, in these units
 * @param max     largest value an input may have
 */
public record ThreatBudget(Norm norm, double epsilon, double min, double max) {
    private static final double TOLERANCE = 1e-6;

    public ThreatBudget {
        if (!(epsilon >= 0) || Double.isInfinite(epsilon)) {
            throw new TrainerException(ExitCode.RUN_SPEC, "perturbation.lp.epsilon is " + epsilon + ", expected a number of at least 0");
        }
        if (!(min < max) || Double.isInfinite(min) || Double.isInfinite(max)) {
            throw new TrainerException(ExitCode.RUN_SPEC, "inputRange is " + min + " to " + max + ", expected min below max");
        }
    }

    /**
     * Of a threat model whose perturbation is an Lp ball.
     *
     * @param features values of one input
     * @throws TrainerException 64 where epsilon is larger than any two inputs are apart: a slip, as of units
     */
    public static ThreatBudget of(ThreatModelSpec threatModel, int features) {
        ThreatBudget budget = of(threatModel);
        double limit = budget.norm.diameter(budget.max - budget.min, features);
        if (budget.epsilon > limit) {
            throw new TrainerException(ExitCode.RUN_SPEC, "perturbation.lp.epsilon is " + budget.epsilon + ", expected at most " + limit
                    + ", which is as far as inputs of " + features + " values in inputRange can be apart in " + budget.norm);
        }
        return budget;
    }

    private static ThreatBudget of(ThreatModelSpec threatModel) {
        ThreatModelSpec.Lp lp = threatModel.perturbation().lp();
        AttackUnits units = AttackUnits.of(threatModel.inputRange());
        return new ThreatBudget(Norm.of(lp.norm()), Budget.parse(lp.epsilon()).value(), units.min(), units.max());
    }

    public ThreatBudget withEpsilon(double other) {
        return new ThreatBudget(norm, other, min, max);
    }

    /** How far a candidate may lie outside: 1e-6; where inputs are larger than 1, float32 itself rounds in proportion. */
    public double tolerance() {
        return TOLERANCE * Math.max(1, Math.max(Math.abs(min), Math.abs(max)));
    }

    /** As in {@code Linf 0.1}. */
    @Override
    public String toString() {
        return norm + " " + BigDecimal.valueOf(epsilon).stripTrailingZeros().toPlainString();
    }
}
