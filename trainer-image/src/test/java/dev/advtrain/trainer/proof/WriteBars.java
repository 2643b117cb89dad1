package dev.advtrain.trainer.proof;

import dev.advtrain.trainer.tensor.SafeTensors.ElementType;
import dev.advtrain.trainer.tensor.SafeTensors.Tensor;
import dev.advtrain.trainer.tensor.ScriptModule;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Random;
import java.util.SequencedMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;

/**
 * What a user of the end-to-end tests brings, below the folder given: a model as tracing in eval mode leaves it
 * ({@code bars.pt}), {@code train.npz}, {@code test.zip} of PNG files, and the same test images as IDX.
 */
final class WriteBars {
    private static final int SIDE = 12;
    private static final int CLASSES = 4;
    private static final int BAR = 4;
    private static final int FILTERS = 8;
    private static final int TRAIN = 800;
    private static final int TEST = 100;
    private static final String FORWARD = """
              def forward(self: $SELF,
                x: Tensor) -> Tensor:
                norm = self.norm
                input = torch._convolution(x, self.weight, None, [1, 1], [1, 1], [1, 1], False, [0, 0], 1, False, False, True, True)
                input0 = torch.flatten(torch.relu((norm).forward(input, )), 1)
                return (getattr(self, "0")).forward(torch.dropout(input0, 0.20000000000000001, False), )
            """;
    private static final String NORM = """
              def forward(self: $SELF,
                argument_1: Tensor) -> Tensor:
                running_var = self.running_var
                running_mean = self.running_mean
                return torch.batch_norm(argument_1, self.weight, self.bias, running_mean, running_var, False, 0.10000000000000001, 1.0000000000000001e-05, True)
            """;
    private static final String LINEAR = """
              def forward(self: $SELF,
                x: Tensor) -> Tensor:
                return torch.linear(x, self.weight, self.bias)
            """;

    private WriteBars() {
    }

    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        Files.write(folder.resolve("bars.pt"), model());
        Files.write(folder.resolve("train.npz"), npz(new Bars(TRAIN, 1)));
        Bars test = new Bars(TEST, 2);
        try (OutputStream out = Files.newOutputStream(folder.resolve("test.zip"))) {
            images(test, out);
        }
        Files.write(folder.resolve("test-images"), idx(test.pixels, TEST, SIDE, SIDE));
        Files.write(folder.resolve("test-labels"), idx(test.labels, TEST));
    }

    /** Noise and a short, brighter bar whose place is the class, each class equally often. */
    private static final class Bars {
        private final byte[] pixels;
        private final byte[] labels;

        Bars(int count, long seed) {
            Random random = new Random(seed);
            pixels = new byte[count * SIDE * SIDE];
            labels = new byte[count];
            random.nextBytes(pixels);
            for (int i = 0; i < count; i++) {
                labels[i] = (byte) (i * CLASSES / count);
            }
            for (int at = 0; at < pixels.length; at++) {
                boolean bar = at / SIDE % SIDE / BAR == 1 && at % SIDE / (SIDE / CLASSES) == labels[at / (SIDE * SIDE)];
                pixels[at] = (byte) ((pixels[at] & 0x7f) + (bar ? 0x24 : 0));
            }
        }
    }

    private static byte[] model() {
        SequencedMap<String, ScriptModule> children = new LinkedHashMap<>();
        children.put("norm", new ScriptModule("BatchNorm2d", tensors("weight", vector(1, FILTERS), "bias", vector(0, FILTERS)),
                tensors("running_mean", vector(0, FILTERS), "running_var", vector(1, FILTERS)), new LinkedHashMap<>(), NORM));
        children.put("0", new ScriptModule("Linear",
                tensors("weight", drawn(3, CLASSES, FILTERS * SIDE * SIDE), "bias", vector(0, CLASSES)),
                new LinkedHashMap<>(), new LinkedHashMap<>(), LINEAR));
        SequencedMap<String, Tensor> filters = new LinkedHashMap<>();
        filters.put("weight", drawn(4, FILTERS, 1, 3, 3));
        return new ScriptModule("Bars", filters, new LinkedHashMap<>(), children, FORWARD).toArchive().toBytes();
    }

    private static SequencedMap<String, Tensor> tensors(String name, Tensor tensor, String second, Tensor other) {
        SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put(name, tensor);
        tensors.put(second, other);
        return tensors;
    }

    private static Tensor vector(float value, int size) {
        float[] values = new float[size];
        Arrays.fill(values, value);
        return tensor(values, size);
    }

    /** Uniform within 1 / sqrt(inputs), as PyTorch begins. */
    private static Tensor drawn(long seed, long... shape) {
        Random random = new Random(seed);
        long size = Arrays.stream(shape).reduce(1, Math::multiplyExact);
        float bound = (float) Math.sqrt((double) shape[0] / size);
        float[] values = new float[Math.toIntExact(size)];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat(-bound, bound);
        }
        return tensor(values, shape);
    }

    private static Tensor tensor(float[] values, long... shape) {
        ByteBuffer data = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(values);
        return new Tensor(ElementType.F32, shape, data);
    }

    private static byte[] npz(Bars bars) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            entry(zip, "x.npy", npy("(" + TRAIN + ", 1, " + SIDE + ", " + SIDE + ")", bars.pixels));
            entry(zip, "y.npy", npy("(" + TRAIN + ",)", bars.labels));
        }
        return out.toByteArray();
    }

    /** As numpy.save writes unsigned bytes: the header is filled up to a multiple of 64. */
    private static byte[] npy(String shape, byte[] values) {
        String header = "{'descr': '|u1', 'fortran_order': False, 'shape': " + shape + ", }";
        header += " ".repeat(Math.floorMod(-(10 + header.length() + 1), 64)) + "\n";
        return ByteBuffer.allocate(10 + header.length() + values.length).order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0}).putShort((short) header.length())
                .put(header.getBytes(StandardCharsets.US_ASCII)).put(values).array();
    }

    private static void images(Bars bars, OutputStream out) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (int i = 0; i < TEST; i++) {
                BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
                image.getRaster().setDataElements(0, 0, SIDE, SIDE, Arrays.copyOfRange(bars.pixels, i * SIDE * SIDE, (i + 1) * SIDE * SIDE));
                ByteArrayOutputStream png = new ByteArrayOutputStream();
                ImageIO.write(image, "png", png);
                entry(zip, "bars-%d/%03d.png".formatted(bars.labels[i], i), png.toByteArray());
            }
        }
    }

    private static void entry(ZipOutputStream zip, String name, byte[] content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content);
    }

    private static byte[] idx(byte[] values, int... shape) {
        ByteBuffer bytes = ByteBuffer.allocate(4 + 4 * shape.length + values.length).putInt(0x800 | shape.length);
        Arrays.stream(shape).forEach(bytes::putInt);
        return bytes.put(values).array();
    }
}
