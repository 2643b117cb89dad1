package dev.advtrain.trainer.tensor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What NVIDIA's driver says of itself and its GPUs in {@code /proc}: DJL has no call for it. */
final class NvidiaDriver {
    private static final Pattern MODEL = Pattern.compile("(?m)^Model:\\s*(.+?)\\s*$");
    private static final Pattern UUID = Pattern.compile("(?m)^GPU UUID:\\s*(\\S+)");
    private static final Pattern VERSION = Pattern.compile("Kernel Module[^0-9]*(?:x86_64 +|aarch64 +)?([0-9]+(?:\\.[0-9]+)+)");

    private NvidiaDriver() {}

    /**
     * Models and version of the driver, such as {@code NVIDIA H200, driver 550.54.15}.
     *
     * @param root    the driver's folder in {@code /proc}
     * @param visible UUIDs of the GPUs that a container may use; where it names none of those there are, all of them count
     */
    static Optional<String> devices(Path root, String visible) {
        List<String> information = new ArrayList<>();
        try (Stream<Path> gpus = Files.list(root.resolve("gpus"))) {
            for (Path gpu : gpus.sorted().toList()) {
                information.add(Files.readString(gpu.resolve("information"), StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            return Optional.empty();
        }
        List<String> own = information.stream().filter(text -> visible != null && first(UUID, text).filter(visible::contains).isPresent()).toList();
        String models = (own.isEmpty() ? information : own).stream().flatMap(text -> first(MODEL, text).stream()).distinct().sorted()
                .collect(Collectors.joining(", "));
        return models.isEmpty() ? Optional.empty() : Optional.of(models + version(root).map(", driver "::concat).orElse(""));
    }

    private static Optional<String> version(Path root) {
        try {
            return first(VERSION, Files.readString(root.resolve("version"), StandardCharsets.UTF_8));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> first(Pattern pattern, String text) {
        Matcher found = pattern.matcher(text);
        return found.find() ? Optional.of(found.group(1)) : Optional.empty();
    }
}
