package dev.advtrain.operator.reconcile;

import dev.advtrain.operator.observe.RunObserver;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;

/** Creates and deletes what a job owns. */
final class Children {
    private final KubernetesClient client;

    Children(KubernetesClient client) {
        this.client = client;
    }

    /**
     * Creates the object unless it is there: names are deterministic, so a second try, from an older view of the
     * cluster or after a restart, finds the first one's.
     *
     * @return the object in the cluster
     * @throws NameTakenException if an object of this name belongs to somebody else
     */
    <T extends HasMetadata> T ensure(T desired, String ownerUid) {
        try {
            return client.resource(desired).create();
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
        }
        T existing = client.resource(desired).get();
        // Gone again in between: the next reconciliation creates it.
        if (existing == null || !RunObserver.controlledBy(existing, ownerUid)) {
            throw new NameTakenException(desired);
        }
        return existing;
    }

    void delete(Job job) {
        client.resource(job).withPropagationPolicy(DeletionPropagation.BACKGROUND).delete();
    }

    boolean namespaceIsDeleted(String name) {
        Namespace namespace = client.namespaces().withName(name).get();
        return namespace == null || namespace.getMetadata().getDeletionTimestamp() != null;
    }

    /** The name of a child is in use, by somebody's object or by one that is still being deleted. */
    static final class NameTakenException extends RuntimeException {
        NameTakenException(HasMetadata desired) {
            super(desired.getKind() + " " + desired.getMetadata().getName()
                    + " exists already and is not what this job makes; it is created once that name is free");
        }
    }
}
