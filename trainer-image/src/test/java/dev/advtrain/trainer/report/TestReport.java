package dev.advtrain.trainer.report;

import dev.advtrain.api.v1alpha1.evaluation.EvaluationSpec;
import dev.advtrain.api.v1alpha1.evaluation.Sampling;
import dev.advtrain.api.v1alpha1.evaluation.Suite;
import dev.advtrain.api.v1alpha1.status.Cost;
import dev.advtrain.api.v1alpha1.status.GradientMasking;
import dev.advtrain.api.v1alpha1.status.GradientMasking.Check;
import dev.advtrain.api.v1alpha1.status.GradientMasking.CheckVerdict;
import dev.advtrain.api.v1alpha1.status.GradientMasking.Verdict;
import dev.advtrain.api.v1alpha1.threatmodel.Goal;
import dev.advtrain.api.v1alpha1.threatmodel.Knowledge;
import dev.advtrain.api.v1alpha1.threatmodel.Modality;
import dev.advtrain.api.v1alpha1.threatmodel.Norm;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelKind;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelSpec;
import dev.advtrain.resolve.Budget;
import dev.advtrain.trainer.evaluate.Picture;
import dev.advtrain.trainer.evaluate.Report;
import dev.advtrain.trainer.evaluate.Report.Share;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Reports whose numbers fit together, as if measured: each example is drawn with what it is taken for and what breaks it. */
final class TestReport {
    static final String HOSTILE = "<script>document.title='broken'</script>";
    private static final String[] ATTACKS = {"APGD-CE", "APGD-T", "FAB-T", "Square"};
    private static final double[] SWEEP = {0.25, 0.5, 1, 1.5, 2, 4};

    private final SplittableRandom random = new SplittableRandom(7);
    private final int samples;
    private final int classes;
    private double cleanAccuracy = 0.92;
    private List<Long> shape = List.of(1L, 28L, 28L);
    private int pictures = 9;
    private List<Threat> threats = List.of(new Threat("linf-0.1", ThreatModelKind.THREAT_MODEL, Norm.LINF, "0.1", 0.68));
    private List<String> warnings = List.of();
    private Verdict masking = Verdict.NOT_SUSPECTED;
    private boolean incoming;

    private record Threat(String name, ThreatModelKind kind, Norm norm, String epsilon, double kept) {}

    private TestReport(int samples, int classes) {
        this.samples = samples;
        this.classes = classes;
    }

    static Report typical() {
        TestReport test = new TestReport(1000, 10);
        test.threats = List.of(new Threat("linf-0.1", ThreatModelKind.THREAT_MODEL, Norm.LINF, "0.1", 0.68),
                new Threat("l2-une-boule-très-grande-et-un-nom-qui-ne-finit-pas-日本語", ThreatModelKind.CLUSTER_THREAT_MODEL, Norm.L2, "1.0", 0.72),
                new Threat(HOSTILE, ThreatModelKind.THREAT_MODEL, Norm.LINF, "8/255", 0.9));
        test.warnings = List.of("PGD-20 of linf-0.1: 4 of 1000 examples were found misclassified once and right again; is the model random?",
                "\"quoted\" & <img src=x onerror=alert(1)> {page.name} 'single'");
        test.masking = Verdict.SUSPECTED;
        test.incoming = true;
        return test.build();
    }

    static Report oneThreatModel() {
        return new TestReport(500, 10).build();
    }

    static Report colour() {
        TestReport test = new TestReport(1000, 43);
        test.shape = List.of(3L, 32L, 32L);
        test.threats = List.of(new Threat("linf-8-255", ThreatModelKind.CLUSTER_THREAT_MODEL, Norm.LINF, "8/255", 0.5));
        return test.build();
    }

    static Report nothingRight() {
        TestReport test = new TestReport(200, 10);
        test.cleanAccuracy = 0;
        test.warnings = List.of("every sample is misclassified as it is: there was nothing to attack, robust accuracy is 0");
        test.pictures = 0;
        return test.build();
    }

