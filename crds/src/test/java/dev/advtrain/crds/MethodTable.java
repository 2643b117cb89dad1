package dev.advtrain.crds;

import dev.advtrain.api.v1alpha1.Patterns;
import dev.advtrain.api.v1alpha1.training.AdversarialTrainingJobSpec;
import dev.advtrain.api.v1alpha1.training.InnerMaximizationSpec;
import dev.advtrain.api.v1alpha1.training.MethodSpec;
import dev.advtrain.api.v1alpha1.training.TrainingSpec;
import java.util.List;
import java.util.stream.Stream;

/** The rules of the training method. */
final class MethodTable {
    private static final String TRAINING = "spec.training";
    private static final String METHOD = TRAINING + ".method";
    private static final String INNER = TRAINING + ".innerMaximization";
    private static final String MULTI_THREAT = TRAINING + ".multiThreat";
    private static final String CLEAN = TRAINING + ".cleanFraction";
    private static final String SMOOTHING = TRAINING + ".labelSmoothing";
    private static final String PERTURBATION = TRAINING + ".adversarialWeightPerturbation";

    private MethodTable() {
    }

    static void addTo(Rules job) {
        for (String each : List.of("standard", "pgd", "trades", "mart", "fgsmRs", "free")) {
            job.add(edits(each), edits("=", METHOD + "={}"), METHOD, MethodSpec.UNION_MESSAGE, MethodSpec.UNION_MESSAGE);
        }
        job.add(edits("pgd"), edits("=", METHOD + "={pgd: {}, trades: {}}"), METHOD, MethodSpec.UNION_MESSAGE, MethodSpec.UNION_MESSAGE);
        for (String field : List.of("trades: {beta: ", "mart: {beta: ", "fgsmRs: {gradAlign: ")) {
            String path = METHOD + "." + field.replace(": {", ".").replace(": ", "");
            String positive = field.startsWith("fgsmRs") ? MethodSpec.FgsmRs.GRAD_ALIGN_MESSAGE : MethodSpec.BETA_MESSAGE;
            String edit = METHOD + "={" + field;
            job.add(edits("=", edit + "\"0.2\"}}"), edits("=", edit + "\"-1\"}}"), path, "should match", "must be " + Patterns.inWords(Patterns.DECIMAL));
            job.add(edits("=", edit + "\"6\"}}"), edits("=", edit + "\"0\"}}"), path, positive, positive);
        }
        othersThatDoNotFit(job);
        inner(job);
        job.choice(MULTI_THREAT, "Average", "Min", "\"Max\", \"Average\", \"RandomOne\"");
        for (String each : List.of("standard", "free")) {
            job.add(edits("mart", MULTI_THREAT + "=RandomOne"), edits(each, MULTI_THREAT + "=RandomOne"), MULTI_THREAT,
                    MethodSpec.MULTI_THREAT_MESSAGE, MethodSpec.MULTI_THREAT_MESSAGE);
        }
        job.pattern(CLEAN, "\"0.5\"", "\"1/2\"", Patterns.DECIMAL);
        job.cel(CLEAN + "=\"0.99\"", CLEAN + "=\"1\"", CLEAN, TrainingSpec.CLEAN_FRACTION_MESSAGE);
        for (String each : List.of("standard", "trades", "mart", "free")) {
            job.add(edits("fgsmRs", CLEAN + "=\"0.5\""), edits(each, CLEAN + "=\"0.5\""), CLEAN, MethodSpec.CLEAN_MESSAGE, MethodSpec.CLEAN_MESSAGE);
        }
    }

    private static void othersThatDoNotFit(Rules job) {
        job.add(edits("trades", SMOOTHING + "=\"0.1\""), edits("mart", SMOOTHING + "=\"0.1\""), SMOOTHING, MethodSpec.SMOOTHING_MESSAGE,
                MethodSpec.SMOOTHING_MESSAGE);
        job.add(edits("standard", PERTURBATION + "={}"), edits("free", PERTURBATION + "={}"), PERTURBATION, MethodSpec.PERTURBATION_MESSAGE,
                MethodSpec.PERTURBATION_MESSAGE);
        String replays = METHOD + ".free.replays";
        job.add(edits("free", replays + "=1"), edits("free", replays + "=0"), replays, "should be greater than or equal to 1", "must be at least 1");
        job.add(edits("free", replays + "=10"), edits("free", replays + "=11"), replays, MethodSpec.REPLAYS_MESSAGE, MethodSpec.REPLAYS_MESSAGE);
        String two = "spec.threatModels=[{name: linf-0.1}, {kind: ClusterThreatModel, name: linf-0.1}]";
        job.add(edits("pgd", two), edits("free", two), "spec.threatModels", AdversarialTrainingJobSpec.FREE_MESSAGE,
                AdversarialTrainingJobSpec.FREE_MESSAGE);
    }

    private static void inner(Rules job) {
        job.choice(INNER + ".attack", "Pgd", "Fgsm", "\"Pgd\", \"DeepFool\"");
        refused(job, "standard", null, List.of("epsilonWarmupEpochs: 0"), MethodSpec.STANDARD_MESSAGE);
        refused(job, "mart", "attack: DeepFool", List.of("attack: DeepFool, stepSize: \"0.1\"", "attack: DeepFool, randomStart: false"),
                InnerMaximizationSpec.DEEP_FOOL_MESSAGE);
        refused(job, "free", "stepSize: \"0.1\", epsilonWarmupEpochs: 1", List.of("attack: Pgd", "steps: 1", "randomStart: true"),
                MethodSpec.FREE_MESSAGE);
        refused(job, "fgsmRs", "attack: Pgd, steps: 1, stepSize: \"0.1\", randomStart: true",
                List.of("attack: DeepFool", "steps: 2", "randomStart: false"), MethodSpec.FGSM_RS_MESSAGE);
        refused(job, "trades", "attack: Pgd, steps: 7, stepSize: \"0.1\", randomStart: true", List.of("attack: DeepFool", "randomStart: false"),
                MethodSpec.TRADES_MESSAGE);
    }

    private static void refused(Rules job, String method, String good, List<String> bad, String message) {
        for (String each : bad) {
            job.add(good == null ? edits(method) : edits(method, INNER + "={" + good + "}"), edits(method, INNER + "={" + each + "}"), INNER, message,
                    message);
        }
    }

    /** To a method without what not every method takes. {@code =}: the method is among the other edits. */
    private static List<String> edits(String method, String... others) {
        return Stream.concat(Stream.of("-" + INNER, "-" + MULTI_THREAT, "-" + CLEAN, "-" + SMOOTHING, "-" + PERTURBATION,
                method.equals("=") ? "-" + METHOD : METHOD + "={" + method + ": {}}"),
                Stream.of(others)).toList();
    }
}
