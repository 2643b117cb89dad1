package dev.advtrain.operator.e2e;

import dev.advtrain.api.v1alpha1.status.Condition;
import dev.advtrain.api.v1alpha1.status.ConditionType;
import dev.advtrain.api.v1alpha1.training.AdversarialTrainingJob;
import dev.advtrain.contract.Labels;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientTimeoutException;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The cluster of KUBECONFIG, in which the chart is installed, and one namespace of it. Waits by watching, never by sleeping. */
final class Cluster implements AutoCloseable {
    static final Duration SOON = Duration.ofSeconds(180);
    private static final String OPERATOR_NAMESPACE = "advtrain-system";
    private static final String OPERATOR = "advtrain-operator";

    final KubernetesClient client;
    final String namespace;

    Cluster(String namespace) {
        if (System.getenv("KUBECONFIG") == null) {
            throw new IllegalStateException("KUBECONFIG must name the kubeconfig of a test cluster, such as that of dev/cluster");
        }
        this.client = new KubernetesClientBuilder().build();
        this.namespace = namespace;
        client.resource(new NamespaceBuilder().withNewMetadata().withName(namespace)
                // The pods must be of the strictest kind; the API server refuses others here.
                .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                .endMetadata().build()).serverSideApply();
    }

    /** Creates what a manifest says, in this namespace. */
    <T extends HasMetadata> T create(String manifest, Class<T> type) {
        T resource = Serialization.unmarshal(manifest, type);
        resource.getMetadata().setNamespace(namespace);
        return client.resource(resource).create();
    }

    Resource<AdversarialTrainingJob> job(String name) {
        return client.resources(AdversarialTrainingJob.class).inNamespace(namespace).withName(name);
    }

