package dev.advtrain.api.v1alpha1.training;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.advtrain.api.v1alpha1.ApiObject;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;

/** Compute resources of each pod, as in a container of a pod. */
@ValidationRule(value = "!has(self.requests) || !has(self.limits) || self.requests.all(name, !(name in self.limits) || " + ResourcesSpec.GPU
        + " || quantity(string(self.requests[name])).compareTo(quantity(string(self.limits[name]))) <= 0)",
        message = ResourcesSpec.LIMIT_MESSAGE, fieldPath = ".requests")
@ValidationRule(value = "!has(self.requests) || !has(self.limits) || self.requests.all(name, !(name in self.limits) || !" + ResourcesSpec.GPU
        + " || quantity(string(self.requests[name])).compareTo(quantity(string(self.limits[name]))) == 0)",
        message = ResourcesSpec.GPU_LIMIT_MESSAGE, fieldPath = ".requests")
@ValidationRule(value = "!has(self.requests) || [self.requests.filter(name, " + ResourcesSpec.GPU
        + " && quantity(string(self.requests[name])).compareTo(quantity('0')) != 0)].all(gpus, size(gpus) == 0 "
        + "|| size(gpus) == 1 && quantity(string(self.requests[gpus[0]])).compareTo(quantity('1')) == 0)",
        message = ResourcesSpec.ONE_GPU_MESSAGE, fieldPath = ".requests")
@ValidationRule(value = "!has(self.limits) || [self.limits.filter(name, " + ResourcesSpec.GPU
        + " && quantity(string(self.limits[name])).compareTo(quantity('0')) != 0)].all(gpus, size(gpus) == 0 "
        + "|| size(gpus) == 1 && quantity(string(self.limits[gpus[0]])).compareTo(quantity('1')) == 0)",
        message = ResourcesSpec.ONE_GPU_MESSAGE, fieldPath = ".limits")
public record ResourcesSpec(
        @JsonPropertyDescription("What is reserved, such as {cpu: 2, memory: 2Gi}.")
        @Size(max = 16)
        Map<String, Quantity> requests,

        @JsonPropertyDescription("What must not be exceeded, such as {cpu: 2, memory: 2Gi}.")
        @Size(max = 16)
        Map<String, Quantity> limits) implements ApiObject {
    static final String GPU = "(name in ['nvidia.com/gpu', 'nvidia.com/gpu.shared'] || name.startsWith('nvidia.com/mig-'))";
    public static final String LIMIT_MESSAGE = "must be at most the limit";
    public static final String GPU_LIMIT_MESSAGE = "must be equal to the limit, as Kubernetes has it for devices";
    public static final String ONE_GPU_MESSAGE = "must be 1, of one kind of GPU: a pod uses one; shards of an evaluation run at the same time";
}
