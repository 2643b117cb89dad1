package dev.advtrain.trainer.tensor;

import dev.advtrain.contract.ComputeDevice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * What the last bits of a result depend on besides seed and data.
 *
 * @param threads of one operator
 * @param instructionSet of the processor, as far as the engine's kernels use it, the device with its driver where that is another, and
 *     the precision where that is, e.g. {@code amd64 AVX2} or {@code amd64 AVX2 with cuda (NVIDIA H200, driver 550.54.15) in BFloat16}
 */
public record Environment(int threads, String instructionSet) {
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    public static Environment current() {
        return new Environment(TorchEngine.threads(), System.getProperty("os.arch") + " " + capability()
                + (TorchEngine.device() == ComputeDevice.CPU ? "" : " with " + TorchEngine.device()
                + NvidiaDriver.devices(Path.of("/proc/driver/nvidia"), System.getenv("NVIDIA_VISIBLE_DEVICES")).map(" (%s)"::formatted).orElse("")));
    }

    public String text() {
        return threads + " threads and " + instructionSet;
    }

    /** Where convolutions and matrix products are made in bfloat16, by instructions that may differ between processors. */
    public static Environment ofBFloat16() {
        Environment current = current();
        return new Environment(current.threads, current.instructionSet + " in BFloat16"
                + (TorchEngine.device() == ComputeDevice.CPU && processorFlags().contains("amx_bf16") ? " with AMX" : ""));
    }

    /** Named as Linux names them; none where that is not known. */
    static List<String> processorFlags() {
        try (var lines = Files.lines(CPU_INFO, StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> line.startsWith("flags")).findFirst()
                    .map(line -> Arrays.asList(line.split("\\s+"))).orElse(List.of());
        } catch (IOException e) {
            return List.of();
        }
    }

    /** Named as libtorch names them. */
    private static String capability() {
        List<String> flags = processorFlags();
        return flags.isEmpty() ? "unknown" : flags.contains("avx512f") ? "AVX512" : flags.contains("avx2") ? "AVX2" : "DEFAULT";
    }
}