    AdversarialTrainingJob await(String name, Duration atMost, Predicate<AdversarialTrainingJob> until) {
        try {
            return job(name).waitUntilCondition(
                    job -> job != null && job.getStatus() != null && until.test(job), atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (KubernetesClientTimeoutException e) {
            throw new AssertionError("not in " + atMost + ":\n" + Serialization.asYaml(job(name).get()), e);
        }
    }

    AdversarialTrainingJob awaitFinished(String name, Duration atMost) {
        return await(name, atMost, job -> is(job, ConditionType.FINISHED, "True"));
    }

    AdversarialTrainingJob awaitReason(String name, ConditionType type, String reason) {
        return await(name, SOON, job -> condition(job, type).filter(c -> c.reason().equals(reason)).isPresent());
    }

    static Optional<Condition> condition(AdversarialTrainingJob job, ConditionType type) {
        return job.getStatus() == null || job.getStatus().conditions() == null ? Optional.empty()
                : job.getStatus().conditions().stream().filter(c -> c.type().equals(type.toString())).findFirst();
    }

    static boolean is(AdversarialTrainingJob job, ConditionType type, String status) {
        return condition(job, type).filter(c -> c.status().toString().equals(status)).isPresent();
    }

    Job awaitJob(String name) {
        return client.batch().v1().jobs().inNamespace(namespace).withName(name)
                .waitUntilCondition(Objects::nonNull, SOON.toMillis(), TimeUnit.MILLISECONDS);
    }

    Pod awaitPod(String job, Predicate<Pod> until) {
        return awaitAny(podsOf(job), until);
    }

    /** The first of several objects that is as wanted. */
    <T extends HasMetadata> T awaitAny(Informable<T> objects, Predicate<T> until) {
        return awaitList(objects, list -> list.stream().anyMatch(until)).stream().filter(until).findFirst().orElseThrow();
    }

    private void awaitNone(Informable<? extends HasMetadata> objects) {
        awaitList(objects, List::isEmpty);
    }

    private static <T extends HasMetadata> List<T> awaitList(Informable<T> objects, Predicate<List<T>> until) {
        CompletableFuture<List<T>> found = objects.informOnCondition(until);
        try {
            return found.get(SOON.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("not in " + SOON, e);
        } finally {
            found.cancel(true);
        }
    }

    FilterWatchListDeletable<Pod, PodList, PodResource> podsOf(String job) {
        return client.pods().inNamespace(namespace).withLabel("batch.kubernetes.io/job-name", job);
    }

    <T extends HasMetadata> void awaitGone(Resource<T> resource) {
        resource.waitUntilCondition(Objects::isNull, SOON.toMillis(), TimeUnit.MILLISECONDS);
    }

    List<String> eventReasons(String job) {
        String uid = job(job).get().getMetadata().getUid();
        return client.events().v1().events().inNamespace(namespace).list().getItems().stream()
                .filter(e -> uid.equals(e.getRegarding().getUid()))
                .sorted(Comparator.comparing(e -> e.getEventTime().getTime()))
                .map(Event::getReason)
                .toList();
    }

    /** Ends the operator at once, as a crash of its node would. Its Deployment starts another. */
    void killOperator() {
        client.pods().inNamespace(OPERATOR_NAMESPACE).withLabel("app.kubernetes.io/name", OPERATOR).withGracePeriod(0).delete();
    }

    void stopOperator() {
        scaleOperator(0);
        client.pods().inNamespace(OPERATOR_NAMESPACE).withLabel("app.kubernetes.io/name", OPERATOR).list().getItems()
                .forEach(pod -> awaitGone(client.pods().resource(pod)));
    }

    void startOperator() {
        scaleOperator(1);
        client.apps().deployments().inNamespace(OPERATOR_NAMESPACE).withName(OPERATOR)
                .waitUntilReady(SOON.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void scaleOperator(int replicas) {
        client.apps().deployments().inNamespace(OPERATOR_NAMESPACE).withName(OPERATOR).scale(replicas);
    }

    /** The address of this machine that pods see: that of the API server. */
    String hostAddress() {
        return client.discovery().v1().endpointSlices().inNamespace("default").withName("kubernetes").get()
                .getEndpoints().getFirst().getAddresses().getFirst();
    }

    /** All that whoever may look at the jobs of this namespace gets to see, Secrets excepted, and the log of the operator. */
    String everythingTold() {
        StringBuilder told = new StringBuilder();
        Stream.of(client.resources(AdversarialTrainingJob.class).inNamespace(namespace).list(),
                        client.configMaps().inNamespace(namespace).list(), client.batch().v1().jobs().inNamespace(namespace).list(),
                        client.pods().inNamespace(namespace).list(), client.events().v1().events().inNamespace(namespace).list())
                .map(Serialization::asYaml).forEach(told::append);
        for (String each : new String[] {namespace, OPERATOR_NAMESPACE}) {
            client.pods().inNamespace(each).list().getItems().forEach(pod -> told.append(client.pods().resource(pod).getLog()));
        }
        return told.toString();
    }

    /** Waits until a deleted job's Jobs, pods and ConfigMaps are gone too. */
    void awaitNothingOf(String job) {
        awaitNone(client.batch().v1().jobs().inNamespace(namespace).withLabel(Labels.JOB, job));
        awaitNone(client.pods().inNamespace(namespace).withLabel(Labels.JOB, job));
        awaitNone(client.configMaps().inNamespace(namespace).withLabel(Labels.JOB, job));
    }

    /** Deletes all jobs and waits until their Jobs and pods are gone too. */
    void deleteJobs() {
        client.resources(AdversarialTrainingJob.class).inNamespace(namespace).delete();
        client.batch().v1().jobs().inNamespace(namespace).withPropagationPolicy(DeletionPropagation.BACKGROUND).delete();
        awaitNone(client.batch().v1().jobs().inNamespace(namespace));
        awaitNone(client.pods().inNamespace(namespace));
    }

    void deleteNamespace() {
        Resource<Namespace> resource = client.namespaces().withName(namespace);
        resource.delete();
        awaitGone(resource);
    }

    @Override
    public void close() {
        client.close();
    }
}
