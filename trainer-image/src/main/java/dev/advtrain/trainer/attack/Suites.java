package dev.advtrain.trainer.attack;

import dev.advtrain.api.v1alpha1.evaluation.EvaluationSpec;
import dev.advtrain.api.v1alpha1.evaluation.Suite;
import dev.advtrain.api.v1alpha1.threatmodel.Knowledge;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelSpec;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.model.Loss;
import dev.advtrain.trainer.model.ModelShape;
import dev.advtrain.trainer.threat.ThreatBudget;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The attacks of an evaluation, in order: each gets only the examples that the clean model and all before it left right. */
public final class Suites {
    private static final int PGD_STEPS = 20;
    /** A quarter of the budget a step: far enough to cross it five times. */
    private static final double PGD_STEP = 0.25;
    private static final int STEPS = 100;
    private static final int QUERIES = 5000;
    private static final int PLUS_RESTARTS = 5;
    private static final int EOT_ITERATIONS = 20;

    private Suites() {}

    /**
     * The suite as far as the threat model's knowledge allows it and it is defined for such a model, then the attacks that are
     * listed.
     *
     * @param evaluation with every default filled in
     * @param shape      of the model
     * @throws TrainerException 64 where an attack that is listed is not allowed or not defined
     */
    public static AttackPlan of(EvaluationSpec evaluation, ThreatModelSpec threatModel, ThreatBudget budget, ModelShape shape) {
        boolean blackBox = threatModel.knowledge() == Knowledge.SCORE_BLACK_BOX;
        List<String> notes = new ArrayList<>();
        List<Attack> attacks = new ArrayList<>(blackBox
                ? blackBox(evaluation.suite(), budget, threatModel.queryBudget(), shape, notes)
                : defined(evaluation.suite(), suite(evaluation.suite(), budget), budget, shape, notes));
        for (int i = 0; i < evaluation.attacks().size(); i++) {
            attacks.add(listed(ListedAttack.of(evaluation.attacks().get(i), budget), "evaluation.attacks[" + i + "]", blackBox, shape));
        }
        return new AttackPlan(distinct(attacks), notes);
    }

    /** FGSM, PGD-20 with steps of epsilon / 4 from a random start, APGD-CE with 100 steps. */
    public static List<Attack> quick(ThreatBudget budget) {
        return List.of(new Fgsm(budget), pgd20(budget), apgd(budget, Loss.CROSS_ENTROPY));
    }

    /** "standard" of Croce and Hein 2020, arXiv:2003.01690. */
    public static List<Attack> autoAttack(ThreatBudget budget) {
        return List.of(apgd(budget, Loss.CROSS_ENTROPY), new ApgdT(budget, STEPS), new FabT(budget, STEPS), new Square(budget, QUERIES));
    }

    /** Also the attack that training selects by. */
    public static Pgd pgd20(ThreatBudget budget) {
        return new Pgd(budget, Loss.CROSS_ENTROPY, PGD_STEPS, budget.epsilon() * PGD_STEP, true);
    }

    private static List<Attack> suite(Suite suite, ThreatBudget budget) {
        return switch (suite) {
            case QUICK -> quick(budget);
            case AUTO_ATTACK -> autoAttack(budget);
            case AUTO_ATTACK_PLUS -> List.of(new Apgd(budget, Loss.CROSS_ENTROPY, STEPS, PLUS_RESTARTS),
                    new Apgd(budget, Loss.DLR, STEPS, PLUS_RESTARTS), new Fab(budget, STEPS, PLUS_RESTARTS), new Square(budget, QUERIES),
                    new ApgdT(budget, STEPS), new FabT(budget, STEPS));
            case AUTO_ATTACK_RANDOMIZED -> List.of(new Apgd(budget, Loss.CROSS_ENTROPY, STEPS, 1, EOT_ITERATIONS),
                    new Apgd(budget, Loss.DLR, STEPS, 1, EOT_ITERATIONS));
            case CUSTOM -> List.of();
        };
    }

    private static Apgd apgd(ThreatBudget budget, Loss loss) {
        return new Apgd(budget, loss, STEPS);
    }

    /** What of a suite is defined for such a model. Of AutoAttack, APGD-DLR takes the place of APGD-T where it can. */
    private static List<Attack> defined(Suite suite, List<Attack> attacks, ThreatBudget budget, ModelShape shape, List<String> notes) {
        int classes = shape.classes();
        List<Attack> defined = new ArrayList<>();
        for (Attack attack : attacks) {
            if (attack.needsImages() && !shape.image()) {
                notes.add(needsImages(attack, shape) + ": it was left out.");
                continue;
            }
            if (classes >= attack.leastClasses()) {
                defined.add(attack);
                continue;
            }
            String why = attack.name() + " needs at least " + attack.leastClasses() + " classes, the model has " + classes + ": ";
            if (suite == Suite.AUTO_ATTACK && classes >= Loss.DLR.leastClasses()) {
                Attack other = apgd(budget, Loss.DLR);
                defined.add(other);
                notes.add(why + other.name() + " took its place.");
            } else {
                notes.add(why + "it was left out.");
            }
        }
        return defined;
    }

    private static List<Attack> blackBox(Suite suite, ThreatBudget budget, int queries, ModelShape shape, List<String> notes) {
        if (suite == Suite.CUSTOM) {
            return List.of();
        }
        Attack square = new Square(budget, queries);
        if (!shape.image()) {
            throw new TrainerException(ExitCode.RUN_SPEC, "evaluation.suite: " + needsImages(square, shape) + ", and of " + suite
                    + " the attacker can run nothing else; expected Custom");
        }
        String others = suite(suite, budget).stream().filter(Attack::needsGradient).map(Attack::name).collect(Collectors.joining(", "));
        notes.add("The attacker sees scores only: of " + suite + ", " + others + " need gradients and were left out; Square has the " + queries
                + " queries of queryBudget.");
        return List.of(square);
    }

    private static String needsImages(Attack attack, ModelShape shape) {
        return attack.name() + " needs inputs of the shape [channels, height, width], the model's are " + Arrays.toString(shape.input());
    }

    /** Nobody is to believe that an attack was run that they asked for and that could not be. */
    private static Attack listed(Attack attack, String field, boolean blackBox, ModelShape shape) {
        if (blackBox && attack.needsGradient()) {
            throw new TrainerException(ExitCode.RUN_SPEC, field + ": " + attack.name() + " needs gradients, expected square or noise with the knowledge "
                    + Knowledge.SCORE_BLACK_BOX);
        }
        if (attack.needsImages() && !shape.image()) {
            throw new TrainerException(ExitCode.RUN_SPEC, field + ": " + needsImages(attack, shape));
        }
        try {
            attack.requireClasses(shape.classes());
        } catch (TrainerException e) {
            throw new TrainerException(ExitCode.RUN_SPEC, field + ": " + e.getMessage(), e);
        }
        return attack;
    }

    /** Numbers those of one name from the second on. */
    private static List<Attack> distinct(List<Attack> attacks) {
        Map<String, Integer> seen = new HashMap<>();
        return attacks.stream().map(attack -> {
            int number = seen.merge(attack.name(), 1, Integer::sum);
            return number == 1 ? attack : attack.named(attack.name() + " (" + number + ")");
        }).toList();
    }
}
