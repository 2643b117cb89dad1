package dev.advtrain.trainer.tensor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * Named tensors and text, in the safetensors format: eight bytes of header length, a JSON header, the tensors' bytes,
 * little-endian, one behind the other.
 */
public record SafeTensors(Map<String, String> metadata, SequencedMap<String, Tensor> tensors) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String METADATA = "__metadata__";
    private static final int ALIGNMENT = 8;
    private static final int LONGEST_HEADER = 100_000_000;

    /** Types of elements; the names are those of the format. */
    public enum ElementType {
        BOOL(1), U8(1), I8(1), I16(2), F16(2), BF16(2), I32(4), F32(4), I64(8), F64(8);

        private final int bytes;

        ElementType(int bytes) {
            this.bytes = bytes;
        }

        public int bytes() {
            return bytes;
        }
    }

    /** One tensor: its elements in row-major order, from position to limit of {@code data}. */
    public record Tensor(ElementType type, long[] shape, ByteBuffer data) {
        public Tensor {
            shape = shape.clone();
            data = data.slice().order(ByteOrder.LITTLE_ENDIAN);
            if (size(type, shape) != data.remaining()) {
                throw new IllegalArgumentException(type + Arrays.toString(shape) + " with " + data.remaining() + " bytes");
            }
        }

        /** A fresh view, so that readers do not move each other's position. */
        @Override
        public ByteBuffer data() {
            return data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    public SafeTensors {
        metadata = Map.copyOf(metadata);
    }

    /** Equal content gives equal bytes. */
    public void write(OutputStream out) throws IOException {
        ObjectNode header = JSON.createObjectNode();
        ObjectNode text = header.putObject(METADATA);
        new TreeMap<>(metadata).forEach(text::put);
        long offset = 0;
        for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
            Tensor tensor = entry.getValue();
            ObjectNode node = header.putObject(entry.getKey()).put("dtype", tensor.type().name());
            ArrayNode shape = node.putArray("shape");
            Arrays.stream(tensor.shape()).forEach(shape::add);
            long end = offset + tensor.data().remaining();
            node.putArray("data_offsets").add(offset).add(end);
            offset = end;
        }
        byte[] json = JSON.writeValueAsBytes(header);
        int length = (json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        byte[] padded = Arrays.copyOf(json, length);
        Arrays.fill(padded, json.length, length, (byte) ' ');
        out.write(ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array());
        out.write(padded);
        // Not closed: the stream is the caller's.
        WritableByteChannel channel = Channels.newChannel(out);
        for (Tensor tensor : tensors.values()) {
            ByteBuffer data = tensor.data();
            while (data.hasRemaining()) {
                channel.write(data);
            }
        }
    }

    /**
     * Reads a file of somebody else's: no more is taken into memory than it holds.
     *
     * @throws IOException as the other does
     */
    public static SafeTensors read(Path file) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            return read(in, Files.size(file));
        }
    }

    /** @throws IOException naming what is wrong where the content is not whole or not of this format */
    public static SafeTensors read(InputStream in) throws IOException {
        return read(in, Long.MAX_VALUE);
    }

    private static SafeTensors read(InputStream in, long available) throws IOException {
        byte[] prefix = in.readNBytes(Long.BYTES);
        long length = prefix.length < Long.BYTES ? -1 : ByteBuffer.wrap(prefix).order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (length < 2 || length > Math.min(LONGEST_HEADER, available - Long.BYTES)) {
            throw new IOException("not a safetensors file: a header of " + length + " bytes");
        }
        byte[] json = in.readNBytes((int) length);
        if (json.length < length) {
            throw new EOFException("the safetensors header ends after " + json.length + " of " + length + " bytes");
        }
        List<Declared> declared = new ArrayList<>();
        Map<String, String> metadata = parse(json, declared);
        // Offsets rise without gaps, so the file can be read in one pass.
        declared.sort(Comparator.comparingLong(Declared::begin).thenComparingLong(Declared::end));
        SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
        ReadableByteChannel channel = Channels.newChannel(in);
        long position = 0;
        for (Declared next : declared) {
            if (next.begin() != position || next.end() - position != size(next.type(), next.shape())) {
                throw new IOException("tensor " + next.name() + ": offsets " + next.begin() + " to " + next.end()
                        + " do not fit " + next.type() + Arrays.toString(next.shape()) + " at " + position);
            }
            if (next.end() > available - Long.BYTES - length) {
                throw new EOFException("tensor " + next.name() + " is cut off");
            }
            ByteBuffer data = ByteBuffer.allocateDirect(Math.toIntExact(next.end() - position));
            while (data.hasRemaining()) {
                if (channel.read(data) < 0) {
                    throw new EOFException("tensor " + next.name() + " is cut off");
                }
            }
            tensors.put(next.name(), new Tensor(next.type(), next.shape(), data.flip()));
            position = next.end();
        }
        return new SafeTensors(metadata, tensors);
    }

    private record Declared(String name, ElementType type, long[] shape, long begin, long end) {}

    private static Map<String, String> parse(byte[] json, List<Declared> declared) throws IOException {
        Map<String, String> metadata = new TreeMap<>();
        JsonNode header;
        try {
            header = JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IOException("the safetensors header is not JSON", e);
        }
        for (Map.Entry<String, JsonNode> entry : header.properties()) {
            String name = entry.getKey();
            JsonNode node = entry.getValue();
            if (name.equals(METADATA)) {
                node.properties().forEach(text -> metadata.put(text.getKey(), text.getValue().asText()));
                continue;
            }
            JsonNode offsets = node.path("data_offsets");
            if (!node.path("shape").isArray() || offsets.size() != 2) {
                throw new IOException("tensor " + name + ": no shape or no data_offsets");
            }
            long[] shape = new long[node.get("shape").size()];
            for (int i = 0; i < shape.length; i++) {
                shape[i] = node.get("shape").get(i).asLong(-1);
            }
            declared.add(new Declared(name, type(name, node.path("dtype").asText()), shape,
                    offsets.get(0).asLong(-1), offsets.get(1).asLong(-1)));
        }
        return metadata;
    }

    private static ElementType type(String name, String text) throws IOException {
        try {
            return ElementType.valueOf(text);
        } catch (IllegalArgumentException e) {
            throw new IOException("tensor " + name + ": unknown dtype " + text, e);
        }
    }

    private static long size(ElementType type, long[] shape) {
        long size = type.bytes();
        for (long dimension : shape) {
            // A hostile header must not overflow into a size that fits.
            if (dimension < 0 || dimension > 0 && size > Long.MAX_VALUE / dimension) {
                return -1;
            }
            size *= dimension;
        }
        return size;
    }
}
