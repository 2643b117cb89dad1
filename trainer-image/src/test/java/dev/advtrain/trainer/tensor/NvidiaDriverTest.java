package dev.advtrain.trainer.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NvidiaDriverTest {
    private static final String VERSION = """
            NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue Mar  5 22:23:56 UTC 2024
            GCC version:  gcc version 12.2.0 (Debian 12.2.0-14)
            """;
    private static final String OPEN_VERSION = "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  570.124.06  Release Build  (root@host)\n";

    @TempDir
    Path root;

    @Test
    void namesModelsAndDriver() throws IOException {
        gpu("0000:01:00.0", "NVIDIA H200", "GPU-11111111-aaaa");
        gpu("0000:02:00.0", "NVIDIA H200", "GPU-22222222-aaaa");
        Files.writeString(root.resolve("version"), VERSION);
        assertThat(NvidiaDriver.devices(root, null)).contains("NVIDIA H200, driver 550.54.15");
        Files.writeString(root.resolve("version"), OPEN_VERSION);
        assertThat(NvidiaDriver.devices(root, "all")).contains("NVIDIA H200, driver 570.124.06");
    }

    @Test
    void ofSeveralThoseTheContainerMayUse() throws IOException {
        gpu("0000:01:00.0", "NVIDIA A100-SXM4-40GB", "GPU-11111111-aaaa");
        gpu("0000:02:00.0", "NVIDIA H200", "GPU-22222222-aaaa");
        assertThat(NvidiaDriver.devices(root, "GPU-22222222-aaaa")).contains("NVIDIA H200");
        assertThat(NvidiaDriver.devices(root, "GPU-33333333-aaaa")).contains("NVIDIA A100-SXM4-40GB, NVIDIA H200");
    }

    @Test
    void withoutADriverThereIsNothingToSay() {
        assertThat(NvidiaDriver.devices(root.resolve("nvidia"), null)).isEmpty();
    }

    private void gpu(String bus, String model, String uuid) throws IOException {
        Files.createDirectories(root.resolve("gpus/" + bus));
        Files.writeString(root.resolve("gpus/" + bus + "/information"),
                "Model: \t\t %s\nIRQ:   \t\t 16\nGPU UUID: \t %s\nVideo BIOS: \t 96.00.41.00.01\n".formatted(model, uuid));
    }
}
