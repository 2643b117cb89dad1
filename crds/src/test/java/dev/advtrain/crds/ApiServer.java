package dev.advtrain.crds;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** The API server of KUBECONFIG with the generated CRDs, and a namespace that goes when the test is done. */
final class ApiServer implements AutoCloseable {
    private static final Path CRDS = Path.of("generated");

    final KubernetesClient client;
    final String namespace = "advtrain-api-" + UUID.randomUUID().toString().substring(0, 8);

    ApiServer() throws IOException {
        if (System.getenv("KUBECONFIG") == null) {
            throw new IllegalStateException("KUBECONFIG must name the kubeconfig of a test cluster, such as that of dev/cluster");
        }
        client = new KubernetesClientBuilder().build();
        try (var files = Files.list(CRDS)) {
            for (Path file : files.toList()) {
                try (var in = Files.newInputStream(file)) {
                    CustomResourceDefinition crd = client.apiextensions().v1().customResourceDefinitions().load(in).item();
                    client.resource(crd).createOr(NonDeletingOperation::update);
                    client.resource(crd).waitUntilCondition(ApiServer::established, 30, TimeUnit.SECONDS);
                }
            }
        }
        client.resource(new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build()).create();
    }

    private static boolean established(CustomResourceDefinition crd) {
        return crd != null && crd.getStatus() != null && crd.getStatus().getConditions() != null && crd.getStatus().getConditions().stream()
                .anyMatch(condition -> condition.getType().equals("Established") && condition.getStatus().equals("True"));
    }

    @Override
    public void close() {
        client.namespaces().withName(namespace).delete();
        client.close();
    }
}
