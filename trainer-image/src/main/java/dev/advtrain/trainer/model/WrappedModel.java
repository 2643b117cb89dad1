package dev.advtrain.trainer.model;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.advtrain.api.v1alpha1.training.Precision;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.tensor.Autocast;
import dev.advtrain.trainer.tensor.DeviceMemory;
import dev.advtrain.trainer.tensor.EngineThreads;
import dev.advtrain.trainer.tensor.ForwardSignature;
import dev.advtrain.trainer.tensor.SafeTensors.ElementType;
import dev.advtrain.trainer.tensor.SafeTensors.Tensor;
import dev.advtrain.trainer.tensor.ScriptWrapper;
import dev.advtrain.trainer.tensor.TorchEngine;
import dev.advtrain.trainer.tensor.TorchModule;
import dev.advtrain.trainer.tensor.TorchScriptArchive;
import dev.advtrain.trainer.tensor.TorchScriptArchive.Role;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A model in the engine, wrapped in a root module of ours: normalization around it and the kernels as methods. It is
 * either attacked (eval mode, parameters frozen) or trained; each call puts it into the mode it needs.
 *
 * <p>Tensors keep the names they have in the model's own archive. Not safe for use by several threads at once.
 */
public final class WrappedModel implements AutoCloseable {
    private static final String PLAIN_FORWARD = """
              def forward(self: $SELF,
                x: Tensor) -> Tensor:
                return (self.model).forward(x, )
            """;
    private static final String NORMALIZED_FORWARD = """
              def forward(self: $SELF,
                x: Tensor) -> Tensor:
                return (self.model).forward(torch.div(torch.sub(x, self.mean), self.std), )
            """;
    /** Whatever the layers compute in, losses are made of float32. */
    private static final String FLOAT_RESULT = "return torch.to($1, 6)";
    private static final int[] BATCHES = {2, 1, 3};
    /** libtorch's number of the type that tensors come and go in of those types that DJL does not know, and ends the process for. */
    private static final Map<ElementType, Long> WIDER = Map.of(ElementType.I16, 3L, ElementType.BF16, 6L);
    private static final SequencedMap<String, Tensor> NO_BUFFERS = new LinkedHashMap<>();

    private final TorchScriptArchive archive;
    private final ModelShape shape;
    private final Optional<Normalization> normalization;
    private final TorchModule module;
    private final NDManager owned;
    /** By every name of a tensor: layers may share weights. */
    private final SequencedMap<String, String> firstNames;
    private final SequencedMap<String, NDArray> parameters;
    private final SequencedMap<String, NDArray> buffers;
    private Precision precision = Precision.FLOAT32;
    /** Null until the first call. */
    private Boolean training;
    /** Whether it draws random numbers, in eval mode too. */
    private boolean drawing;

    private WrappedModel(TorchScriptArchive archive, ModelShape shape, Optional<Normalization> normalization, TorchModule module) {
        this.archive = archive;
        this.shape = shape;
        this.normalization = normalization;
        this.module = module;
        this.owned = module.newScope();
        this.firstNames = archive.firstNames();
        this.parameters = named(archive.names(Role.PARAMETER), TorchModule.tensors(module.run(owned, "parameters")));
        this.buffers = named(archive.names(Role.BUFFER), TorchModule.tensors(module.run(owned, "buffers")));
    }