    static Report nothingLeft() {
        TestReport test = new TestReport(200, 10);
        test.threats = List.of(new Threat("linf-0.3", ThreatModelKind.THREAT_MODEL, Norm.LINF, "0.3", 0));
        return test.build();
    }

    static Report oneSample() {
        TestReport test = new TestReport(1, 10);
        test.masking = Verdict.INCONCLUSIVE;
        return test.build();
    }

    static Report twoClasses() {
        return new TestReport(100, 2).build();
    }

    static Report hundredClasses() {
        return new TestReport(2000, 100).build();
    }

    static Report table() {
        TestReport test = new TestReport(300, 3);
        test.shape = List.of(13L);
        return test.build();
    }

    /** As evaluate makes it of a file: no training, no sweep of a budget of 0, nothing broken. */
    static Report bare() {
        Report full = new TestReport(50, 10).build();
        Report.Result result = full.results().getFirst();
        ThreatModelSpec spec = result.threatModel();
        ThreatModelSpec none = new ThreatModelSpec(spec.modality(), spec.goal(), Knowledge.SCORE_BLACK_BOX, spec.inputRange(),
                new ThreatModelSpec.Perturbation(new ThreatModelSpec.Lp(Norm.LINF, "0")), 5000);
        return new Report(full.schemaVersion(), full.runId(), full.name(), new Report.Model(full.model().uri(), full.model().sha256(), null, 10,
                full.model().inputShape()), new Report.Data(null, full.data().test()), full.evaluation(), full.seed(), full.clean(), full.clean(),
                List.of(new Report.Result(result.kind(), result.name(), none, full.clean(), List.of(), List.of(), List.of(), result.classes(),
                        full.cleanConfusion(), List.of(), result.gradientMasking())), null, full.cleanConfusion(), full.gradientMasking(),
                new Cost(7L, null, null), full.environment(), List.of());
    }

    static Report.Result withPicture(Picture picture) {
        Report.Result result = oneThreatModel().results().getFirst();
        return new Report.Result(result.kind(), result.name(), result.threatModel(), result.robust(), result.attacks(), result.notes(),
                result.sweep(), result.classes(), result.confusion(), List.of(picture), result.gradientMasking());
    }

    /** By name. */
    static Map<String, Report> all() {
        Map<String, Report> reports = new LinkedHashMap<>();
        reports.put("typical", typical());
        reports.put("one-threat-model", oneThreatModel());
        reports.put("colour", colour());
        reports.put("nothing-right", nothingRight());
        reports.put("nothing-left", nothingLeft());
        reports.put("one-sample", oneSample());
        reports.put("two-classes", twoClasses());
        reports.put("hundred-classes", hundredClasses());
        reports.put("table", table());
        reports.put("bare", bare());
        return reports;
    }

    private Report build() {
        int[] label = new int[samples];
        int[] clean = new int[samples];
        for (int i = 0; i < samples; i++) {
            label[i] = random.nextInt(classes);
            clean[i] = random.nextDouble() < cleanAccuracy ? label[i] : other(label[i]);
        }
        boolean[] robust = new boolean[samples];
        List<Report.Result> results = new ArrayList<>();
        for (int i = 0; i < samples; i++) {
            robust[i] = clean[i] == label[i];
        }
        for (Threat threat : threats) {
            // Which attack breaks an example, counted from 0; the number of attacks where none does.
            int[] brokenBy = new int[samples];
            int[] predicted = clean.clone();
            for (int i = 0; i < samples; i++) {
                double kept = Math.pow(threat.kept, 0.4 + 1.2 * label[i] / classes);
                brokenBy[i] = clean[i] != label[i] ? -1 : random.nextDouble() < kept ? ATTACKS.length : Math.min(random.nextInt(14) / 8 + random.nextInt(3), 3);
                predicted[i] = brokenBy[i] >= 0 && brokenBy[i] < ATTACKS.length ? other(label[i]) : clean[i];
                robust[i] &= predicted[i] == label[i];
            }
            results.add(result(threat, label, clean, predicted, brokenBy));
        }
        GradientMasking all = masking(masking, threats.size() > 1 ? "linf-0.1: " : "");
        return new Report(1, "0f6f5d0e-2c5b-4c3e-9a56-2f6f1c1a1b7e-" + "3b".repeat(32), "digits", new Report.Model("pvc://models/digits/model.pt",
                "5c".repeat(32), 12, classes, shape), new Report.Data(Map.of("images", "1a".repeat(32), "labels", "2b".repeat(32)),
                        Map.of("images", "3c".repeat(32), "labels", "4d".repeat(32))), new EvaluationSpec(Suite.AUTO_ATTACK, List.of(), samples, Sampling.RANDOM, 1, 250),
                0, share(count(label, clean)), share((int) IntStream.range(0, samples).filter(i -> robust[i]).count()), results,
                incoming ? baseline(results) : null, confusion(label, clean), all, new Cost(1234L, "987.6", "8.73"), new Report.Environment(List.of(1, 2), List.of("avx2"), "0.1.0", "2.7.1"), warnings);
    }

