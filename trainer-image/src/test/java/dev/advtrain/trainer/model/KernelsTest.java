package dev.advtrain.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class KernelsTest {
    /** They make a tensor on the processor, whatever device the model is on; torch.new_zeros and its like do not. */
    private static final Pattern ON_THE_PROCESSOR = Pattern.compile("torch\\.(zeros|ones|full|empty|tensor|eye|arange|linspace|rand|randn|randint|randperm)\\(");

    @Test
    void tensorsAreMadeWhereTheModelIs() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/main/resources/torchscript"))) {
            List<Path> kernels = files.toList();
            assertThat(kernels).hasSizeGreaterThan(20).allSatisfy(file -> assertThat(Files.readString(file)).doesNotContainPattern(ON_THE_PROCESSOR));
        }
    }
}
