package dev.advtrain.trainer.evaluate;

import dev.advtrain.trainer.data.Format;
import dev.advtrain.trainer.model.ModelShape;
import dev.advtrain.trainer.model.Normalization;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.storage.Location;
import dev.advtrain.trainer.tensor.TorchScriptArchive;
import java.util.List;
import java.util.Optional;

/**
 * A TorchScript file that no run of the project wrote.
 *
 * @param normalization what its callers do to inputs
 */
public record ModelFile(Location file, String sha256, Format format, Optional<Normalization> normalization) {

    /** @throws dev.advtrain.trainer.TrainerException 65 where the file cannot be read */
    public static ModelFile open(Location file, Format format, Optional<Normalization> normalization) {
        return new ModelFile(file, new CheckedFile(file, null, "").read((_, sha256) -> sha256), format, normalization);
    }

    public Subject subject() {
        return new Subject(file.uri(), sha256, null, null, List.of(), null, this::load);
    }

    private WrappedModel load() {
        return new CheckedFile(file, sha256, "what was opened").read((copy, _) ->
                WrappedModel.load(TorchScriptArchive.read(copy), new ModelShape(format.shape(), format.classes()),
                Normalization.within(normalization, format.units())));
    }
}