    /** Of a model that falls to the first attack. */
    private Report.Baseline baseline(List<Report.Result> results) {
        Share clean = share((int) Math.min(samples, Math.round(samples * (cleanAccuracy + 0.05))));
        Share robust = share(samples / 200);
        List<Report.BaselineResult> each = results.stream().map(result -> new Report.BaselineResult(result.kind(), result.name(), robust,
                List.of(new Report.Attack(ATTACKS[0], robust, 0, 9, 101, 0.4)), List.of())).toList();
        return new Report.Baseline("pvc://models/digits/baseline.pt", "6d".repeat(32), clean, robust, each, new Report.Change(12, 62),
                new Report.Change(601, 1));
    }

    private Report.Result result(Threat threat, int[] label, int[] clean, int[] predicted, int[] brokenBy) {
        List<Report.Attack> attacks = new ArrayList<>();
        for (int a = 0; a < ATTACKS.length; a++) {
            int attack = a;
            long given = IntStream.of(brokenBy).filter(b -> b >= attack).count();
            attacks.add(new Report.Attack(ATTACKS[a], share((int) IntStream.of(brokenBy).filter(b -> b > attack).count()), a,
                    given * (a == 3 ? 2345 : 9), given * (a == 3 ? 0 : 101L * (a == 0 ? 1 : 9)), given * 0.0371 * (a + 1)));
        }
        double epsilon = Budget.parse(threat.epsilon).value();
        int kept = count(label, predicted);
        int right = count(label, clean);
        List<Report.SweepPoint> sweep = new ArrayList<>();
        sweep.add(new Report.SweepPoint("0", share(right), false));
        for (double factor : SWEEP) {
            int correct = (int) Math.min(right, Math.round(right * Math.pow((kept + 1e-9) / Math.max(right, 1), Math.pow(factor, 1.6)) + (factor == 1 ? right * 0.01 : 0)));
            sweep.add(new Report.SweepPoint(factor == 1 ? threat.epsilon : Numbers.shortest(epsilon * factor), share(correct), factor == 1));
        }
        List<Report.ClassShare> shares = new ArrayList<>();
        for (int c = 0; c < classes; c++) {
            int k = c;
            int[] of = IntStream.range(0, samples).filter(i -> label[i] == k).toArray();
            if (of.length > 0) {
                shares.add(new Report.ClassShare(c, Share.of((int) IntStream.of(of).filter(i -> clean[i] == k).count(), of.length),
                        Share.of((int) IntStream.of(of).filter(i -> predicted[i] == k).count(), of.length)));
            }
        }
        List<Picture> shown = IntStream.range(0, samples).filter(i -> brokenBy[i] >= 0 && brokenBy[i] < ATTACKS.length).limit(pictures)
                .mapToObj(i -> picture(i, label[i], predicted[i], ATTACKS[brokenBy[i]], threat, epsilon)).toList();
        return new Report.Result(threat.kind, threat.name, new ThreatModelSpec(Modality.IMAGE, Goal.UNTARGETED, Knowledge.WHITE_BOX,
                ThreatModelSpec.InputRange.of("0", "1"), new ThreatModelSpec.Perturbation(new ThreatModelSpec.Lp(threat.norm, threat.epsilon)), null),
                share(kept), attacks, classes == 2 ? List.of("APGD-T needs 4 classes and was left out: the model has 2.") : List.of(),
                sweep, shares, confusion(label, predicted), shown, masking(threat.norm == Norm.LINF ? masking : Verdict.NOT_SUSPECTED, ""));
    }

