package dev.advtrain.trainer.train;

import dev.advtrain.api.v1alpha1.training.Precision;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.contract.OutputFiles;
import dev.advtrain.resolve.RunSpec;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.attack.InnerAttack;
import dev.advtrain.trainer.data.Datasets;
import dev.advtrain.trainer.data.Format;
import dev.advtrain.trainer.data.Split;
import dev.advtrain.trainer.evaluate.CheckedFile;
import dev.advtrain.trainer.model.ModelShape;
import dev.advtrain.trainer.model.Normalization;
import dev.advtrain.trainer.model.Trainability;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.model.builtin.BuiltinModel;
import dev.advtrain.trainer.storage.Location;
import dev.advtrain.trainer.storage.Locations;
import dev.advtrain.trainer.tensor.Autocast;
import dev.advtrain.trainer.tensor.SafeTensors;
import dev.advtrain.trainer.tensor.TorchScriptArchive;
import dev.advtrain.trainer.threat.ThreatBudget;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Hardens the model of a run spec. */
public final class Trainer {

    private Trainer() {}

    /**
     * Trains, or goes on from the checkpoint of an earlier attempt, and writes the artifact. A run that is already done
     * returns at once.
     *
     * @param spec resolved; the part that training sees is enough
     * @throws dev.advtrain.trainer.TrainerException with the exit code of what went wrong; {@code STOPPED} after a
     *         checkpoint was saved on cancellation
     */
    public static TrainingResult train(RunSpec spec, TrainingContext context) {
        return train(spec, context, context.locations().output(spec.output()), Autocast::unsupported);
    }

    /** @param withoutBFloat16 why the device is not to compute in bfloat16; empty where it is */
    static TrainingResult train(RunSpec spec, TrainingContext context, Location output, Supplier<Optional<String>> withoutBFloat16) {
        Location checkpoints = output.child(OutputFiles.CHECKPOINTS);
        Artifact artifact = new Artifact(output, context.runId());
        Optional<TrainingReport> done = artifact.finished(StepCounter.knows(checkpoints, context.runId()), spec.output().overwrite());
        if (done.isPresent()) {
            context.listener().message(output.uri() + " already holds the artifact of this run");
            if (!spec.checkpoint().keep()) {
                TrainingRun.deleteCheckpoints(checkpoints, context.runId());
            }
            return artifact.result(done.get());
        }
        ModelShape shape = ModelShape.of(spec.model());
        Hyperparameters hyperparameters = Hyperparameters.of(spec);
        List<ThreatBudget> budgets = spec.threatModels().stream().map(threatModel -> ThreatBudget.of(threatModel.spec(), shape.features())).toList();
        IncomingModel incoming = spec.model().torchScript() == null ? null
                : IncomingModel.read(context.locations(), spec.model().torchScript().location());
        Split split = Split.of(new Datasets(context.locations(), Format.of(spec)).load("data.train", spec.data().train()),
                Double.parseDouble(spec.data().validationFraction()), hyperparameters.seed());
        if (split.train().size() == 0) {
            throw new TrainerException(ExitCode.DATA, "data.train: holds " + split.validation().size()
                    + " examples, all held back by data.validationFraction; expected more");
        }
        TorchScriptArchive initial = weighted(incoming == null ? BuiltinModel.create(spec.model().builtin(), shape, hyperparameters.seed())
                : incoming.archive(), spec.model().initialWeights(), context.locations());
        Optional<Normalization> normalization = Normalization.of(spec);
        try (WrappedModel model = WrappedModel.load(initial, shape, normalization, kernels())) {
            List<String> warnings = new ArrayList<>(incoming == null ? List.of()
                    : incoming.check(model, normalization, spec.training().method(), split.train()));
            if (spec.training().precision() == Precision.BFLOAT16) {
                ReducedPrecision.enter(model, spec.training().method(), split.train(), withoutBFloat16.get()).ifPresent(warnings::add);
            }
            TrainingRun run = new TrainingRun(spec, context, hyperparameters, budgets, split, model, artifact, checkpoints);
            warnings.forEach(run::warn);
            return run.run();
        }
    }

    /** @param weights null where the model keeps its own */
    private static TorchScriptArchive weighted(TorchScriptArchive model, dev.advtrain.api.v1alpha1.Location weights, Locations locations) {
        if (weights == null) {
            return model;
        }
        CheckedFile file = CheckedFile.of(locations, "model.initialWeights", weights);
        return Trainability.withWeights(model, file.read((copy, _) -> SafeTensors.read(copy)).tensors(), file.file().uri());
    }

    /** The kernel files of all training. */
    static String[] kernels() {
        return Stream.of(Objective.KERNELS, InnerAttack.KERNELS, Learner.KERNELS, List.of(Trainability.KERNEL)).flatMap(List::stream).distinct()
                .toArray(String[]::new);
    }
}
