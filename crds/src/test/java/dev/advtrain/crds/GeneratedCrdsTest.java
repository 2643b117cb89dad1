package dev.advtrain.crds;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The YAML beside the Java types is what the Java types say. */
class GeneratedCrdsTest {
    private static final Path FOLDER = Path.of("generated");
    private static final int MAX_BYTES = 200 * 1024;

    @Test
    void yamlIsUpToDate() throws IOException {
        Map<String, String> expected = CrdYaml.generate();
        // dev/generate runs this test to write the files instead of comparing them.
        if (Boolean.getBoolean("crds.write")) {
            write(expected);
        }
        assertThat(read()).as("crds/generated differs from the Java types: run dev/generate").isEqualTo(expected);
    }

    @Test
    void everyCrdFitsWhereverItIsStored() {
        CrdYaml.generate().forEach((name, yaml) ->
                assertThat(yaml.getBytes(StandardCharsets.UTF_8).length).as(name).isLessThan(MAX_BYTES));
    }

    private static Map<String, String> read() throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (var paths = Files.list(FOLDER)) {
            for (Path path : paths.toList()) {
                files.put(path.getFileName().toString(), Files.readString(path));
            }
        }
        return files;
    }

    private static void write(Map<String, String> files) throws IOException {
        Files.createDirectories(FOLDER);
        try (var paths = Files.list(FOLDER)) {
            for (Path path : paths.toList()) {
                Files.delete(path);
            }
        }
        for (Map.Entry<String, String> file : files.entrySet()) {
            Files.writeString(FOLDER.resolve(file.getKey()), file.getValue());
        }
    }
}
