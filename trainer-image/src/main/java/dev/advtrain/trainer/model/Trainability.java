package dev.advtrain.trainer.model;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.advtrain.api.v1alpha1.training.Precision;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.tensor.DeviceMemory;
import dev.advtrain.trainer.tensor.SafeTensors.ElementType;
import dev.advtrain.trainer.tensor.SafeTensors.Tensor;
import dev.advtrain.trainer.tensor.Tensors;
import dev.advtrain.trainer.tensor.TorchEngine;
import dev.advtrain.trainer.tensor.TorchModule;
import dev.advtrain.trainer.tensor.TorchScriptArchive;
import dev.advtrain.trainer.tensor.TorchScriptArchive.Role;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Whether a model from elsewhere can be trained. What cannot is refused with 64 and the reason. */
public final class Trainability {
    /** The kernel file that {@link #check} needs. */
    public static final String KERNEL = "gradient_reach";
    private static final int NAMED = 5;

    private Trainability() {}

    /** Before the engine sees it. */
    public static void require(TorchScriptArchive archive) {
        if (archive.quantized()) {
            throw wrong("is quantised, so that nothing in it can be trained; expected the model it was made from, in float32");
        }
        Map<String, Tensor> parameters = archive.tensors(Role.PARAMETER);
        if (parameters.isEmpty()) {
            throw wrong("has no parameters" + (archive.hasConstants() ? ": its weights are constants, as torch.jit.freeze makes them" : "")
                    + "; expected one that can be trained, saved before it is frozen");
        }
        parameters.forEach((name, tensor) -> {
            if (tensor.type() != ElementType.F32) {
                throw wrong("has the parameter " + name + " of type " + tensor.type() + "; expected F32 (float32) throughout: save model.float()");
            }
        });
    }

    /**
     * Sends gradients through it, in eval mode as attacks do and in train mode as training does. The model is not changed.
     *
     * @param x at least two inputs
     * @return warnings
     */
    public static List<String> check(WrappedModel model, NDArray x) {
        return tried(model, "the model cannot be differentiated", () -> reached(model, x));
    }

    /**
     * Does something with the model for once, after which it is what it was before.
     *
     * @param refusal what it means that the engine cannot do it
     * @throws TrainerException 64 with the engine's reason
     */
    public static <T> T tried(WrappedModel model, String refusal, Supplier<T> body) {
        try {
            return model.undone(body);
        } catch (EngineException e) {
            if (DeviceMemory.exhausted(e)) {
                throw e; // Says nothing about the model.
            }
            throw new TrainerException(ExitCode.RUN_SPEC, refusal + ": " + TorchModule.reason(e), e);
        }
    }

    /**
     * Whether a step can be made on one example alone: batch norm has a single value a channel there where maps are 1x1, whose
     * running variance is no number.
     *
     * @param x one input
     * @throws TrainerException 64 where it cannot
     */
    public static void requireBatchOfOne(WrappedModel model, NDArray x) {
        String refusal = "training.batchSize: a batch of one example; expected at least 2: from one alone the model cannot learn in train mode";
        Map<String, Tensor> before = model.snapshot();
        tried(model, refusal, () -> {
            try (NDManager scope = model.newScope()) {
                model.train(scope, "forward", x);
            }
            model.snapshot().forEach((name, tensor) -> {
                if (notFinite(tensor) > notFinite(before.get(name))) {
                    throw new TrainerException(ExitCode.RUN_SPEC, refusal + ", its " + name + " becomes not a number, as batch norm's does");
                }
            });
            return null;
        });
    }

    private static long notFinite(Tensor tensor) {
        if (tensor.type() != ElementType.F32) {
            return 0;
        }
        FloatBuffer values = tensor.data().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        return IntStream.range(0, values.limit()).filter(i -> !Float.isFinite(values.get(i))).count();
    }

