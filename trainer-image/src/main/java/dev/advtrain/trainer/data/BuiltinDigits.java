package dev.advtrain.trainer.data;

import dev.advtrain.contract.ExitCode;
import dev.advtrain.resolve.Sha256;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.random.Philox4x32;
import dev.advtrain.trainer.random.Purpose;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Stroke-drawn digits made on the spot: data for a first run that needs no download. */
final class BuiltinDigits {
    private static final long[] SHAPE = {1, DigitRenderer.SIDE, DigitRenderer.SIDE};
    private static final int CLASSES = 10;
    private static final int AT_ONCE = 4096;
    /** Part of the digest: changes whenever the same seed would give other images. */
    private static final int VERSION = 1;

    private BuiltinDigits() {}

    /**
     * Makes the first {@code count} digits of a seed. Two seeds share no draw.
     *
     * @param field the field that asks for them, for errors
     */
    static Dataset draw(String field, int count, long seed, Format format, long heapLimit) {
        if (!Arrays.equals(format.shape(), SHAPE)) {
            throw new TrainerException(ExitCode.RUN_SPEC, field + ": images are " + Arrays.toString(SHAPE)
                    + "; expected the model's inputShape " + Arrays.toString(format.shape()));
        }
        if (format.classes() < CLASSES) {
            throw new TrainerException(ExitCode.RUN_SPEC, field + ": holds " + CLASSES
                    + " classes; expected at most the model's " + format.classes());
        }
        int[] labels = new int[count];
        Key stream = Key.of(seed, Purpose.DIGITS);
        ThreadLocal<DigitRenderer> renderer = ThreadLocal.withInitial(DigitRenderer::new);
        TreeMap<String, String> digests = new TreeMap<>();
        digests.put("builtinDigits", digest("version=%d seed=%d".formatted(VERSION, seed)));
        try (Rows.Builder rows = new Rows.Builder(format.features(), heapLimit)) {
            byte[][] drawn = new byte[AT_ONCE][format.features()];
            for (int from = 0; from < count; from += AT_ONCE) {
                int first = from;
                IntStream.range(first, Math.min(first + AT_ONCE, count)).parallel().forEach(i -> {
                    Key key = stream.withExample(i);
                    labels[i] = Philox4x32.bounded(key, CLASSES);
                    renderer.get().render(labels[i], key, drawn[i - first], 0);
                });
                Arrays.stream(drawn, 0, Math.min(AT_ONCE, count - first)).forEach(rows::add);
            }
            return PackedDataset.ofBytes(rows.build(), labels, format, digests);
        }
    }

    private static String digest(String settings) {
        return HexFormat.of().formatHex(Sha256.newDigest().digest(settings.getBytes(StandardCharsets.UTF_8)));
    }
}
