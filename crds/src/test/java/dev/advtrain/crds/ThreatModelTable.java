package dev.advtrain.crds;

import dev.advtrain.api.v1alpha1.Patterns;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelSpec;
import java.util.List;

/** The rules of threat models. */
final class ThreatModelTable {

    private ThreatModelTable() {
    }

    static void addTo(Rules rules) {
        rules.name();
        rules.required("spec.inputRange", "spec.perturbation",
                "spec.perturbation.lp.norm", "spec.perturbation.lp.epsilon");
        rules.choice("spec.modality", "Tabular", "Audio", "\"Image\", \"Tabular\"");
        rules.choice("spec.goal", "Untargeted", "Targeted", "\"Untargeted\"");
        rules.choice("spec.knowledge", "WhiteBox", "DecisionBlackBox", "\"WhiteBox\", \"ScoreBlackBox\"");
        rules.cel("spec.knowledge=ScoreBlackBox", "spec.queryBudget=5000", "spec.queryBudget", ThreatModelSpec.QUERY_BUDGET_MESSAGE);
        String budget = "spec={knowledge: ScoreBlackBox, inputRange: {min: \"0\", max: \"1\"}, perturbation: {lp: {norm: L2, epsilon: \"1\"}}, queryBudget: ";
        rules.add(List.of(budget + "1}"), List.of(budget + "0}"), "spec.queryBudget", "should be greater than or equal to 1", "must be at least 1");
        rules.add(List.of(budget + "10000000}"), List.of(budget + "10000001}"), "spec.queryBudget", "should be less than or equal to 10000000",
                "must be at most 10000000");
        rules.choice("spec.perturbation.lp.norm", "L2", "L1", "\"L2\"");
        rules.pattern("spec.inputRange.min", "\"-1.5\"", "\"low\"", Patterns.SIGNED_DECIMAL);
        rules.pattern("spec.inputRange.max", "\"255\"", "\"1,5\"", Patterns.SIGNED_DECIMAL);
        rules.add(List.of("spec.inputRange.max=\"1e2\""), List.of("spec.inputRange.min=\"1\"", "spec.perturbation.lp.epsilon=\"0\""),
                "spec.inputRange", ThreatModelSpec.InputRange.ORDER_MESSAGE, ThreatModelSpec.InputRange.ORDER_MESSAGE);
        inputRange(rules);
        rules.cel("spec.perturbation={lp: {norm: L2, epsilon: \"8\"}}", "spec.perturbation={}", "spec.perturbation",
                ThreatModelSpec.Perturbation.UNION_MESSAGE);
        String epsilon = "spec.perturbation.lp.epsilon";
        for (String good : List.of("\"0\"", "\"1\"", "\"8/255\"", "\"255/255\"", "\"5e-4\"", "\"2.5/255\"")) {
            rules.pattern(epsilon, good, "\"8 / 255\"", Patterns.BUDGET);
        }
        for (String bad : List.of("\"-0.1\"", "\"8/0\"", "\"1/2/3\"", "\"\"", "\"0.1.2\"", "\".5\"", "\"NaN\"")) {
            rules.pattern(epsilon, "\"0.1\"", bad, Patterns.BUDGET);
        }
        rules.add(List.of(), List.of(epsilon + "=0.1"), epsilon, "must be of type string", "must be a string: write it in quotes");
        rules.length(epsilon, "\"0.100000000000\"", "\"" + "1".repeat(33) + "\"", 32);
        rules.cel(epsilon + "=\"1\"", epsilon + "=\"1.01\"", epsilon, ThreatModelSpec.EPSILON_MESSAGE);
        rules.cel(epsilon + "=\"255/255\"", epsilon + "=\"256/255\"", epsilon, ThreatModelSpec.EPSILON_MESSAGE);
        rules.add(List.of("spec.inputRange.min=\"-1\"", epsilon + "=\"2\""), List.of("spec.inputRange.min=\"0.5\"", epsilon + "=\"3/4\""),
                epsilon, ThreatModelSpec.EPSILON_MESSAGE, ThreatModelSpec.EPSILON_MESSAGE);
    }

    private static void inputRange(Rules rules) {
        String range = "spec.inputRange";
        for (String missing : List.of("min", "max")) {
            rules.add(List.of(), List.of("-" + range + "." + missing), range, ThreatModelSpec.InputRange.UNION_MESSAGE, ThreatModelSpec.InputRange.UNION_MESSAGE);
        }
        String age = "{min: \"17\", max: \"90\"}";
        List<String> features = List.of("spec.modality=Tabular", range + "={perFeature: [" + age + ", {min: \"-1e3\", max: \"1e5\"}]}");
        String perFeature = range + ".perFeature";
        rules.add(features, Rules.with(features, range + ".min=\"0\""), range, ThreatModelSpec.InputRange.UNION_MESSAGE, ThreatModelSpec.InputRange.UNION_MESSAGE);
        rules.add(features, Rules.with(features, "spec.modality=Image"), perFeature, ThreatModelSpec.PER_FEATURE_MESSAGE, ThreatModelSpec.PER_FEATURE_MESSAGE);
        rules.add(features, Rules.with(features, "-spec.modality"), perFeature, ThreatModelSpec.PER_FEATURE_MESSAGE, ThreatModelSpec.PER_FEATURE_MESSAGE);
        rules.add(features, Rules.with(features, perFeature + "=[]"), perFeature, "should have at least 1 items", "must have at least 1 items");
        rules.add(features, Rules.with(features, perFeature + "=[" + (age + ", ").repeat(ThreatModelSpec.InputRange.MAX_FEATURES) + age + "]"), perFeature,
                "must have at most 1024 items", "must have at most 1024 items");
        rules.add(features, Rules.with(features, perFeature + ".0.max=\"17.0\""), perFeature + "[0]", ThreatModelSpec.InputRange.ORDER_MESSAGE,
                ThreatModelSpec.InputRange.ORDER_MESSAGE);
        for (String end : List.of("min", "max")) {
            rules.add(features, Rules.with(features, "-" + perFeature + ".0." + end), perFeature + "[0]." + end, "Required value", "Required value");
            rules.add(features, Rules.with(features, perFeature + ".0." + end + "=\"low\""), perFeature + "[0]." + end, "should match",
                    "must be " + Patterns.inWords(Patterns.SIGNED_DECIMAL));
        }
        String epsilon = "spec.perturbation.lp.epsilon";
        rules.add(Rules.with(features, epsilon + "=\"1\""), Rules.with(features, epsilon + "=\"1.01\""), epsilon, ThreatModelSpec.EPSILON_MESSAGE,
                ThreatModelSpec.EPSILON_MESSAGE);
    }
}
