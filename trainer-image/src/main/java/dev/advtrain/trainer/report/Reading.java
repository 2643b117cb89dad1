package dev.advtrain.trainer.report;

import dev.advtrain.api.v1alpha1.evaluation.Sampling;
import dev.advtrain.api.v1alpha1.evaluation.Suite;
import dev.advtrain.api.v1alpha1.threatmodel.Knowledge;
import dev.advtrain.trainer.evaluate.Report;
import java.util.ArrayList;
import java.util.List;

/** How to read a report: what its numbers say, and what they do not. */
final class Reading {
    private Reading() {}

    static List<String> of(Report report) {
        List<String> text = new ArrayList<>();
        text.add("Robust accuracy is the share of the samples that the model classifies right without an attack and under every attack that was "
                + "run, per example: an attack has to succeed only once.");
        text.add("It is an upper bound. Another attack, more steps or more restarts may break more examples; none can bring one back.");
        text.add("The 95 % intervals are exact (Clopper and Pearson 1934) and rounded outwards. They are about "
                + (report.evaluation().sampling() == Sampling.FIRST
                        ? "samples drawn at random; here the first ones of the test data were taken, so they hold as far as those are like the rest."
                        : "the draw of " + Numbers.count(report.clean().samples()) + " samples from the test data, and not about stronger attacks or "
                                + "inputs unlike the test data."));
        text.add("In the waterfall each attack is given only what those before it left: a small step is no weak attack. Attacks are compared "
                + "by running each alone.");
        text.add(suite(report.evaluation().suite()));
        text.add("Robust accuracy over epsilon: each budget is attacked alone and by less than the whole suite (PGD-20, or Square where there "
                + "are no gradients to use), so that the curve may lie above the suite's result. It should fall to 0 where the budget is large; if it "
                + "does not, distrust the attacks.");
        if (report.baseline() != null) {
            text.add("The incoming model, with the weights that training began with, was measured on the same samples by the same suite: the differences "
                    + "are what hardening gained and cost. Gradient masking and gates are judged by the trained model alone.");
        }
        text.add("The checks for gradient masking look for signs that attacks fail because gradients mislead them (Athalye et al. 2018, "
                + "arXiv:1802.00420; Carlini et al. 2019, arXiv:1902.06705). Passing them is no proof; too few examples give Inconclusive.");
        if (report.results().stream().anyMatch(result -> result.threatModel().knowledge() == Knowledge.SCORE_BLACK_BOX)) {
            text.add("With knowledge ScoreBlackBox the attacker sees scores only and may ask so many times; attacks with gradients usually break more.");
        }
        text.add("Not covered: changes outside the declared threat models (other norms, larger budgets, rotation, patches, corruption by "
                + "nature), attackers who know more than declared, poisoned training data, and inputs that are not like the test data.");
        return text;
    }

    private static String suite(Suite suite) {
        return switch (suite) {
            case QUICK -> "Suite Quick is a first look; for a number to rely on or to publish, evaluate with AutoAttack.";
            case CUSTOM -> "Suite Custom ran the attacks that were asked for: compare only with numbers that the same attacks gave.";
            case AUTO_ATTACK_RANDOMIZED -> "Suite AutoAttackRandomized is for models with a random forward pass: each verdict is of one draw.";
            case AUTO_ATTACK, AUTO_ATTACK_PLUS -> "Suite " + suite + " is that of Croce and Hein (2020, arXiv:2003.01690): compare with numbers "
                    + "of the same suite, budget and test data.";
        };
    }
}
