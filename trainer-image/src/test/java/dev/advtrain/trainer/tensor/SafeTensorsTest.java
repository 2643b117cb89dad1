package dev.advtrain.trainer.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.advtrain.trainer.tensor.SafeTensors.ElementType;
import dev.advtrain.trainer.tensor.SafeTensors.Tensor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

class SafeTensorsTest {

    @Test
    void returnsWhatWasWritten() throws IOException {
        byte[] file = bytes(sample());
        SafeTensors read = SafeTensors.read(new ByteArrayInputStream(file));
        assertThat(read.metadata()).isEqualTo(Map.of("format", "pt"));
        assertThat(read.tensors().keySet()).containsExactly("l1.weight", "bn.num_batches_tracked", "empty");
        assertThat(read.tensors().get("l1.weight").shape()).containsExactly(2, 2);
        assertThat(read.tensors().get("l1.weight").data().asFloatBuffer().get(3)).isEqualTo(4f);
        assertThat(read.tensors().get("bn.num_batches_tracked").data().getLong()).isEqualTo(9);
        assertThat(bytes(read)).isEqualTo(file);
    }

    @Test
    void hasTheLayoutOfTheFormat() throws IOException {
        byte[] file = bytes(sample());
        long header = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
        assertThat(header % 8).isZero();
        assertThat(new String(file, 8, (int) header, StandardCharsets.UTF_8).strip())
                .isEqualTo("{\"__metadata__\":{\"format\":\"pt\"},"
                        + "\"l1.weight\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,16]},"
                        + "\"bn.num_batches_tracked\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[16,24]},"
                        + "\"empty\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[24,24]}}");
        assertThat(file).hasSize((int) (8 + header + 24));
    }

    @Test
    void refusesWhatIsCutOffOrFalse() throws IOException {
        byte[] file = bytes(sample());
        for (int length : new int[] {0, 4, 20, file.length - 20, file.length - 1}) {
            assertThatIOException().isThrownBy(() -> SafeTensors.read(new ByteArrayInputStream(Arrays.copyOf(file, length))));
        }
        assertThatIOException().isThrownBy(() -> read("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}"))
                .withMessageContaining("tensor a: offsets 0 to 4");
        assertThatIOException().isThrownBy(() -> read("{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}"));
        assertThatIOException().isThrownBy(() -> read("{\"a\":{\"dtype\":\"C64\",\"shape\":[1],\"data_offsets\":[0,8]}}"))
                .withMessageContaining("unknown dtype C64");
        assertThatIOException().isThrownBy(() -> read("{\"a\":"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Tensor(ElementType.F32, new long[] {2}, ByteBuffer.allocate(4)));
    }

    private static void read(String header) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(8 + json.length + 64).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(json.length).put(json);
        SafeTensors.read(new ByteArrayInputStream(file.array()));
    }

    private static SafeTensors sample() {
        SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
        ByteBuffer floats = ByteBuffer.allocateDirect(16).order(ByteOrder.LITTLE_ENDIAN);
        floats.asFloatBuffer().put(new float[] {1, 2, 3, 4});
        tensors.put("l1.weight", new Tensor(ElementType.F32, new long[] {2, 2}, floats));
        ByteBuffer count = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, 9);
        tensors.put("bn.num_batches_tracked", new Tensor(ElementType.I64, new long[0], count));
        tensors.put("empty", new Tensor(ElementType.F32, new long[] {0}, ByteBuffer.allocate(0)));
        return new SafeTensors(Map.of("format", "pt"), tensors);
    }

    private static byte[] bytes(SafeTensors content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        content.write(out);
        return out.toByteArray();
    }
}