    /**
     * Loads a model and checks that its output is one logit per class for each example.
     *
     * @param kernels files of {@code resources/torchscript}, without ending, whose methods are added to the standard ones
     * @throws TrainerException 65 where the engine cannot load the archive, 64 where the shape does not fit
     */
    public static WrappedModel load(TorchScriptArchive archive, ModelShape shape, Optional<Normalization> normalization, String... kernels) {
        requireForward(archive.forward());
        TorchScriptArchive wrapped = ScriptWrapper.wrap(archive, normalization.map(n -> n.buffers(shape)).orElse(NO_BUFFERS),
                forward(normalization) + Kernels.text(List.of(kernels)));
        TorchModule module;
        try {
            module = TorchModule.load(wrapped);
        } catch (IOException e) {
            throw new TrainerException(ExitCode.DATA, "the model cannot be loaded: " + e.getMessage(), e);
        }
        WrappedModel model = new WrappedModel(archive, shape, normalization, module);
        try {
            model.checkOutput();
            return model;
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /** The model as attacks see it: always in float32. */
    public Classifier classifier() {
        return new Classifier(this, Precision.FLOAT32);
    }

    /** The model as attacks see it that make examples to train on, in the precision it is trained in now. */
    public Classifier trainingClassifier() {
        return new Classifier(this, precision);
    }

    /** From now on; float32 at first. Parameters, buffers, logits and gradients are float32 in either. */
    public void trainIn(Precision precision) {
        this.precision = precision;
    }

    public Precision precision() {
        return precision;
    }

    public ModelShape shape() {
        return shape;
    }

    /** The live parameters, in the order of the module tree, each by its first name. They are the model's: not to be closed. */
    public SequencedMap<String, NDArray> parameters() {
        return parameters;
    }

    /** The live buffers, such as batch-norm statistics. */
    public SequencedMap<String, NDArray> buffers() {
        return buffers;
    }

    /** A scope for the tensors of one step. */
    public NDManager newScope() {
        return module.newScope();
    }

    /** Runs a kernel with autograd while the model is in train mode and its parameters take gradients. */
    public Object train(NDManager scope, String kernel, Object... arguments) {
        enter(true);
        return in(precision, () -> module.runWithAutograd(scope, kernel, arguments));
    }

    /** Runs a kernel without autograd, in eval mode. */
    Object evaluate(Precision precision, NDManager scope, String kernel, Object... arguments) {
        enter(false);
        return in(precision, () -> module.run(scope, kernel, arguments));
    }

    /** Runs a kernel with autograd in eval mode; parameters are frozen, so only inputs take gradients. */
    Object attack(Precision precision, NDManager scope, String kernel, Object... arguments) {
        enter(false);
        return in(precision, () -> module.runWithAutograd(scope, kernel, arguments));
    }

    /** Makes it ready for attacks, on so many threads at once. */
    int attackThreads() {
        enter(false);
        return drawing ? 1 : EngineThreads.count();
    }

    /** Runs a kernel that concerns tensors only, whatever mode the model is in, without autograd. */
    public Object run(NDManager scope, String kernel, Object... arguments) {
        return module.run(scope, kernel, arguments);
    }

    /** A copy of parameters and buffers. */
    public SequencedMap<String, Tensor> snapshot() {
        SequencedMap<String, Tensor> result = new LinkedHashMap<>();
        archive.tensors().forEach((name, tensor) -> {
            result.put(name, new Tensor(tensor.type(), tensor.shape(), bytes(live(name), tensor.type())));
        });
        return result;
    }

    private ByteBuffer bytes(NDArray live, ElementType type) {
        if (!WIDER.containsKey(type)) {
            return live.toByteBuffer(false);
        }
        try (NDManager scope = newScope()) {
            ByteBuffer wider = TorchModule.tensor(module.run(scope, "converted", live, WIDER.get(type))).toByteBuffer(false).order(ByteOrder.LITTLE_ENDIAN);
            ByteBuffer values = ByteBuffer.allocate(wider.remaining() / 2).order(ByteOrder.LITTLE_ENDIAN);
            while (wider.hasRemaining()) {
                int bits = wider.getInt();
                // A bfloat16 is the upper half of a float32.
                values.putShort((short) (type == ElementType.BF16 ? bits >>> Short.SIZE : bits));
            }
            return values.flip();
        }
    }

    /** The reverse, as the engine takes it: of twice as many bytes. */
    private static ByteBuffer widened(NDManager scope, Tensor tensor) {
        ByteBuffer wider = scope.allocateDirect(2 * tensor.data().remaining()).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer values = tensor.data().duplicate().order(ByteOrder.LITTLE_ENDIAN);
        while (values.hasRemaining()) {
            short bits = values.getShort();
            wider.putInt(tensor.type() == ElementType.BF16 ? bits << Short.SIZE : bits);
        }
        return wider.rewind();
    }

    /** Of a parameter or buffer, by any of its names. */
    public ElementType type(String name) {
        return archive.tensors().get(name).type();
    }

    /** The names of all that {@link #snapshot()} copies. */
    public Set<String> names() {
        return firstNames.keySet();
    }

    private NDArray live(String name) {
        String first = firstNames.get(name);
        return parameters.containsKey(first) ? parameters.get(first) : buffers.get(first);
    }

    /**
     * Sets parameters and buffers.
     *
     * @throws IllegalArgumentException naming a tensor the model lacks or that has another type or shape
     */
    public void restore(Map<String, Tensor> values) {
        archive.withTensors(values);
        Map<String, NDArray> targets = new LinkedHashMap<>();
        values.keySet().forEach(name -> targets.put(name, live(name)));
        assign(targets, values);
    }

    /** Does something, in train mode perhaps, after which parameters and buffers are what they were before. */
    public <T> T undone(Supplier<T> body) {
        Map<String, Tensor> before = snapshot();
        try {
            return body.get();
        } finally {
            restore(before);
        }
    }

    /**
     * Sets tensors of the engine.
     *
     * @param values for each target, by its name, of its type and shape
     */
    public void assign(Map<String, NDArray> targets, Map<String, Tensor> values) {
        if (targets.isEmpty()) {
            return;
        }
        try (NDManager scope = newScope()) {
            List<NDArray> sources = new ArrayList<>();
            targets.forEach((name, target) -> {
                Tensor value = values.get(name);
                if (WIDER.containsKey(value.type())) {
                    sources.add(scope.create(widened(scope, value), target.getShape(),
                            value.type() == ElementType.BF16 ? DataType.FLOAT32 : DataType.INT32));
                    return;
                }
                ByteBuffer direct = scope.allocateDirect(value.data().remaining());
                direct.put(value.data()).rewind();
                sources.add(scope.create(direct, target.getShape(), target.getDataType()));
            });
            module.run(scope, "assign", List.copyOf(targets.values()), sources);
        }
    }

    /**
     * The model with its present values: the archive it came from, other storages. With its callers' normalization a wrapper around
     * it with {@code forward} alone, whose tensors are named {@code model.*} beside {@code mean} and {@code std}.
     */
    public TorchScriptArchive export(boolean includeNormalization) {
        return export(archive.withTensors(snapshot()), includeNormalization);
    }

    /** The same with the values it was loaded with. */
    public TorchScriptArchive exportLoaded(boolean includeNormalization) {
        return export(archive, includeNormalization);
    }

    private TorchScriptArchive export(TorchScriptArchive result, boolean includeNormalization) {
        return normalization.filter(_ -> includeNormalization).flatMap(Normalization::ofCallers)
                .map(callers -> ScriptWrapper.wrap(result, callers.buffers(shape), NORMALIZED_FORWARD)).orElse(result);
    }

    @Override
    public void close() {
        owned.close();
        module.close();
    }

    private static Object in(Precision precision, Supplier<Object> body) {
        return precision == Precision.BFLOAT16 ? Autocast.run(body) : body.get();
    }

    private void enter(boolean train) {
        if (training == null || training != train) {
            module.train(train);
            try (NDManager scope = newScope()) {
                module.run(scope, "set_requires_grad", train);
            }
            training = train;
        }
    }

    /** What the wrapper's own forward could not call. */
    private static void requireForward(ForwardSignature forward) {
        if (forward == null) {
            throw new TrainerException(ExitCode.RUN_SPEC, "the model has no method forward; expected one that takes a batch of inputs");
        }
        if (!forward.takesOneTensor()) {
            throw new TrainerException(ExitCode.RUN_SPEC, "the model's forward takes " + forward.parameters()
                    + "; expected one tensor, a batch of inputs");
        }
        if (!forward.givesOneTensor()) {
            throw new TrainerException(ExitCode.RUN_SPEC, "the model's forward returns " + forward.result()
                    + "; expected one Tensor: a logit for each class");
        }
    }

    /** Of several batches: a model may squeeze a batch of one, or know only that it was traced with. */
    private void checkOutput() {
        for (int examples : BATCHES) {
            checkOutput(examples);
        }
        try (NDManager scope = newScope()) {
            TorchEngine.seed(0);
            float first = drawn(scope);
            TorchEngine.seed(0);
            checkOutput(BATCHES[0]);
            drawing = drawn(scope) != first;
        }
    }

    /** The engine's next random number. */
    private static float drawn(NDManager scope) {
        return scope.randomUniform(0, 1, new Shape(1)).getFloat();
    }

    private void checkOutput(int examples) {
        try (NDManager scope = newScope()) {
            long[] expected = {examples, shape.classes()};
            long[] found;
            try {
                NDArray zeros = scope.zeros(new Shape(shape.batch(examples)), DataType.FLOAT32);
                found = TorchModule.tensor(evaluate(Precision.FLOAT32, scope, "forward", zeros)).getShape().getShape();
            } catch (EngineException e) {
                if (DeviceMemory.exhausted(e)) {
                    throw e; // Says nothing about the shape.
                }
                throw new TrainerException(ExitCode.RUN_SPEC, "model.inputShape " + Arrays.toString(shape.input())
                        + " does not fit the model in a batch of " + examples + ": " + TorchModule.reason(e), e);
            }
            if (!Arrays.equals(found, expected)) {
                throw new TrainerException(ExitCode.RUN_SPEC, "the model's output for " + examples + " examples has the shape "
                        + Arrays.toString(found) + ", expected " + Arrays.toString(expected) + ": one logit for each of model.classes");
            }
        }
    }

    private static String forward(Optional<Normalization> normalization) {
        return (normalization.isPresent() ? NORMALIZED_FORWARD : PLAIN_FORWARD).replaceFirst("return (.*)", FLOAT_RESULT);
    }

    private static SequencedMap<String, NDArray> named(List<String> names, List<NDArray> tensors) {
        SequencedMap<String, NDArray> result = new LinkedHashMap<>();
        int i = 0;
        for (String name : names) {
            result.put(name, tensors.get(i++));
        }
        return Collections.unmodifiableSequencedMap(result);
    }
}
