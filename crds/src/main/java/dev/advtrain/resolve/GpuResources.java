package dev.advtrain.resolve;

import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;

/** Which resources of a container are GPUs: those of the NVIDIA device plugin. */
public final class GpuResources {
    private GpuResources() {
    }

    /** Whether this is a GPU, one that is shared, or a slice of one (MIG). */
    public static boolean isGpu(String resource) {
        return resource.equals("nvidia.com/gpu") || resource.equals("nvidia.com/gpu.shared") || resource.startsWith("nvidia.com/mig-");
    }

    /** Whether there is a GPU among these requests or limits. */
    public static boolean askedFor(Map<String, Quantity> resources) {
        return resources.entrySet().stream().anyMatch(e -> isGpu(e.getKey()) && e.getValue().getNumericalAmount().signum() > 0);
    }
}
