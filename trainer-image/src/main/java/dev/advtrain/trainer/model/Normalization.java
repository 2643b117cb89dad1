package dev.advtrain.trainer.model;

import dev.advtrain.contract.ExitCode;
import dev.advtrain.resolve.AttackUnits;
import dev.advtrain.resolve.AttackUnits.Feature;
import dev.advtrain.resolve.RunSpec;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.tensor.SafeTensors.ElementType;
import dev.advtrain.trainer.tensor.SafeTensors.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * What stands between the inputs that attacks see and the model: where each feature has a range, the way from the share of
 * it back to the feature's own units; then what callers of the model do, {@code (x - mean) / std} per channel, the first
 * dimension of an example. Wrapped around the model, so that budgets stay in the units of attacks.
 *
 * @param mean     of each channel; empty, as std is, where callers feed inputs as they are
 * @param features the range of each value of an example; empty where attacks see the data's own units
 */
public record Normalization(List<Double> mean, List<Double> std, List<Feature> features) {
    public Normalization {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        features = List.copyOf(features);
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

    /** What callers do, where attacks see the data's own units. */
    public Normalization(List<Double> mean, List<Double> std) {
        this(mean, std, List.of());
    }

    /** Of a run; empty where the model takes what attacks see. */
    public static Optional<Normalization> of(RunSpec run) {
        return within(Optional.ofNullable(run.model().normalization()).map(n -> new Normalization(numbers(n.mean()), numbers(n.std()))), units(run));
    }

    /** Of a run whose model does itself what its callers did. */
    public static Optional<Normalization> ofUnits(RunSpec run) {
        return within(Optional.empty(), units(run));
    }

    /** @param callers what they do; empty where they feed inputs as they are */
    public static Optional<Normalization> within(Optional<Normalization> callers, AttackUnits units) {
        return units.perFeature() ? Optional.of(new Normalization(callers.map(Normalization::mean).orElse(List.of()),
                callers.map(Normalization::std).orElse(List.of()), units.features())) : callers;
    }

    /** What callers do, without the way from the units of attacks: that is no part of a model. */
    Optional<Normalization> ofCallers() {
        return mean.isEmpty() ? Optional.empty() : Optional.of(new Normalization(mean, std));
    }

    private static AttackUnits units(RunSpec run) {
        return AttackUnits.of(run.threatModels().getFirst().spec().inputRange());
    }

    private static List<Double> numbers(List<String> decimals) {
        return decimals.stream().map(Double::valueOf).toList();
    }

    /** The buffers of the wrapper. */
    SequencedMap<String, Tensor> buffers(ModelShape shape) {
        SequencedMap<String, Tensor> buffers = new LinkedHashMap<>();
        if (features.isEmpty()) {
            requireChannels("mean", mean, shape);
            requireChannels("std", std, shape);
            long[] perChannel = new long[shape.input().length];
            Arrays.fill(perChannel, 1);
            perChannel[0] = shape.input()[0];
            buffers.put("mean", tensor(mean, perChannel));
            buffers.put("std", tensor(std, perChannel));
            return buffers;
        }
        // Both maps are one: (min + span x - mean) / std = (x - (mean - min) / span) / (std / span).
        List<Double> means = new ArrayList<>();
        List<Double> stds = new ArrayList<>();
        for (int i = 0; i < features.size(); i++) {
            Feature range = features.get(i);
            means.add((ofFeature("mean", mean, 0, i, shape) - range.min()) / range.span());
            stds.add(ofFeature("std", std, 1, i, shape) / range.span());
        }
        buffers.put("mean", tensor(means, shape.input()));
        buffers.put("std", tensor(stds, shape.input()));
        return buffers;
    }

    private static double ofFeature(String name, List<Double> values, double otherwise, int feature, ModelShape shape) {
        if (values.isEmpty()) {
            return otherwise;
        }
        requireChannels(name, values, shape);
        return values.get(feature / (shape.features() / values.size()));
    }

    private static void requireChannels(String name, List<Double> values, ModelShape shape) {
        long channels = shape.input()[0];
        if (values.size() != channels) {
            throw new TrainerException(ExitCode.RUN_SPEC, "model.normalization." + name + " has " + values.size()
                    + " values, expected " + channels + ", one for each channel of model.inputShape");
        }
    }

    private static Tensor tensor(List<Double> values, long[] shape) {
        ByteBuffer data = ByteBuffer.allocate(values.size() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        values.forEach(value -> data.putFloat(value.floatValue()));
        return new Tensor(ElementType.F32, shape, data.flip());
    }
}
