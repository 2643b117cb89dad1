package dev.advtrain.operator.status;

import dev.advtrain.api.v1alpha1.status.AdversarialTrainingJobStatus.Artifact;
import dev.advtrain.api.v1alpha1.status.ConfidenceInterval;
import dev.advtrain.api.v1alpha1.status.ThreatModelResult;
import dev.advtrain.contract.Accuracy;
import dev.advtrain.contract.TerminationMessage;
import java.util.List;

/** A report's message as fields of the status. */
final class Results {
    private Results() {
    }

    static void fill(StatusBuilder status, TerminationMessage message) {
        TerminationMessage.Evaluation e = message.evaluation();
        TerminationMessage.Artifact a = message.artifact();
        status.suite(e.suite())
                .samples(e.samples())
                .accuracies(Accuracy.of(e.cleanCorrect(), e.samples()), Accuracy.of(e.robustCorrect(), e.samples()),
                        e.confidenceInterval())
                .results(e.results().stream().map(Results::result).toList())
                .artifact(new Artifact(a.uri(), a.sha256(), a.reportUri(), a.selectedEpoch()))
                .warnings(message.warnings() == null || message.warnings().isEmpty() ? null : message.warnings());
    }

    static String sentence(TerminationMessage.Evaluation e) {
        ConfidenceInterval interval = e.confidenceInterval();
        return "clean accuracy " + Accuracy.of(e.cleanCorrect(), e.samples())
                + ", robust accuracy " + Accuracy.of(e.robustCorrect(), e.samples())
                + " [" + interval.lower() + ", " + interval.upper() + "] on " + e.samples() + " samples";
    }

    private static ThreatModelResult result(TerminationMessage.Result r) {
        List<TerminationMessage.Attack> attacks = r.attacks() == null ? List.of() : r.attacks();
        return new ThreatModelResult(r.kind(), r.name(), r.norm(), r.epsilon(), r.knowledge(), r.suite(), r.samples(),
                Accuracy.of(r.cleanCorrect(), r.samples()), Accuracy.of(r.robustCorrect(), r.samples()),
                r.confidenceInterval(),
                attacks.stream()
                        .map(a -> new ThreatModelResult.AttackResult(a.name(), Accuracy.of(a.robustCorrect(), r.samples()), a.seconds()))
                        .toList());
    }
}
