package dev.advtrain.trainer.model;

import dev.advtrain.trainer.TestData;
import dev.advtrain.trainer.model.builtin.SmallCnn;
import dev.advtrain.trainer.tensor.Npz;
import dev.advtrain.trainer.tensor.SafeTensors.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.zip.GZIPInputStream;

/**
 * A trained model with the values that the attacks' own implementations give for it.
 *
 * @param x        examples, row-major, in [0, 1]
 * @param epsilon  budgets by norm
 * @param pgdStep  step of the recorded PGD-20
 */
public record Reference(String name, Npz values, float[] x, long[] y, Map<String, Double> epsilon, double pgdStep) {
    public static final ModelShape SHAPE = new ModelShape(new long[] {1, 28, 28}, 10);

    public int size() {
        return y.length;
    }

    @Override
    public String toString() {
        return name;
    }

    /** Some of the examples; the recorded values stay those of all. */
    public Reference images(int... examples) {
        float[] chosen = new float[examples.length * SHAPE.features()];
        for (int row = 0; row < examples.length; row++) {
            System.arraycopy(x, examples[row] * SHAPE.features(), chosen, row * SHAPE.features(), SHAPE.features());
        }
        return new Reference(name, values, chosen, Arrays.stream(examples).mapToLong(i -> y[i]).toArray(), epsilon, pgdStep);
    }

    /** Digits always; Fashion-MNIST where there is data. */
    public static List<Reference> all(Class<?> test) {
        List<Reference> all = new ArrayList<>();
        all.add(digits());
        fashionMnist(test).ifPresent(all::add);
        return all;
    }

    public static Reference digits() {
        try (InputStream in = Reference.class.getResourceAsStream("/reference/digits_at.npz")) {
            Npz values = Npz.read(in);
            return new Reference("digits", values, values.floats("x"), values.longs("y"), Map.of("Linf", 0.13, "L2", 1.5), 0.0325);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<Reference> fashionMnist(Class<?> test) {
        return fashionMnist(test, values -> values.floats("loss.ce").length);
    }

    /** With this many of the test images; the recorded values are those of the first few only. */
    public static Optional<Reference> fashionMnist(Class<?> test, int images) {
        return fashionMnist(test, values -> images);
    }

    private static Optional<Reference> fashionMnist(Class<?> test, ToIntFunction<Npz> images) {
        return TestData.fashionMnistReference(test).map(file -> {
            TestData.FashionMnist data = TestData.fashionMnist(test).orElseThrow();
            try (InputStream in = Files.newInputStream(file)) {
                Npz values = Npz.read(in);
                int n = images.applyAsInt(values);
                float[] x = new float[n * SHAPE.features()];
                byte[] pixels = unzip(data.testImages(), 16, x.length);
                for (int i = 0; i < x.length; i++) {
                    x[i] = (pixels[i] & 0xFF) / 255f;
                }
                byte[] labels = unzip(data.testLabels(), 8, n);
                long[] y = new long[n];
                for (int i = 0; i < n; i++) {
                    y[i] = labels[i];
                }
                return new Reference("fashion-mnist", values, x, y, Map.of("Linf", 0.1, "L2", 1.0), 0.025);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static byte[] unzip(Path file, int skip, int length) throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            in.skipNBytes(skip);
            return in.readNBytes(length);
        }
    }

    /**
     * SmallCnn of width 16 with the recorded weights.
     *
     * @param kernels files beside the standard ones
     */
    public WrappedModel model(String... kernels) {
        return model(Optional.empty(), kernels);
    }

    public WrappedModel model(Optional<Normalization> normalization, String... kernels) {
        Map<String, Tensor> weights = new LinkedHashMap<>();
        for (String layer : List.of("c1", "c2", "l1", "l2")) {
            for (String kind : List.of("weight", "bias")) {
                weights.put(layer + "." + kind, values.tensor("w." + layer + "." + kind));
            }
        }
        return WrappedModel.load(SmallCnn.create(16, false, SHAPE, 0).withTensors(weights), SHAPE, normalization, kernels);
    }

}
