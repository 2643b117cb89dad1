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
 * @param instructionSet of the processor, as far as the engine's kernels use it, and the device where that is another, e.g.
 *     {@code amd64 AVX2} or {@code amd64 AVX2 with cuda}
 */
public record Environment(int threads, String instructionSet) {
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    public static Environment current() {
        return new Environment(TorchEngine.threads(), System.getProperty("os.arch") + " " + capability()
                + (TorchEngine.device() == ComputeDevice.CPU ? "" : " with " + TorchEngine.device()));
    }

    public String text() {
        return threads + " threads and " + instructionSet;
    }

    /** Named as libtorch names them. */
    private static String capability() {
        List<String> flags;
        try (var lines = Files.lines(CPU_INFO, StandardCharsets.ISO_8859_1)) {
            flags = lines.filter(line -> line.startsWith("flags")).findFirst()
                    .map(line -> Arrays.asList(line.split("\\s+"))).orElse(List.of());
        } catch (IOException e) {
            return "unknown";
        }
        return flags.contains("avx512f") ? "AVX512" : flags.contains("avx2") ? "AVX2" : "DEFAULT";
    }
}
