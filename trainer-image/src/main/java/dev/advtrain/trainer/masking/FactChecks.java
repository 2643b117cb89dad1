package dev.advtrain.trainer.masking;

import dev.advtrain.api.v1alpha1.status.GradientMasking.Check;
import dev.advtrain.api.v1alpha1.status.GradientMasking.CheckVerdict;
import java.util.ArrayList;
import java.util.List;

/** The checks of what is plain to see: they hold or not, whatever the number of examples. */
final class FactChecks {
    private FactChecks() {}

    static List<Check> of(MaskingEvidence evidence) {
        ExampleFacts facts = evidence.facts();
        List<Check> checks = new ArrayList<>();
        double tolerated = MaskingChecks.toleratedUnstable(evidence.samples());
        checks.add(check("DeterministicForwardPass", facts.randomized().isEmpty() && evidence.unstable() <= tolerated,
                "the logits of %d of %d examples differ between %d forward passes, and %d candidates of attacks were right in a fresh one (%d tolerated)"
                        .formatted(facts.randomized().size(), facts.examples(), ExampleFacts.PASSES, evidence.unstable(), (int) tolerated)));
        checks.add(check("OutputsAreLogits", facts.examples() == 0 || facts.probabilities().size() < facts.examples(),
                "the outputs for %d of %d examples lie between 0 and 1 and sum to 1, as probabilities do"
                        .formatted(facts.probabilities().size(), facts.examples())));
        if (evidence.whiteBox()) {
            checks.add(check("Differentiable", facts.gradientError() == null && facts.infiniteGradient().isEmpty(), facts.gradientError() == null
                    ? "the gradient is not finite at %d of %d examples".formatted(facts.infiniteGradient().size(), facts.examples())
                    : "no gradient of the %d examples could be computed, so no attack used one: %s".formatted(facts.examples(), facts.gradientError())));
        }
        return checks;
    }

    private static Check check(String name, boolean passed, String evidence) {
        return MaskingChecks.check(name, passed ? CheckVerdict.PASS : CheckVerdict.SUSPECTED, evidence);
    }
}
