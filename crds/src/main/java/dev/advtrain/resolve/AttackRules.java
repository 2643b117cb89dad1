package dev.advtrain.resolve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.advtrain.api.v1alpha1.evaluation.AttackLoss;
import dev.advtrain.api.v1alpha1.evaluation.AttackSpec;
import dev.advtrain.api.v1alpha1.evaluation.EvaluationSpec;
import dev.advtrain.api.v1alpha1.evaluation.Suite;
import dev.advtrain.api.v1alpha1.threatmodel.Knowledge;
import dev.advtrain.api.v1alpha1.training.AdversarialTrainingJobSpec;
import dev.advtrain.api.v1alpha1.training.ModelSpec;
import dev.advtrain.resolve.RunSpec.ResolvedThreatModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The rules of the attacks that an evaluation lists: each by itself, against the model, against the threat models. */
final class AttackRules {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Attacks that need no more than scores. */
    private static final Set<String> BLACK_BOX = Set.of("square", "noise");
    private static final int IMAGE_DIMENSIONS = 3;
    private static final int DLR_CLASSES = 3;
    private static final int TARGETED_DLR_CLASSES = 4;

    private final List<FieldError> errors = new ArrayList<>();

    private AttackRules() {
    }

    /** @param attacks null or empty where there are none */
    static List<FieldError> check(List<AttackSpec> attacks, ModelSpec model, String path) {
        AttackRules rules = new AttackRules();
        for (int i = 0; attacks != null && i < attacks.size(); i++) {
            String field = path + "[" + i + "]";
            rules.alone(attacks.get(i), field);
            if (model.classes() != null) {
                rules.fit(attacks.get(i), model.classes(), field);
            }
        }
        return rules.errors;
    }

    /**
     * Whether every attack is defined for the model and allowed by every threat model, and one is left.
     *
     * @param evaluation with every default filled in
     * @param path       of the evaluation
     */
    static List<FieldError> allowed(EvaluationSpec evaluation, ModelSpec model, List<ResolvedThreatModel> threatModels, String path) {
        AttackRules rules = new AttackRules();
        for (int i = 0; i < evaluation.attacks().size(); i++) {
            rules.require(evaluation.attacks().get(i).square() == null || image(model), path + ".attacks[" + i + "]", "square", needsImages(model));
        }
        for (ResolvedThreatModel threatModel : threatModels) {
            if (threatModel.spec().knowledge() == Knowledge.SCORE_BLACK_BOX) {
                rules.require(evaluation.suite() == Suite.CUSTOM || image(model), path + ".suite", evaluation.suite(), "must be Custom: "
                        + threatModel.kind() + " " + threatModel.name() + " leaves Square alone, which " + needsImages(model));
                for (int i = 0; i < evaluation.attacks().size(); i++) {
                    rules.scoresOnly(evaluation.attacks().get(i), threatModel, path + ".attacks[" + i + "]");
                }
            }
        }
        return rules.errors;
    }

    private static boolean image(ModelSpec model) {
        return model.inputShape().size() == IMAGE_DIMENSIONS;
    }

    private static String needsImages(ModelSpec model) {
        return AdversarialTrainingJobSpec.SQUARE_MESSAGE + ", but the model's are " + model.inputShape();
    }

    private void alone(AttackSpec attack, String path) {
        require(JSON.valueToTree(attack).size() == 1, path, attack, AttackSpec.UNION_MESSAGE);
        AttackSpec.Pgd pgd = attack.pgd();
        if (pgd != null) {
            require(pgd.stepSize() == null || Budget.parse(pgd.stepSize()).value() > 0, path + ".pgd.stepSize", pgd.stepSize(),
                    AttackSpec.Pgd.STEP_SIZE_MESSAGE);
            require(pgd.restarts() == null || pgd.restarts() == 1 || !Boolean.FALSE.equals(pgd.randomStart()), path + ".pgd.restarts",
                    pgd.restarts(), AttackSpec.Pgd.RESTARTS_MESSAGE);
            List<Integer> targets = pgd.targets() == null ? List.of() : pgd.targets();
            for (int i = 1; i < targets.size(); i++) {
                require(!targets.subList(0, i).contains(targets.get(i)), path + ".pgd.targets[" + i + "]", targets.get(i), "Duplicate value");
            }
        }
    }

    private void fit(AttackSpec attack, int classes, String path) {
        AttackSpec.Pgd pgd = attack.pgd();
        if (pgd != null) {
            List<Integer> targets = pgd.targets() == null ? List.of() : pgd.targets();
            loss(pgd.loss(), targets.isEmpty() ? DLR_CLASSES : TARGETED_DLR_CLASSES, classes, path + ".pgd.loss");
            for (int i = 0; i < targets.size(); i++) {
                require(targets.get(i) < classes, path + ".pgd.targets[" + i + "]", targets.get(i),
                        "must be a class of the model, 0 to " + (classes - 1));
            }
        }
        if (attack.apgd() != null) {
            loss(attack.apgd().loss(), DLR_CLASSES, classes, path + ".apgd.loss");
        }
        require(attack.apgdTargeted() == null || classes >= TARGETED_DLR_CLASSES, path, "apgdTargeted",
                needs(TARGETED_DLR_CLASSES, classes));
    }

    private void loss(AttackLoss loss, int least, int classes, String path) {
        require(loss != AttackLoss.DLR || classes >= least, path, loss, needs(least, classes));
    }

    private static String needs(int least, int classes) {
        return "needs a model of at least " + least + " classes, but this one has " + classes;
    }

    private void scoresOnly(AttackSpec attack, ResolvedThreatModel threatModel, String path) {
        String name = JSON.valueToTree(attack).fieldNames().next();
        String whose = threatModel.kind() + " " + threatModel.name();
        int queries = threatModel.spec().queryBudget();
        require(BLACK_BOX.contains(name), path, name, "must be square or noise: " + whose + " has the knowledge " + Knowledge.SCORE_BLACK_BOX);
        String most = "must be at most the queryBudget of " + whose + ", " + queries;
        require(attack.square() == null || attack.square().queries() <= queries, path + ".square.queries",
                attack.square() == null ? null : attack.square().queries(), most);
        require(attack.noise() == null || attack.noise().draws() <= queries, path + ".noise.draws",
                attack.noise() == null ? null : attack.noise().draws(), most);
    }

    private void require(boolean holds, String path, Object value, String expected) {
        if (!holds) {
            JsonNode shown = JSON.valueToTree(value);
            errors.add(new FieldError(path, FieldError.shown(shown), expected));
        }
    }
}
