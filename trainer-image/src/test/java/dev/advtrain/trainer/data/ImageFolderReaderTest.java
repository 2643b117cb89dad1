package dev.advtrain.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.advtrain.api.v1alpha1.training.DataSource;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.resolve.Sha256;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.IntBinaryOperator;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderReaderTest {
    private static final int RGB = BufferedImage.TYPE_INT_RGB;
    private static final int HEIGHT = 2;
    private static final int WIDTH = 3;

    @TempDir
    Path claim;
    private final Format colour = new Format(new long[] {3, HEIGHT, WIDTH}, 2, 0, 1);
    private final Format grey = new Format(new long[] {1, HEIGHT, WIDTH}, 2, 0, 1);

    @Test
    void folderTarAndZipAreTheSameData() throws IOException {
        SequencedMap<String, byte[]> files = new LinkedHashMap<>();
        files.put("signs/stop/b.png", png(RGB, (y, x) -> 0x102030));
        files.put("signs/go/z.png", png(RGB, (y, x) -> y == 1 && x == 2 ? 0xFF0033 : 0));
        files.put("signs/stop/A.PNG", png(RGB, (y, x) -> 0xFFFFFF));
        files.put("signs/README.md", "made".getBytes(StandardCharsets.UTF_8));
        files.put("signs/stop/.hidden.png", new byte[3]);
        files.forEach((path, content) -> loading(colour).file(path, content));
        loading(colour).file("all.tar", tar(files));
        loading(colour).file("all.tar.gz", Loading.gzip(tar(files)));
        loading(colour).file("all.tgz", Loading.gzip(tar(files)));
        loading(colour).file("all.zip", zip(files));

        String lines = new TreeMap<>(files).entrySet().stream().map(file -> file.getKey() + " " + Sha256.hex(file.getValue()) + "\n")
                .reduce("", String::concat);
        String digest = Sha256.hex(lines);
        String below = Sha256.hex(lines.replace("signs/", ""));
        for (String name : List.of("signs", "signs/", "all.tar", "all.tar.gz", "all.tgz", "all.zip")) {
            Dataset data = loading(colour).load(source(name, name.startsWith("signs") ? below : digest));
            assertThat(Loading.labels(data)).containsExactly(0, 1, 1);
            float[] first = new float[18];
            first[5] = 1;
            first[17] = 0.2f;
            assertThat(Loading.values(data, 0)).isEqualTo(first);
            assertThat(Loading.values(data, 1)).containsOnly(1);
            assertThat(Loading.values(data, 2)[0]).isEqualTo(16 / 255f);
            assertThat(Loading.values(data, 2)[17]).isEqualTo(48 / 255f);
            assertThat(data.digests()).containsEntry("imageFolder", name.startsWith("signs") ? below : digest);
        }
        loading(colour).refused(ExitCode.DATA, "pvc://data/all.zip: sha256 of its 5 files is " + digest + "; expected 00", source("all.zip", "00"));
    }

    @Test
    void aLimitTakesOfAllClasses() throws IOException {
        byte[] image = png(RGB, (y, x) -> 0);
        loading(colour).file("signs.zip", zip(Map.of("go/a.png", image, "go/b.png", image, "go/c.png", image, "stop/x.png", image, "stop/y.png", image)));
        assertThat(Loading.labels(loading(colour).load(source("signs.zip", null)))).containsExactly(0, 1, 0, 1, 0);
    }

    @Test
    void everyKindOfImageBecomesTheModelsChannels() throws IOException {
        IntBinaryOperator ramp = (y, x) -> 0x010101 * (40 * (y * WIDTH + x));
        byte[] greyFile = png(BufferedImage.TYPE_BYTE_GRAY, null);
        Map<String, byte[]> files = new TreeMap<>();
        files.put("0/a-grey.png", greyFile);
        files.put("0/b-rgb.png", png(RGB, ramp));
        files.put("0/c-alpha.png", png(BufferedImage.TYPE_INT_ARGB, (y, x) -> ramp.applyAsInt(y, x) | 0x80000000));
        files.put("0/d-palette.png", png(BufferedImage.TYPE_BYTE_INDEXED, (y, x) -> (y + x) % 2 == 0 ? 0xFFFFFF : 0));
        files.put("0/e.jpg", image("jpg", RGB, (y, x) -> 0x808080));
        files.put("0/f.jpeg", image("jpg", BufferedImage.TYPE_BYTE_GRAY, null));
        loading(colour).file("kinds.zip", zip(files));
        Dataset one = loading(grey).load(source("kinds.zip", null));
        Dataset three = loading(colour).load(source("kinds.zip", null));
        for (int p = 0; p < 6; p++) {
            for (int kind = 0; kind < 3; kind++) {
                assertThat(Loading.values(one, kind)[p] * 255).isCloseTo(40 * p, within(1e-3f));
                assertThat(Loading.values(three, kind)[12 + p] * 255).isCloseTo(40 * p, within(1e-3f));
            }
            assertThat(Loading.values(one, 3)[p]).isEqualTo((p / WIDTH + p % WIDTH) % 2 == 0 ? 1 : 0);
            assertThat(Loading.values(three, 4)[p] * 255).isCloseTo(128, within(2f));
            assertThat(Loading.values(one, 5)[p] * 255).isCloseTo(40 * p, within(8f));
        }
        // Luma of a colour: 0.299 x 255 = 76.
        loading(grey).file("red.zip", zip(Map.of("1/red.png", png(RGB, (y, x) -> 0xFF0000))));
        assertThat(Loading.values(loading(grey).load(source("red.zip", null)), 0)[0] * 255).isCloseTo(76, within(1e-3f));
    }

    @Test
    void classesAreNumbersWhereAllAreAndNamesElsewhere() throws IOException {
        byte[] image = png(RGB, (y, x) -> 0);
        Format three = new Format(colour.shape(), 12, 0, 1);
        loading(three).file("numbers.zip", zip(Map.of("x/10/a.png", image, "x/2/a.png", image, "x/00007/a.png", image)));
        assertThat(Loading.labels(loading(three).load(source("numbers.zip", null)))).containsExactly(7, 10, 2);
        refused("folder x/12; expected 0 to 11, the model's classes", three, zip(Map.of("x/12/a.png", image)));
        refused("two folders are class 1: x/1 is one", three, zip(Map.of("x/1/a.png", image, "x/01/a.png", image)));
        refused("holds images in 1 folders; expected 2, the model's classes, or folders named by the class's number", colour,
                zip(Map.of("cat/a.png", image)));
        refused("a.png lies in no folder; expected CLASS/FILE", colour, zip(Map.of("a.png", image)));
        refused("expected every image to be CLASS/FILE below one place", colour, zip(Map.of("test/0/a.png", image, "train/0/a.png", image)));
        loading(colour).refused(ExitCode.DATA, "data.train: holds no examples", sourceOf(zip(Map.of("README.md", new byte[3]))));
        loading(new Format(new long[] {4, 2, 3}, 2, 0, 1)).refused(ExitCode.RUN_SPEC, "data.train.imageFolder: gives images of 1 or 3 channels",
                sourceOf(zip(Map.of())));
    }

    @Test
    void aBrokenImageIsNamed() throws IOException {
        byte[] image = png(RGB, (y, x) -> 0x123456);
        byte[] jpeg = image("jpg", RGB, (y, x) -> x * 0x203040);
        refused("0/b.png is 3 x 2 (height x width); expected 2 x 3 of the model's inputShape", colour,
                zip(Map.of("0/a.png", image, "0/b.png", rotated())));
        refused("0/b.png is no PNG and no JPEG file", colour, zip(Map.of("0/a.png", image, "0/b.png", "GIF89a....".getBytes(StandardCharsets.UTF_8))));
        refused("0/b.png is no PNG and no JPEG file", colour, zip(Map.of("0/b.png", new byte[0])));
        for (int length = 8; length < image.length; length++) {
            refused("0/b.png ends early", colour, zip(Map.of("0/b.png", Arrays.copyOf(image, length))));
        }
        byte[] damaged = image.clone();
        damaged[image.length - 20] ^= 1;
        refused("0/b.png is damaged: the CRC of a chunk is wrong", colour, zip(Map.of("0/b.png", damaged)));
        for (int length = 5; length < jpeg.length - 2; length += 40) {
            refused("0/b.jpg ", colour, zip(Map.of("0/b.jpg", Arrays.copyOf(jpeg, length))));
        }
        // Dimensions of 2^31 - 1: the header alone decides.
        byte[] huge = image.clone();
        Arrays.fill(huge, 17, 20, (byte) 0xFF);
        huge[16] = 0x7F;
        CRC32 sum = new CRC32();
        sum.update(huge, 12, 17);
        ByteBuffer.wrap(huge).putInt(29, (int) sum.getValue());
        refused("0/b.png is 2 x 2147483647 (height x width)", colour, zip(Map.of("0/b.png", huge)));
        refused("0/b.png has more than 1048624 bytes; expected an image of [3, 2, 3]", colour, zip(Map.of("0/b.png", new byte[2 << 20])));
        refused("0/b.png has 16 bits a sample; expected 8", colour, zip(Map.of("0/b.png", png(BufferedImage.TYPE_USHORT_GRAY, null))));
    }

    @Test
    void namesThatLeadElsewhereAreRefused() throws IOException {
        byte[] image = png(RGB, (y, x) -> 0);
        for (String name : List.of("../0/a.png", "0/../../a.png", "/etc/0/a.png", "0//a.png", "0/b\\a.png", "./../a.png")) {
            refused("entry '" + name + "'; expected a relative path", colour, zip(Map.of(name, image)));
            refusedTar("entry '" + name + "'; expected a relative path", tar(Map.of(name, image)));
        }
        refused("entry '0/a?.png'", colour, zip(Map.of("0/a\n.png", image)));
        loading(colour).file("dots.tar", tar(Map.of("./0/a.png", image)));
        assertThat(loading(colour).load(source("dots.tar", null)).size()).isEqualTo(1);
    }

    @Test
    void linksAndDevicesAreRefused() throws IOException {
        for (byte type : new byte[] {TarArchiveEntry.LF_SYMLINK, TarArchiveEntry.LF_LINK, TarArchiveEntry.LF_CHR, TarArchiveEntry.LF_FIFO}) {
            TarArchiveEntry entry = new TarArchiveEntry("0/a.png", type);
            entry.setLinkName("/etc/passwd");
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
                tar.putArchiveEntry(entry);
                tar.closeArchiveEntry();
            }
            refusedTar("0/a.png is a link, a device or a sparse file; expected files and folders", out.toByteArray());
        }
        refused("0/a.png is a link or a device; expected files and folders", colour,
                zip(Map.of("0/a.png", "/etc/passwd".getBytes(StandardCharsets.UTF_8)), entry -> entry.setUnixMode(0120777)));
        loading(colour).file("real/0/a.png", png(RGB, (y, x) -> 0));
        Files.createSymbolicLink(claim.resolve("real/0/b.png"), Path.of("/etc/hostname"));
        loading(colour).refused(ExitCode.DATA, "a link leads out of pvc://data/", source("real", null));
    }

    @Test
    void damagedArchivesAreRefused() throws IOException {
        byte[] image = png(RGB, (y, x) -> 0x123456);
        byte[] whole = zip(Map.of("0/a.png", image));
        for (int length : new int[] {0, 10, image.length, whole.length - 30}) {
            refused("is no whole zip archive", colour, Arrays.copyOf(whole, length));
        }
        byte[] changed = zip(Map.of("0/a.txt", new byte[500]), entry -> { });
        changed[40] ^= 0x55;
        loading(colour).refused(ExitCode.DATA, "", sourceOf(changed));
        byte[] plain = tar(Map.of("0/a.png", image));
        for (int length : new int[] {0, 100, 512, 700, 1024}) {
            refusedTar("", Arrays.copyOf(plain, length));
        }
        byte[] sum = plain.clone();
        sum[3] ^= 1;
        refusedTar("", sum);
        byte[] packed = Loading.gzip(plain);
        loading(colour).file("cut.tgz", Arrays.copyOf(packed, packed.length - 9));
        loading(colour).refused(ExitCode.DATA, "is no whole tar archive", source("cut.tgz", null));
        refused("0/a.png is there twice", colour, twice(image));
    }

    @Test
    void bombsAreRefused() {
        byte[] zeros = new byte[80 << 20];
        refused("unpacks to more than 100 times its size; expected data, not a decompression bomb", colour, zip(Map.of("0/a.txt", zeros)));
        loading(colour).file("bomb.tar.gz", Loading.gzip(tar(Map.of("0/a.txt", zeros))));
        loading(colour).refused(ExitCode.DATA, "unpacks to more than 100 times its size", source("bomb.tar.gz", null));
    }

    private Loading loading(Format format) {
        return new Loading(claim, format);
    }

    private void refused(String message, Format format, byte[] zip) {
        loading(format).refused(ExitCode.DATA, message, sourceOf(zip));
    }

    private void refusedTar(String message, byte[] tar) {
        loading(colour).file("one.tar", tar);
        loading(colour).refused(ExitCode.DATA, message, source("one.tar", null));
    }

    private DataSource sourceOf(byte[] zip) {
        loading(colour).file("one.zip", zip);
        return source("one.zip", null);
    }

    private static DataSource source(String name, String sha256) {
        return DataSource.of(new DataSource.ImageFolder("pvc://data/" + name, sha256, null), null);
    }



    private static byte[] rotated() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(HEIGHT, WIDTH, RGB), "png", out);
        return out.toByteArray();
    }

    private static byte[] png(int type, IntBinaryOperator argb) throws IOException {
        return image("png", type, argb);
    }

    /** @param argb of (y, x); null for samples 0, 40, 80 ... as they are stored */
    private static byte[] image(String format, int type, IntBinaryOperator argb) throws IOException {
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, type);
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                if (argb == null) {
                    image.getRaster().setSample(x, y, 0, 40 * (y * WIDTH + x));
                } else {
                    image.setRGB(x, y, type == BufferedImage.TYPE_INT_ARGB ? argb.applyAsInt(y, x) : argb.applyAsInt(y, x) | 0xFF000000);
                }
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(ImageIO.write(image, format, out)).isTrue();
        return out.toByteArray();
    }

    private static byte[] zip(Map<String, byte[]> files) {
        return zip(files, _ -> { });
    }

    private static byte[] zip(Map<String, byte[]> files, Consumer<ZipArchiveEntry> change) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream((OutputStream) out)) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                ZipArchiveEntry entry = new ZipArchiveEntry(file.getKey());
                change.accept(entry);
                zip.putArchiveEntry(entry);
                zip.write(file.getValue());
                zip.closeArchiveEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static byte[] twice(byte[] image) {
        Map<String, byte[]> two = new LinkedHashMap<>();
        two.put("0/a.png", image);
        two.put("0/b.png", image);
        byte[] zip = zip(two);
        // The same length, in both places where a name is.
        for (int i = 0; i + 7 <= zip.length; i++) {
            if (new String(zip, i, 7, StandardCharsets.ISO_8859_1).equals("0/b.png")) {
                zip[i + 2] = 'a';
            }
        }
        return zip;
    }

    private static byte[] tar(Map<String, byte[]> files) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8")) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                TarArchiveEntry entry = new TarArchiveEntry(file.getKey(), true);
                entry.setSize(file.getValue().length);
                tar.putArchiveEntry(entry);
                tar.write(file.getValue());
                tar.closeArchiveEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
