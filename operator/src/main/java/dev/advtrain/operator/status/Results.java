package dev.advtrain.operator.status;

import dev.advtrain.api.v1alpha1.status.AdversarialTrainingJobStatus.Artifact;
import dev.advtrain.api.v1alpha1.status.AdversarialTrainingJobStatus.Baseline;
import dev.advtrain.api.v1alpha1.status.ConfidenceInterval;
import dev.advtrain.api.v1alpha1.status.GradientMasking;
import dev.advtrain.api.v1alpha1.status.ThreatModelResult;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelSpec;
import dev.advtrain.contract.Accuracy;
import dev.advtrain.contract.Gates;
import dev.advtrain.contract.TerminationMessage;
import dev.advtrain.resolve.RunSpec;
import dev.advtrain.resolve.RunSpec.ResolvedThreatModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A report's message as fields of the status. */
final class Results {
    /** As many as the status may have. */
    private static final int MAX_WARNINGS = 64;
    private static final int MAX_EVIDENCE = 512;

    private Results() {
    }

    static void fill(StatusBuilder status, RunSpec spec, TerminationMessage message) {
        TerminationMessage.Evaluation e = message.evaluation();
        TerminationMessage.Artifact a = message.artifact();
        status.suite(e.suite())
                .samples(e.samples())
                .accuracies(Accuracy.of(e.cleanCorrect(), e.samples()), Accuracy.of(e.robustCorrect(), e.samples()),
                        e.confidenceInterval())
                .results(e.results().stream().map(result -> result(spec, e, result)).toList())
                .baseline(baseline(e))
                .gradientMasking(masking(e.gradientMasking()))
                .artifact(new Artifact(a.uri(), a.sha256(), a.reportUri(), a.selectedEpoch()))
                .cost(message.cost())
                .warnings(warnings(message));
    }

    static String sentence(TerminationMessage.Evaluation e) {
        ConfidenceInterval interval = e.confidenceInterval();
        return "clean accuracy " + Accuracy.of(e.cleanCorrect(), e.samples())
                + ", robust accuracy " + Accuracy.of(e.robustCorrect(), e.samples())
                + " [" + interval.lower() + ", " + interval.upper() + "] on " + e.samples() + " samples"
                + (e.baseline() == null ? "" : "; the incoming model: clean accuracy " + Accuracy.of(e.baseline().cleanCorrect(), e.samples())
                        + ", robust accuracy " + Accuracy.of(e.baseline().robustCorrect(), e.samples()));
    }

    private static Baseline baseline(TerminationMessage.Evaluation e) {
        TerminationMessage.Baseline b = e.baseline();
        return b == null ? null : new Baseline(e.samples(), Accuracy.of(b.cleanCorrect(), e.samples()), Accuracy.of(b.robustCorrect(), e.samples()),
                b.confidenceInterval());
    }

    /** The trainer's, and that of masked gradients first: it puts all numbers in doubt. */
    private static List<String> warnings(TerminationMessage message) {
        List<String> warnings = new ArrayList<>();
        GradientMasking masking = message.evaluation().gradientMasking();
        if (Gates.maskingSuspected(masking)) {
            warnings.add(Gates.suspicion(masking));
        }
        warnings.addAll(message.warnings() == null ? List.of() : message.warnings());
        return warnings.isEmpty() ? null : warnings.subList(0, Math.min(warnings.size(), MAX_WARNINGS));
    }

    /** With evidence no longer than the status may have it: a status that is refused would never be written. */
    private static GradientMasking masking(GradientMasking masking) {
        return masking == null ? null : new GradientMasking(masking.verdict(), masking.checks().stream().map(check ->
                check.evidence() == null || check.evidence().length() <= MAX_EVIDENCE ? check
                        : new GradientMasking.Check(check.name(), check.verdict(), check.evidence().substring(0, MAX_EVIDENCE - 1) + "…")).toList());
    }

    /** What the threat model says is in the run spec, what was measured in the message. */
    private static ThreatModelResult result(RunSpec spec, TerminationMessage.Evaluation e, TerminationMessage.Result r) {
        Optional<ThreatModelSpec> threatModel = spec.threatModels().stream()
                .filter(t -> t.kind() == r.kind() && t.name().equals(r.name())).findFirst().map(ResolvedThreatModel::spec);
        Optional<ThreatModelSpec.Lp> lp = threatModel.map(t -> t.perturbation().lp());
        List<TerminationMessage.Attack> attacks = r.attacks() == null ? List.of() : r.attacks();
        return new ThreatModelResult(r.kind(), r.name(), lp.map(ThreatModelSpec.Lp::norm).orElse(null),
                lp.map(ThreatModelSpec.Lp::epsilon).orElse(null), threatModel.map(ThreatModelSpec::knowledge).orElse(null), e.suite(), e.samples(),
                Accuracy.of(e.cleanCorrect(), e.samples()), Accuracy.of(r.robustCorrect(), e.samples()),
                r.confidenceInterval(),
                attacks.stream()
                        .map(a -> new ThreatModelResult.AttackResult(a.name(), Accuracy.of(a.robustCorrect(), e.samples()), a.seconds()))
                        .toList());
    }
}
