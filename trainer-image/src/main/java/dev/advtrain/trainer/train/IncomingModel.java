package dev.advtrain.trainer.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.advtrain.api.v1alpha1.training.MethodSpec;
import dev.advtrain.trainer.data.Dataset;
import dev.advtrain.trainer.evaluate.CheckedFile;
import dev.advtrain.trainer.model.ModelShape;
import dev.advtrain.trainer.model.Normalization;
import dev.advtrain.trainer.model.Trainability;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.storage.Locations;
import dev.advtrain.trainer.tensor.Tensors;
import dev.advtrain.trainer.tensor.TorchScriptArchive;
import dev.advtrain.trainer.tensor.TrainingFlags;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A model from elsewhere, made ready for training.
 *
 * @param given as its file has it
 * @param flags of its code, live
 */
record IncomingModel(TorchScriptArchive given, TrainingFlags.Result flags) {
    /** Examples that it is tried on. */
    private static final int TRIED = 8;

    /**
     * @throws dev.advtrain.trainer.TrainerException 65 where the file cannot be read, 64 where it holds nothing to be trained
     */
    static IncomingModel read(Locations locations, dev.advtrain.api.v1alpha1.Location location) {
        TorchScriptArchive given = CheckedFile.of(locations, "model.torchScript", location).read((copy, _) -> TorchScriptArchive.read(copy));
        Trainability.require(given);
        return new IncomingModel(given, TrainingFlags.makeLive(given));
    }

    TorchScriptArchive archive() {
        return flags.archive();
    }

    /**
     * Tries it on some of the data it will be trained on.
     *
     * @param model  loaded from {@link #archive()}
     * @param method that it will be trained by
     * @return warnings
     * @throws dev.advtrain.trainer.TrainerException 64 where it cannot be trained
     */
    List<String> check(WrappedModel model, Optional<Normalization> normalization, MethodSpec method, Dataset data) {
        ModelShape shape = model.shape();
        float[] x = data.values(IntStream.range(0, TRIED).map(i -> i % data.size()).toArray());
        List<String> warnings = new ArrayList<>();
        if (flags.live() > 0) {
            if (flags.keepsEvaluation()) {
                Trainability.requireEqualOutputs(given, archive(), shape, normalization, x, TRIED);
            } else {
                warnings.add("the model was traced in train mode: from now on its operators follow train and eval mode, and it is measured in eval mode");
            }
        }
        if (flags.left() > 0) {
            warnings.add(flags.left() + " operators of the model, such as dropout, draw at random in eval mode too, as they did in the file given");
        }
        try (NDManager scope = model.newScope()) {
            NDArray inputs = Tensors.create(scope, x, shape.batch(TRIED));
            warnings.addAll(Trainability.check(model, inputs));
            if (method.fgsmRs() != null && method.fgsmRs().gradAlign() != null) {
                requireSecondDerivative(scope, model, inputs, data);
            }
        }
        return warnings;
    }

    /** Of its operators: some of the engine's have a first one only. */
    private static void requireSecondDerivative(NDManager scope, WrappedModel model, NDArray x, Dataset data) {
        NDArray y = Tensors.create(scope, IntStream.range(0, TRIED).mapToLong(i -> data.label(i % data.size())).toArray());
        Trainability.tried(model, "training.method.fgsmRs.gradAlign needs a model that can be differentiated twice, and this one cannot",
                () -> new Objective.GradAlign(1, 0).gradients(scope, model, new Objective.Examples(x, List.of(x), y, x)));
    }
}
