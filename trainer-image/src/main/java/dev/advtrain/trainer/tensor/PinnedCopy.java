package dev.advtrain.trainer.tensor;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import java.io.IOException;
import java.util.LinkedHashMap;

/**
 * Copies to a GPU that nothing waits for: through page-locked memory, in the order of the device's own work
 * ({@code pin_memory} and {@code non_blocking} of PyTorch, for which DJL has no call). One a thread.
 */
final class PinnedCopy {
    /** libtorch keeps the page-locked memory until the device has read it, and then for the next copy. */
    private static final String METHODS = """
              def forward(self: $SELF,
                x: Tensor) -> Tensor:
                return torch.to(torch.pin_memory(x), torch.device("cuda"), None, True)
            """;

    private final TorchModule module;
    private boolean refused;

    PinnedCopy() {
        try {
            module = TorchModule.load(new ScriptModule("PinnedCopy", new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>(), METHODS)
                    .toArchive());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Where memory cannot be page-locked, the copy is waited for.
     *
     * @param scope of a GPU
     * @param onHost in the memory of the processor; may be changed or freed afterwards
     * @return on the device of the scope, belonging to it
     */
    NDArray copy(NDManager scope, NDArray onHost) {
        if (!refused) {
            try {
                return (NDArray) module.run(scope, "forward", onHost);
            } catch (EngineException e) {
                if (DeviceMemory.exhausted(e)) {
                    throw e;
                }
                refused = true;
            }
        }
        PtNDArray copy = (PtNDArray) onHost.toDevice(scope.getDevice(), true);
        copy.attach(scope);
        return copy;
    }
}
