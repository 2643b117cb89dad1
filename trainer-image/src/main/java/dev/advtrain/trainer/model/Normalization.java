package dev.advtrain.trainer.model;

import dev.advtrain.api.v1alpha1.training.ModelSpec;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.tensor.SafeTensors.ElementType;
import dev.advtrain.trainer.tensor.SafeTensors.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * What callers of the model do to its inputs: {@code (x - mean) / std} per channel, the first dimension of an example.
 * Wrapped around the model, so that budgets stay in the units of the input.
 */
public record Normalization(List<Double> mean, List<Double> std) {
    public Normalization {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        for (double value : std) {
            if (!(value > 0) || Double.isInfinite(value)) {
                throw new TrainerException(ExitCode.RUN_SPEC, "model.normalization.std holds " + value + ", expected positive numbers");
            }
        }
        for (double value : mean) {
            if (!Double.isFinite(value)) {
                throw new TrainerException(ExitCode.RUN_SPEC, "model.normalization.mean holds " + value + ", expected finite numbers");
            }
        }
    }

    /** What a run spec asks for; empty where callers feed inputs as they are. */
    public static Optional<Normalization> of(ModelSpec model) {
        return Optional.ofNullable(model.normalization()).map(n -> new Normalization(numbers(n.mean()), numbers(n.std())));
    }

    private static List<Double> numbers(List<String> decimals) {
        return decimals.stream().map(Double::valueOf).toList();
    }

    /** The buffers of the wrapper. */
    SequencedMap<String, Tensor> buffers(ModelShape shape) {
        SequencedMap<String, Tensor> buffers = new LinkedHashMap<>();
        buffers.put("mean", tensor("mean", mean, shape));
        buffers.put("std", tensor("std", std, shape));
        return buffers;
    }

    private static Tensor tensor(String name, List<Double> values, ModelShape shape) {
        long channels = shape.input()[0];
        if (values.size() != channels) {
            throw new TrainerException(ExitCode.RUN_SPEC, "model.normalization." + name + " has " + values.size()
                    + " values, expected " + channels + ", one for each channel of model.inputShape");
        }
        ByteBuffer data = ByteBuffer.allocate(values.size() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        values.forEach(value -> data.putFloat(value.floatValue()));
        long[] dimensions = new long[shape.input().length];
        Arrays.fill(dimensions, 1);
        dimensions[0] = channels;
        return new Tensor(ElementType.F32, dimensions, data.flip());
    }
}
