package dev.advtrain.operator.reconcile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.advtrain.contract.Labels;
import dev.advtrain.operator.model.Run;
import dev.advtrain.resolve.FieldError;
import dev.advtrain.resolve.Resolution.Reason;
import dev.advtrain.resolve.Resolution.Refused;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/**
 * Whether pods may mount the Secrets that a run names. The API server is asked for one Secret's metadata at a time: its
 * content never comes here, and the operator needs no right to list or watch Secrets.
 */
final class StorageSecrets {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String METADATA_ONLY = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";

    private final KubernetesClient client;

    StorageSecrets(KubernetesClient client) {
        this.client = client;
    }

    /** What is missing, if anything is. */
    Optional<Refused> missing(Run run) {
        for (String name : run.secrets()) {
            Optional<JsonNode> metadata = metadata(run.owner().namespace(), name);
            if (metadata.isEmpty()) {
                return refused(Reason.SECRET_NOT_FOUND, name, "there is no Secret of this name");
            }
            if (!Labels.STORAGE_VALUE.equals(metadata.get().path("labels").path(Labels.STORAGE).asText())) {
                return refused(Reason.SECRET_NOT_LABELLED, name,
                        "the Secret needs the label " + Labels.STORAGE + ": \"" + Labels.STORAGE_VALUE + "\" so that jobs may use it");
            }
        }
        return Optional.empty();
    }

    private static Optional<Refused> refused(Reason reason, String name, String expected) {
        return Optional.of(new Refused(reason, List.of(new FieldError("secretRef", '"' + name + '"', expected))));
    }

    private Optional<JsonNode> metadata(String namespace, String name) {
        URI uri = URI.create(client.getMasterUrl().toString()).resolve("/api/v1/namespaces/" + namespace + "/secrets/" + name);
        HttpResponse<String> response = get(uri);
        if (response.code() == HttpURLConnection.HTTP_NOT_FOUND) {
            return Optional.empty();
        }
        if (response.code() != HttpURLConnection.HTTP_OK) {
            throw new KubernetesClientException("the API server answered " + response.code() + " when asked for the metadata of Secret "
                    + namespace + "/" + name);
        }
        try {
            return Optional.of(JSON.readTree(response.body()).path("metadata"));
        } catch (IOException e) {
            throw new KubernetesClientException("the API server's answer is not JSON", e);
        }
    }

    private HttpResponse<String> get(URI uri) {
        try {
            return client.getHttpClient()
                    .sendAsync(client.getHttpClient().newHttpRequestBuilder().uri(uri).header("Accept", METADATA_ONLY).build(), String.class)
                    .get();
        } catch (ExecutionException e) {
            throw new KubernetesClientException("the API server cannot be reached", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KubernetesClientException("interrupted", e);
        }
    }
}
