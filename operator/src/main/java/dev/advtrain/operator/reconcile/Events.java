package dev.advtrain.operator.reconcile;

import dev.advtrain.api.v1alpha1.training.AdversarialTrainingJob;
import dev.advtrain.operator.status.Transitions.Transition;
import dev.advtrain.resolve.Sha256;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jboss.logging.Logger;

/** Tells people about transitions. The name of an event follows from what it is about: written twice, it is one event. */
final class Events {
    private static final Logger LOG = Logger.getLogger(Events.class);
    private static final String CONTROLLER = "advtrain.dev/operator";
    private static final int MAX_NOTE = 1000;
    private static final int NAME_HASH = 16;
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private final KubernetesClient client;
    private final Clock clock;
    private final String instance;

    Events(KubernetesClient client, Clock clock, String instance) {
        this.client = client;
        this.clock = clock;
        this.instance = instance;
    }

    /** Best effort: an event that cannot be written changes nothing. */
    void publish(AdversarialTrainingJob job, Transition transition) {
        String name = job.getMetadata().getName();
        String note = cut(transition.message());
        String hash = Sha256.hex(job.getMetadata().getUid() + transition.reason() + transition.occurrence()).substring(0, NAME_HASH);
        try {
            client.events().v1().events().resource(new EventBuilder()
                    .withNewMetadata()
                    .withNamespace(job.getMetadata().getNamespace())
                    .withName(name + "." + hash)
                    .endMetadata()
                    .withEventTime(new MicroTime(MICROS.format(clock.instant())))
                    .withReportingController(CONTROLLER)
                    .withReportingInstance(instance)
                    .withAction("Reconcile")
                    .withReason(transition.reason().toString())
                    .withType(transition.normal() ? "Normal" : "Warning")
                    .withNote(note)
                    .withRegarding(new ObjectReferenceBuilder()
                            .withApiVersion(job.getApiVersion())
                            .withKind(job.getKind())
                            .withNamespace(job.getMetadata().getNamespace())
                            .withName(name)
                            .withUid(job.getMetadata().getUid())
                            .build())
                    .build()).create();
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                LOG.warnf("no event %s for %s/%s: %s", transition.reason(), job.getMetadata().getNamespace(), name, e.getMessage());
            }
        }
    }

    private static String cut(String text) {
        return text.length() <= MAX_NOTE ? text : text.substring(0, MAX_NOTE - 1) + "…";
    }
}
