package dev.advtrain.trainer.report;

import dev.advtrain.resolve.AttackUnits;
import dev.advtrain.trainer.evaluate.Picture;
import dev.advtrain.trainer.evaluate.Report.Result;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Base64;
import java.util.List;

/**
 * Broken examples as pictures: without attack, what the attack changed, with it.
 *
 * @param scale what full colour of a change means; null without pictures
 * @param note what is not shown, and why; null where there is nothing to say
 */
record Gallery(List<Item> items, String scale, String note) {
    private static final int SMALL = 64;
    private static final int BYTE = 255;
    /** Colour-blind safe: less than before, unchanged, more. */
    private static final int[] LESS = {0, 90, 181};
    private static final int[] SAME = {247, 247, 247};
    private static final int[] MORE = {220, 80, 0};

    /** @param css how it is enlarged */
    record Item(String index, int label, String attack, String clean, String cleanText, String change, String adversarial,
            String adversarialText, String css) {}

    static Gallery of(Result result) {
        List<Picture> images = result.pictures().stream().filter(Gallery::isImage).toList();
        if (images.isEmpty()) {
            return new Gallery(List.of(), null, result.pictures().isEmpty()
                    ? "No picture was kept: no attack broke an example, or none was to be kept."
                    : "Examples of shape " + result.pictures().getFirst().shape()
                            + " are not shown: only [1, height, width] and [3, height, width] are grey or RGB images.");
        }
        AttackUnits units = AttackUnits.of(result.threatModel().inputRange());
        double min = units.min();
        double max = units.max();
        // One scale for all, so that they can be compared.
        double largest = images.stream().mapToDouble(Gallery::largestChange).max().orElseThrow();
        double scale = largest > 0 ? largest : max - min;
        int hidden = result.pictures().size() - images.size();
        return new Gallery(images.stream().map(image -> item(image, min, max, scale)).toList(),
                "Change: orange where a value grew, blue where it shrank, full colour at ±" + Numbers.shortest(scale)
                        + " (amplified " + Numbers.shortest((max - min) / scale) + " times)."
                        + (images.getFirst().shape().getFirst() == 1 ? "" : " Of the three channels the one that changed most is shown."),
                hidden == 0 ? null : hidden + " examples are not shown: they are no grey or RGB images.");
    }

    private static Item item(Picture picture, double min, double max, double scale) {
        float[] clean = values("clean", picture.clean(), picture);
        float[] adversarial = values("adversarial", picture.adversarial(), picture);
        return new Item(Numbers.count(picture.index()), picture.label(), picture.attack(), image(picture, clean, min, max),
                prediction(picture.cleanPrediction(), picture.cleanConfidence()), change(picture, clean, adversarial, scale),
                image(picture, adversarial, min, max), prediction(picture.adversarialPrediction(), picture.adversarialConfidence()),
                picture.shape().getLast() <= SMALL ? "pixels" : "smooth");
    }

    private static boolean isImage(Picture picture) {
        List<Long> shape = picture.shape();
        return shape.size() == 3 && (shape.getFirst() == 1 || shape.getFirst() == 3);
    }

    private static String prediction(int label, double confidence) {
        return "predicted " + label + ", " + Numbers.percent(confidence);
    }

    private static double largestChange(Picture picture) {
        float[] clean = values("clean", picture.clean(), picture);
        float[] adversarial = values("adversarial", picture.adversarial(), picture);
        double largest = 0;
        for (int i = 0; i < clean.length; i++) {
            largest = Math.max(largest, Math.abs((double) adversarial[i] - clean[i]));
        }
        return largest;
    }

    private static float[] values(String field, String base64, Picture picture) {
        FloatBuffer floats = ByteBuffer.wrap(Base64.getDecoder().decode(base64)).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        long expected = picture.shape().stream().reduce(1L, Math::multiplyExact);
        if (floats.remaining() != expected) {
            throw new IllegalArgumentException(field + " of the picture of example " + picture.index() + " has " + floats.remaining()
                    + " values; expected " + expected + " of shape " + picture.shape());
        }
        float[] values = new float[floats.remaining()];
        floats.get(values);
        return values;
    }

    private static String image(Picture picture, float[] values, double min, double max) {
        int channels = Math.toIntExact(picture.shape().getFirst());
        int plane = values.length / channels;
        byte[] pixels = new byte[values.length];
        for (int i = 0; i < plane; i++) {
            for (int c = 0; c < channels; c++) {
                pixels[i * channels + c] = level((values[c * plane + i] - min) / (max - min));
            }
        }
        return png(picture, channels, pixels);
    }

    private static String change(Picture picture, float[] clean, float[] adversarial, double scale) {
        int channels = Math.toIntExact(picture.shape().getFirst());
        int plane = clean.length / channels;
        byte[] pixels = new byte[3 * plane];
        for (int i = 0; i < plane; i++) {
            double strongest = 0;
            for (int c = 0; c < channels; c++) {
                double change = ((double) adversarial[c * plane + i] - clean[c * plane + i]) / scale;
                strongest = Math.abs(change) > Math.abs(strongest) ? change : strongest;
            }
            int[] colour = strongest < 0 ? LESS : MORE;
            for (int c = 0; c < 3; c++) {
                pixels[3 * i + c] = level((SAME[c] + Math.abs(strongest) * (colour[c] - SAME[c])) / BYTE);
            }
        }
        return png(picture, 3, pixels);
    }

    private static byte level(double share) {
        return (byte) Math.round(BYTE * Math.clamp(share, 0, 1));
    }

    private static String png(Picture picture, int channels, byte[] pixels) {
        return Png.dataUri(Math.toIntExact(picture.shape().get(2)), Math.toIntExact(picture.shape().get(1)), channels, pixels);
    }
}
