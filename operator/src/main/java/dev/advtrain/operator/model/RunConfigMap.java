package dev.advtrain.operator.model;

import dev.advtrain.contract.PodPaths;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;

/** The immutable ConfigMap that holds a run's spec: from its creation on the one truth of what is run. */
public final class RunConfigMap {
    private RunConfigMap() {
    }

    public static ConfigMap of(Run run) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(run.owner().namespace())
                .withName(run.configMapName())
                .withLabels(ChildLabels.of(run.owner().name()))
                .withOwnerReferences(run.owner().reference())
                .endMetadata()
                .withImmutable(true)
                .addToData(PodPaths.TRAIN_KEY, run.trainJson())
                .addToData(PodPaths.EVALUATE_KEY, run.evaluateJson())
                .build();
    }
}
