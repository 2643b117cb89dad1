package dev.advtrain.operator.model;

import dev.advtrain.contract.Command;
import dev.advtrain.contract.ComputeDevice;
import dev.advtrain.resolve.GpuResources;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Resources of the trainer's container. A CPU limit is always set: the number of threads follows it, and the bytes of
 * the parameters follow the number of threads, so they must not depend on the node.
 */
public final class TrainerResources {
    private static final String CPU = "cpu";
    private static final String MEMORY = "memory";
    private static final Quantity DEFAULT_CPU_REQUEST = new Quantity("500m");
    private static final Quantity DEFAULT_CPU_LIMIT = new Quantity("2");
    private static final Quantity DEFAULT_MEMORY_REQUEST = new Quantity("1Gi");
    private static final Quantity DEFAULT_MEMORY_LIMIT = new Quantity("2Gi");

    private TrainerResources() {
    }

    /** What a pod of the stage asks for. A GPU is for training and attacks: a report merges numbers. */
    static ResourceRequirements of(Run run, Command stage) {
        Map<String, Quantity> requests = new LinkedHashMap<>(run.requestedResources());
        Map<String, Quantity> limits = new LinkedHashMap<>(run.resourceLimits());
        if (stage == Command.REPORT) {
            requests.keySet().removeIf(GpuResources::isGpu);
            limits.keySet().removeIf(GpuResources::isGpu);
        }
        // The API server takes no request of a device without the same limit.
        requests.forEach((name, quantity) -> {
            if (GpuResources.isGpu(name)) {
                limits.putIfAbsent(name, quantity);
            }
        });
        fill(requests, limits, CPU, DEFAULT_CPU_REQUEST, DEFAULT_CPU_LIMIT);
        fill(requests, limits, MEMORY, DEFAULT_MEMORY_REQUEST, DEFAULT_MEMORY_LIMIT);
        return new ResourceRequirementsBuilder().withRequests(requests).withLimits(limits).build();
    }

    static ComputeDevice device(Run run, Command stage) {
        return GpuResources.askedFor(of(run, stage).getLimits()) ? ComputeDevice.CUDA : ComputeDevice.CPU;
    }

    /** The memory limit of the run's pods, for messages. */
    public static String memoryLimit(Run run) {
        return of(run, Command.TRAIN).getLimits().get(MEMORY).toString();
    }

    // A value given on one side holds for the other where the default would contradict it.
    private static void fill(Map<String, Quantity> requests, Map<String, Quantity> limits, String resource,
            Quantity defaultRequest, Quantity defaultLimit) {
        Quantity request = requests.get(resource);
        Quantity limit = limits.get(resource);
        if (limit == null) {
            limit = request == null ? defaultLimit : max(request, defaultLimit);
            limits.put(resource, limit);
        }
        if (request == null) {
            requests.put(resource, min(defaultRequest, limit));
        }
    }

    private static Quantity max(Quantity a, Quantity b) {
        return a.getNumericalAmount().compareTo(b.getNumericalAmount()) >= 0 ? a : b;
    }

    private static Quantity min(Quantity a, Quantity b) {
        return a.getNumericalAmount().compareTo(b.getNumericalAmount()) <= 0 ? a : b;
    }
}
