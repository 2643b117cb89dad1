package dev.advtrain.trainer.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.advtrain.api.v1alpha1.training.TrainingSpec;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.tensor.SafeTensors.Tensor;
import dev.advtrain.trainer.tensor.TorchModule;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/** A model that learns: its parameters, what changes them, and the state of both. */
final class Learner implements AutoCloseable {
    /** The kernel files that a model in training must be loaded with, beside those of the {@link Objective}. */
    static final List<String> KERNELS = List.of("sgd_step", "adamw_step", "clip_gradients", "average_weights", "perturb_weights");
    private static final String MODEL = "model/";
    private static final String OPTIMIZER = "optimizer/";

    private static final String AVERAGE = "average/";

    private final WrappedModel model;
    private final Optimizer optimizer;
    private final OptionalDouble clipNorm;
    private final Optional<WeightAverage> average;
    private final Optional<WeightPerturbation> perturbation;

    /**
     * @param optimizer of that model; closed with this, as is the average
     * @param clipNorm  to which longer gradients are shortened, in L2 over all parameters
     */
    Learner(WrappedModel model, Optimizer optimizer, OptionalDouble clipNorm, Optional<WeightAverage> average,
            Optional<WeightPerturbation> perturbation) {
        this.model = model;
        this.optimizer = optimizer;
        this.clipNorm = clipNorm;
        this.average = average;
        this.perturbation = perturbation;
    }

    /** Without clipping, averaging and perturbation. */
    Learner(WrappedModel model, Optimizer optimizer) {
        this(model, optimizer, OptionalDouble.empty(), Optional.empty(), Optional.empty());
    }

    /** @param training resolved, so that no field with a default is missing */
    static Learner of(TrainingSpec training, WrappedModel model) {
        String clipNorm = training.gradientClipNorm();
        return new Learner(model, Optimizer.of(training.optimizer(), model),
                clipNorm == null ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(clipNorm)),
                Optional.ofNullable(training.weightAveraging()).map(a -> new WeightAverage(model, Double.parseDouble(a.emaDecay()))),
                Optional.ofNullable(training.adversarialWeightPerturbation())
                        .map(p -> new WeightPerturbation(model, Double.parseDouble(p.gamma()))));
    }

    /**
     * One step.
     *
     * @param objective loss and gradients of the batch at the model's then present parameters; asked twice where weights are perturbed
     * @return the loss before the step
     */
    float step(NDManager scope, Supplier<LossAndGradients> objective, double learningRate) {
        LossAndGradients found = perturbation.isPresent() ? perturbation.get().gradients(scope, objective) : objective.get();
        apply(scope, found.gradients(), learningRate);
        return found.loss().getFloat();
    }

    /** Changes the parameters by given gradients. */
    void apply(NDManager scope, List<NDArray> gradients, double learningRate) {
        List<NDArray> clipped = clipNorm.isPresent()
                ? TorchModule.tensors(model.run(scope, "clip_gradients", gradients, clipNorm.getAsDouble())) : gradients;
        optimizer.apply(scope, clipped, learningRate);
        average.ifPresent(weights -> weights.update(scope));
    }

    /** Runs while the model is what is to be measured and written: averaged, where weights are. */
    <T> T measured(Supplier<T> body) {
        return average.isPresent() ? average.get().inModel(body) : body.get();
    }

    /** Copies of all tensors that steps depend on, by prefixed name. */
    SequencedMap<String, Tensor> state() {
        SequencedMap<String, Tensor> state = new LinkedHashMap<>();
        model.snapshot().forEach((name, tensor) -> state.put(MODEL + name, tensor));
        live().forEach((name, tensor) -> state.put(name, LiveTensors.copy(tensor)));
        return state;
    }

    /**
     * @param state as {@link #state()} gave it
     * @throws TrainerException 65 naming a tensor that is missing, unknown or of another shape
     */
    void restore(Map<String, Tensor> state) {
        SequencedMap<String, NDArray> live = live();
        Set<String> expected = new TreeSet<>(live.keySet());
        model.names().forEach(name -> expected.add(MODEL + name));
        checkNames(expected, state.keySet());
        Map<String, Tensor> ofModel = new LinkedHashMap<>();
        expected.stream().filter(name -> name.startsWith(MODEL)).forEach(name -> ofModel.put(name.substring(MODEL.length()), state.get(name)));
        live.forEach((name, tensor) -> checkShape(name, state.get(name), tensor));
        try {
            model.restore(ofModel);
        } catch (IllegalArgumentException e) {
            throw unusable(e.getMessage());
        }
        model.assign(live, state);
    }

    @Override
    public void close() {
        optimizer.close();
        average.ifPresent(WeightAverage::close);
    }

    private SequencedMap<String, NDArray> live() {
        SequencedMap<String, NDArray> live = new LinkedHashMap<>();
        optimizer.state().forEach((name, tensor) -> live.put(OPTIMIZER + name, tensor));
        average.ifPresent(weights -> weights.state().forEach((name, tensor) -> live.put(AVERAGE + name, tensor)));
        return live;
    }

    private static void checkNames(Set<String> expected, Set<String> found) {
        for (String name : expected) {
            if (!found.contains(name)) {
                throw unusable("it lacks the tensor " + name);
            }
        }
        for (String name : found) {
            if (!expected.contains(name)) {
                throw unusable("its tensor " + name + " is unknown");
            }
        }
    }

    private static void checkShape(String name, Tensor found, NDArray expected) {
        long[] shape = expected.getShape().getShape();
        if (!Arrays.equals(found.shape(), shape)) {
            throw unusable("its tensor " + name + " has the shape " + Arrays.toString(found.shape()) + ", expected " + Arrays.toString(shape));
        }
    }

    private static TrainerException unusable(String reason) {
        return new TrainerException(ExitCode.DATA, "the checkpoint does not fit this run: " + reason);
    }
}
