package dev.advtrain.trainer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Real data for tests: the folder that ADVTRAIN_DATA names, with {@code data/} and {@code reference/}. Without it tests
 * run on what the project makes itself and say so; set but incomplete is an error.
 */
public final class TestData {
    private static final String VARIABLE = "ADVTRAIN_DATA";
    private static final Set<Class<?>> NAMED = ConcurrentHashMap.newKeySet();

    private TestData() {}

    /** Fashion-MNIST as IDX files, gzip. */
    public record FashionMnist(Path trainImages, Path trainLabels, Path testImages, Path testLabels) {}

    /** @param test whose summary line says that it ran on built-in data */
    public static Optional<FashionMnist> fashionMnist(Class<?> test) {
        return root(test).map(root -> {
            Path folder = root.resolve("data/fashion-mnist");
            return new FashionMnist(required(folder.resolve("train-images-idx3-ubyte.gz")), required(folder.resolve("train-labels-idx1-ubyte.gz")),
                    required(folder.resolve("t10k-images-idx3-ubyte.gz")), required(folder.resolve("t10k-labels-idx1-ubyte.gz")));
        });
    }

    /**
     * Photographs of hand signs, 32 x 32, in colour.
     *
     * @param images gzipped records of CIFAR-10's form
     * @param names of the photographs, one a line, in the same order
     */
    public record SignDigits(Path images, Path names) {}

    /** @param test whose summary line says that it ran on built-in data */
    public static Optional<SignDigits> signDigits(Class<?> test) {
        return root(test).map(root -> {
            Path folder = root.resolve("data/sign-digits");
            return new SignDigits(required(folder.resolve("sign-digits-32x32.bin.gz")), required(folder.resolve("sign-digits-32x32.names.txt")));
        });
    }

    /** Reference values for the first Fashion-MNIST test images. */
    public static Optional<Path> fashionMnistReference(Class<?> test) {
        return root(test).map(root -> required(root.resolve("reference/fm_at.npz")));
    }

    private static Optional<Path> root(Class<?> test) {
        String value = System.getenv(VARIABLE);
        if (value == null || value.isBlank()) {
            if (NAMED.add(test)) {
                System.out.println("BUILT-IN DATA: " + test.getSimpleName());
            }
            return Optional.empty();
        }
        return Optional.of(Path.of(value).toAbsolutePath().normalize());
    }

    private static Path required(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new IllegalStateException(VARIABLE + " is set, but there is no file " + file);
        }
        return file;
    }
}