    private GradientMasking masking(Verdict verdict, String prefix) {
        CheckVerdict odd = switch (verdict) {
            case SUSPECTED -> CheckVerdict.SUSPECTED;
            case INCONCLUSIVE -> CheckVerdict.INCONCLUSIVE;
            case NOT_SUSPECTED -> CheckVerdict.PASS;
        };
        CheckVerdict other = verdict == Verdict.INCONCLUSIVE ? CheckVerdict.INCONCLUSIVE : CheckVerdict.PASS;
        return new GradientMasking(verdict, List.of(
                new Check("IterativeBeatsOneStep", other, prefix + "FGSM left 712 of 920 examples, PGD-20 left 655 of them."),
                new Check("WhiteBoxBeatsBlackBox", odd, prefix + "Square broke 41 examples that APGD-CE left, APGD-CE broke 9 that Square left (p = 0.0001)."),
                new Check("UnboundedAttackSucceeds", other, prefix + "PGD-20 without a bound left 0 of 920 examples."),
                new Check("CrossEntropyMatchesDlr", other, prefix + "of 928 examples 3 fell to PGD-20 on rescaled logits but not to PGD-20, and 5 the other way round (p = 0.86)")));
    }

    private Picture picture(int index, int label, int predicted, String attack, Threat threat, double epsilon) {
        int channels = shape.size() == 3 ? Math.toIntExact(shape.get(0)) : 1;
        int size = shape.size() == 3 ? Math.toIntExact(shape.get(1)) : Math.toIntExact(shape.getFirst());
        int count = (int) shape.stream().mapToLong(Long::longValue).reduce(1, (a, b) -> a * b);
        float[] clean = new float[count];
        float[] adversarial = new float[count];
        for (int i = 0; i < count; i++) {
            int c = i * channels / count;
            int y = i % (count / channels) / size;
            int x = i % size;
            double ring = Math.abs(Math.hypot(x - size / 2.0, (y - size / 2.0) * (1 + label % 3 / 3.0)) - size / 4.0 - label % 4);
            clean[i] = (float) Math.clamp(channels == 3 ? 0.35 + 0.4 * Math.sin(ring / 2 + c + label) : 1.3 - ring / 2, 0, 1);
            double sign = Math.sin(x * 0.9 + label) * Math.cos(y * 0.7 + c) > 0 ? 1 : -1;
            double change = threat.norm == Norm.LINF ? sign * epsilon : epsilon / 12 * Math.sin(x * 0.5 + y * 0.8);
            adversarial[i] = (float) Math.clamp(clean[i] + change, 0, 1);
        }
        return new Picture(index * 37L, label, label, 0.5 + random.nextDouble() / 2, predicted, 0.3 + random.nextDouble() / 2, attack, shape,
                base64(clean), base64(adversarial));
    }

    static String base64(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    private int other(int label) {
        return (label + 1 + Math.min(random.nextInt(classes - 1), random.nextInt(classes - 1))) % classes;
    }

    private Share share(int correct) {
        return Share.of(correct, samples);
    }

    private static int count(int[] label, int[] predicted) {
        return (int) IntStream.range(0, label.length).filter(i -> label[i] == predicted[i]).count();
    }

    private List<List<Integer>> confusion(int[] label, int[] predicted) {
        List<List<Integer>> rows = new ArrayList<>();
        for (int c = 0; c < classes; c++) {
            rows.add(new ArrayList<>(Collections.nCopies(classes, 0)));
        }
        for (int i = 0; i < label.length; i++) {
            List<Integer> row = rows.get(label[i]);
            row.set(predicted[i], row.get(predicted[i]) + 1);
        }
        return rows;
    }
}
