package dev.advtrain.trainer.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.advtrain.trainer.evaluate.Picture;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** What is drawn is what the numbers say, read back by a decoder that is not ours. */
class GalleryTest {
    private static final int WHITE = 0xF7F7F7;
    private static final int ORANGE = 0xDC5000;
    private static final int BLUE = 0x005AB5;

    @Test
    void greyImages() throws IOException {
        Gallery gallery = gallery(List.of(1L, 2L, 3L), new float[] {0, 0.2f, 0.4f, 0.6f, 0.8f, 1}, new float[] {0.1f, 0.2f, 0.3f, 0.6f, 0.75f, 1});
        Gallery.Item item = gallery.items().getFirst();
        BufferedImage clean = read(item.clean());
        assertThat(List.of(clean.getWidth(), clean.getHeight())).containsExactly(3, 2);
        assertThat(new int[] {grey(clean, 0, 0), grey(clean, 1, 0), grey(clean, 2, 0), grey(clean, 0, 1), grey(clean, 1, 1), grey(clean, 2, 1)})
                .containsExactly(0, 51, 102, 153, 204, 255);
        BufferedImage change = read(item.change());
        assertThat(new int[] {rgb(change, 0, 0), rgb(change, 1, 0), rgb(change, 2, 0), rgb(change, 2, 1)}).containsExactly(ORANGE, WHITE, BLUE, WHITE);
        // Half the largest change: half the colour.
        assertThat(rgb(change, 1, 1)).isEqualTo(0x7BA8D6);
        assertThat(gallery.scale()).contains("full colour at ±0.1 (amplified 10 times)").doesNotContain("channels");
        assertThat(item.cleanText()).isEqualTo("predicted 3, 99.0\u00A0%");
        assertThat(item.adversarialText()).isEqualTo("predicted 8, 61.2\u00A0%");
    }

    @Test
    void colourImagesAreByChannelAndShowTheStrongestChange() throws IOException {
        float[] clean = {1, 0, 0, 0.5f, 0, 1};
        float[] adversarial = {0.9f, 0, 0.05f, 0.5f, 0, 0.8f};
        Gallery.Item item = gallery(List.of(3L, 1L, 2L), clean, adversarial).items().getFirst();
        BufferedImage image = read(item.clean());
        assertThat(new int[] {rgb(image, 0, 0), rgb(image, 1, 0)}).containsExactly(0xFF0000, 0x0080FF);
        BufferedImage change = read(item.change());
        assertThat(rgb(change, 1, 0)).isEqualTo(BLUE);
        assertThat(rgb(change, 0, 0)).as("red fell by half of the scale, green rose by a quarter").isEqualTo(0x7BA8D6);
    }

    @Test
    void anUnchangedImageIsWhite() throws IOException {
        Gallery.Item item = gallery(List.of(1L, 1L, 1L), new float[] {0.5f}, new float[] {0.5f}).items().getFirst();
        assertThat(rgb(read(item.change()), 0, 0)).isEqualTo(WHITE);
    }

    @Test
    void largeImagesAreWhole() throws IOException {
        float[] values = new float[3 * 300 * 200];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % 256 / 255f;
        }
        BufferedImage image = read(gallery(List.of(3L, 300L, 200L), values, values).items().getFirst().clean());
        assertThat(List.of(image.getWidth(), image.getHeight())).containsExactly(200, 300);
        assertThat(rgb(image, 199, 299)).isEqualTo((59999 % 256) << 16 | (119999 % 256) << 8 | 179999 % 256);
    }

    private static Gallery gallery(List<Long> shape, float[] clean, float[] adversarial) {
        return Gallery.of(TestReport.withPicture(new Picture(5, 3, 3, 0.99, 8, 0.612, "APGD-CE", shape, TestReport.base64(clean), TestReport.base64(adversarial))));
    }

    private static BufferedImage read(String uri) throws IOException {
        assertThat(uri).startsWith("data:image/png;base64,");
        return ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(uri.substring(uri.indexOf(',') + 1))));
    }

    private static int grey(BufferedImage image, int x, int y) {
        return image.getRaster().getSample(x, y, 0);
    }

    private static int rgb(BufferedImage image, int x, int y) {
        return image.getRGB(x, y) & 0xFFFFFF;
    }
}
