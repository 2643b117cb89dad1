package dev.advtrain.trainer.command;

import dev.advtrain.contract.ComputeDevice;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.contract.TrainerArguments;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.tensor.TorchEngine;
import java.util.Arrays;
import picocli.CommandLine.Option;

/** What a command that runs the model runs it on. */
final class DeviceOptions {
    @Option(names = TrainerArguments.DEVICE, paramLabel = "DEVICE", defaultValue = "cpu",
            description = "cpu or cuda. Default: ${DEFAULT-VALUE}. In a cluster the operator says cuda where the job's resources ask for a GPU.")
    private String device;

    /**
     * Looks for the device before anything else is done.
     *
     * @throws TrainerException 64 where there is no such kind of device, 78 where this machine has none
     */
    void use() {
        TorchEngine.use(Arrays.stream(ComputeDevice.values()).filter(one -> one.toString().equals(device)).findFirst()
                .orElseThrow(() -> new TrainerException(ExitCode.RUN_SPEC,
                        TrainerArguments.DEVICE + ": " + device + "; expected cpu or cuda")));
    }
}
