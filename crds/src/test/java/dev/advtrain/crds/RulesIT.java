package dev.advtrain.crds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule on a real API server: one manifest is accepted, one refused with a sentence that names the field. */
class RulesIT {
    private static ApiServer server;

    @BeforeAll
    static void start() throws IOException {
        server = new ApiServer();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    static Stream<Rule> rules() {
        return Rules.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    void holds(Rule rule) {
        create(rule.acceptedManifest());
        assertThatThrownBy(() -> create(rule.refusedManifest()))
                .isInstanceOfSatisfying(KubernetesClientException.class, e -> assertThat(e.getStatus().getMessage())
                        .contains(" is invalid: ").contains(rule.path() + ": ").contains(rule.server()));
    }

    @Test
    void unknownFieldsAreNamed() {
        assertThatThrownBy(() -> create(Manifest.of("AdversarialTrainingJob", "spec.training.epoch=3")))
                .hasMessageContaining("unknown field \"spec.training.epoch\"");
    }

    @Test
    void requestsMayBeNumbersOrText() {
        GenericKubernetesResource created = create(Manifest.of("AdversarialTrainingJob",
                "spec.resources={requests: {cpu: 2, memory: 2Gi}, limits: {cpu: 2500m, nvidia.com/gpu: 1}}"));
        assertThat(created.getAdditionalProperties()).extractingByKey("spec").isNotNull();
    }

    /** Validates on the server without keeping anything. */
    private static GenericKubernetesResource create(JsonNode manifest) {
        GenericKubernetesResource resource =
                new KubernetesSerialization().convertValue(manifest, GenericKubernetesResource.class);
        if (!resource.getKind().startsWith("Cluster")) {
            resource.getMetadata().setNamespace(server.namespace);
        }
        return server.client.resource(resource).dryRun(true).fieldValidation(Validation.STRICT).create();
    }
}