    private static List<String> reached(WrappedModel model, NDArray x) {
        try (NDManager scope = model.newScope()) {
            // Of both signs and of a sum that is not 0: a model may end in softmax.
            NDArray weights = Tensors.create(scope, weights(model.shape().classes()), model.shape().classes());
            if (inputReach(model, scope, x, weights) == 0) {
                // New models may end in a layer of zeros, which training will change; what is no function of its input stays so.
                TorchEngine.seed(0);
                model.run(scope, "jitter");
            }
            requireInput(inputReach(model, scope, x, weights), "eval");
            double[] found = TorchModule.tensor(model.train(scope, KERNEL, x, weights, List.copyOf(model.parameters().values()))).toDoubleArray();
            requireInput(found[0], "train");
            List<String> names = List.copyOf(model.parameters().keySet());
            List<String> unreached = new ArrayList<>();
            for (int i = 0; i < names.size(); i++) {
                if (found[i + 1] < 0) {
                    unreached.add(names.get(i));
                }
            }
            if (unreached.size() == names.size()) {
                throw wrong("cannot be trained: none of its " + names.size() + " parameters gets a gradient");
            }
            return unreached.isEmpty() ? List.of() : List.of(unreached.size() + " of the model's " + names.size()
                    + " parameters do not reach its output and stay without a gradient: " + String.join(", ", unreached.stream().limit(NAMED).toList())
                    + (unreached.size() > NAMED ? ", ..." : ""));
        }
    }

    private static double inputReach(WrappedModel model, NDManager scope, NDArray x, NDArray weights) {
        return TorchModule.tensor(model.attack(Precision.FLOAT32, scope, KERNEL, x, weights, List.of())).toDoubleArray()[0];
    }

    private static void requireInput(double reach, String mode) {
        if (!(reach > 0)) {
            throw wrong("cannot be attacked by gradients, and so not trained against them: in " + mode + " mode "
                    + (reach == 0 ? "the gradient of its input is 0" : reach < 0 ? "no gradient reaches its input" : "the gradient of its input is not finite"));
        }
    }

    private static float[] weights(int classes) {
        float[] weights = new float[classes];
        for (int i = 0; i < classes; i++) {
            weights[i] = (i % 2 == 0 ? 1f : -1f) / (i + 1);
        }
        return weights;
    }

    /**
     * Refuses a model that computes something else in eval mode once its training flags are live.
     *
     * @param x inputs, {@code n} examples one behind the other
     */
    public static void requireEqualOutputs(TorchScriptArchive given, TorchScriptArchive live, ModelShape shape, Optional<Normalization> normalization,
            float[] x, int n) {
        if (!Arrays.equals(outputs(given, shape, normalization, x, n), outputs(live, shape, normalization, x, n))) {
            throw wrong("computes something else once the flags that tracing wrote into its code follow train and eval mode; expected the same "
                    + "outputs: save it with torch.jit.script instead");
        }
    }

    private static float[] outputs(TorchScriptArchive archive, ModelShape shape, Optional<Normalization> normalization, float[] x, int n) {
        try (WrappedModel model = WrappedModel.load(archive, shape, normalization); NDManager scope = model.newScope()) {
            // Some models draw at random in eval mode too.
            TorchEngine.seed(0);
            return model.classifier().logits(scope, Tensors.create(scope, x, shape.batch(n))).toFloatArray();
        }
    }

    /**
     * The model with weights from elsewhere: all of its parameters and buffers, by name. One name of those that layers share will do.
     *
     * @param source of the weights, for errors
     * @throws TrainerException 65 naming the tensor that is missing, unexpected or of another type or shape
     */
    public static TorchScriptArchive withWeights(TorchScriptArchive archive, Map<String, Tensor> weights, String source) {
        Map<String, String> firstNames = archive.firstNames();
        for (String name : weights.keySet()) {
            if (!firstNames.containsKey(name)) {
                throw new TrainerException(ExitCode.DATA, source + ": its tensor " + name + " is unexpected: the model has none of this name");
            }
        }
        Map<String, Tensor> given = new LinkedHashMap<>();
        firstNames.forEach((name, first) -> {
            if (weights.containsKey(name)) {
                given.put(name, weights.get(name));
            } else if (firstNames.entrySet().stream().noneMatch(other -> other.getValue().equals(first) && weights.containsKey(other.getKey()))) {
                throw new TrainerException(ExitCode.DATA, source + ": lacks the tensor " + name + " of the model");
            }
        });
        try {
            return archive.withTensors(given);
        } catch (IllegalArgumentException e) {
            throw new TrainerException(ExitCode.DATA, source + ": " + e.getMessage(), e);
        }
    }

    private static TrainerException wrong(String reason) {
        return new TrainerException(ExitCode.RUN_SPEC, "the model " + reason);
    }
}
