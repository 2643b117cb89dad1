package dev.advtrain.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.advtrain.api.v1alpha1.training.AdversarialTrainingJob;
import dev.advtrain.crds.Manifest;
import dev.advtrain.crds.Rule;
import dev.advtrain.crds.Rules;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the API server refuses is refused without one too, with a sentence that names the field. */
class RulesTest {
    static Stream<Rule> rules() {
        return Rules.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    void holdsOffline(Rule rule) {
        assertThat(errors(rule.acceptedManifest())).as("accepted").isEmpty();
        List<FieldError> errors = errors(rule.refusedManifest());
        assertThat(errors).as("refused").hasSize(1);
        assertThat(errors.getFirst().sentence()).contains(rule.offlinePath() + ": ").contains(rule.offline());
    }

    /** Reads and resolves as in a cluster. */
    private static List<FieldError> errors(JsonNode manifest) {
        try {
            Manifests manifests = ManifestReader.parse("test", manifest.toString());
            if (manifests.jobs().isEmpty()) {
                return Stream.concat(manifests.threatModels().stream(), manifests.clusterThreatModels().stream())
                        .flatMap(threatModel -> Resolver.check(threatModel.getSpec()).stream()).toList();
            }
            AdversarialTrainingJob job = manifests.jobs().getFirst();
            String threatModels = Manifest.of("ThreatModel") + "\n---\n" + Manifest.of("ClusterThreatModel");
            Resolution resolution = new Resolver(ManifestReader.parse("test", threatModels).lookup(job), Place.CLUSTER).resolve(job);
            return switch (resolution) {
                case Resolution.Resolved resolved -> List.of();
                case Resolution.Refused refused -> refused.errors();
            };
        } catch (InvalidInputException e) {
            return e.errors();
        }
    }
}
